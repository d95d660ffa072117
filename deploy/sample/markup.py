"""The light markup of the source texts, as blocks.

Blank lines part blocks. `# ` is a title, `## ` a clause heading, `### ` a part heading, `^ ` a centred line and
`| a | b |` a table row; `!page`, `!space N`, `!columns N` and `!contents` steer the page, and
`!sign Party | Name | Office` signs. A paragraph is indented by two blanks a level, and two blanks part its number
from its words. Inside a line `**bold**`, `//italic//`, and for Word files `{+Author: words+}`, `{-Author: words-}`
and `{?Author: remark | words?}`.
"""

import re
from dataclasses import dataclass

NUMBERED = re.compile(r"^((?:Section|Article|Clause|§) \S+|\S{1,9})  +(\S.*)$", re.S)
HEADINGS = {"# ": "title", "## ": "heading", "### ": "part", "^ ": "centre"}


@dataclass(frozen=True)
class Block:
    """One piece of a contract; `rows` are a table's cells or the signatories."""

    kind: str
    text: str = ""
    label: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


def blocks_of(source: str) -> list[Block]:
    """The blocks of a source text, in order."""
    pieces = re.split(r"\n[ \t]*\n", source.strip("\n"))
    return [_block(piece) for piece in pieces if piece.strip()]


def _block(piece: str) -> Block:
    if piece.startswith("|"):
        return Block("table", rows=tuple(_cells(line) for line in piece.splitlines()))
    if piece.startswith("!sign "):
        return Block("sign", rows=tuple(_cells(line.removeprefix("!sign ")) for line in piece.splitlines()))
    if piece.startswith("!"):
        kind, _, value = piece[1:].partition(" ")
        return Block(kind, text=value.strip())
    for mark, kind in HEADINGS.items():
        if piece.startswith(mark):
            return _numbered(kind, piece.removeprefix(mark), level=0)
    indent = len(piece) - len(piece.lstrip(" "))
    return _numbered("paragraph", piece.lstrip(" "), level=indent // 2)


def _numbered(kind: str, words: str, level: int) -> Block:
    joined = re.sub(r"[ \t]*\n[ \t]*", " ", words).strip()
    match = NUMBERED.match(joined)
    if match:
        return Block(kind, text=match[2], label=match[1], level=level)
    return Block(kind, text=joined, level=level)


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))


def runs_of(text: str) -> list[tuple[str, str]]:
    """The words of a line as (style, words), style being one of "", "b", "i" and "bi"."""
    runs, style = [], ""
    for piece in re.split(r"(\*\*|//)", text):
        if piece in ("**", "//"):
            mark = "b" if piece == "**" else "i"
            style = style.replace(mark, "") if mark in style else "".join(sorted(style + mark))
        elif piece:
            runs.append((style, piece))
    return runs

"""Named clauses planted across the contracts of a matter, and the same clauses in agreements that fit a window.

Three kinds of fact: a clause by itself ("one"); a clause that speaks of another, which stands in another contract, so
that both must be quoted ("chain"); a name that heads a clause in each of two contracts ("both"). Knows texts.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from inference.evaluation.needle.agreements import Clause, sentence
from inference.evaluation.needle.words import KINDS, NAMES, THINGS
from inference.types import CaseFile, SourceText

Kind = Literal["one", "chain", "both"]
KINDS_OF_FACT: tuple[Kind, ...] = ("one", "chain", "both")
_ABSENT = 24
_IN_A_WINDOW = 20  # clauses of each of the two agreements that are read together whole


@dataclass(frozen=True)
class Fact:
    """What is planted: one clause, or two that stand in different documents."""

    kind: Kind
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Planted:
    """A matter with its facts, names that head no clause, and case files in which the same facts fit a window.

    `whole` holds for each fact the case files that are to be asked, with its clauses at their places there.
    """

    case_file: CaseFile
    facts: tuple[Fact, ...]
    whole: tuple[tuple[tuple[CaseFile, Clause], ...], ...]
    absent: tuple[str, ...]


def plant(contracts: Sequence[SourceText], facts: int, seed: int = 1, absent: int = _ABSENT) -> Planted:
    """So many facts in these contracts, a third of each kind; raises ValueError where names run out."""
    draw = random.Random(f"beyond {seed}")
    wanted = _drawn(draw, facts)
    homes = draw.sample(range(len(contracts)), len(contracts))
    placed: dict[int, list[tuple[int, int, str, str]]] = {}
    home = 0
    for number, (_, clauses) in enumerate(wanted):
        for part, (name, text) in enumerate(clauses):
            placed.setdefault(homes[home % len(homes)], []).append((number, part, name, text))
            home += 1
    found: dict[tuple[int, int], Clause] = {}
    documents = []
    for place, contract in enumerate(contracts):
        content, clauses_here = _with_clauses(draw, contract, placed.get(place, []))
        documents.append(replace(contract, content=content))
        found |= clauses_here
    planted = tuple(
        Fact(kind, tuple(found[number, part] for part in range(len(clauses))))
        for number, (kind, clauses) in enumerate(wanted)
    )
    named = {name for _, clauses in wanted for name, _ in clauses}
    unused = tuple(name for name in NAMES if name not in named)[: min(absent, _ABSENT)]
    return Planted(CaseFile(tuple(documents)), planted, _in_windows(wanted), unused)


Wanted = list[tuple[Kind, list[tuple[str, str]]]]


def _drawn(draw: random.Random, facts: int) -> Wanted:
    """The words of each fact: names and texts, no two of which begin alike."""
    names = iter(draw.sample(NAMES, len(NAMES) - _ABSENT))
    pairs = iter(draw.sample([(kind, things) for kind in KINDS for things in THINGS], 2 * len(NAMES)))
    wanted: Wanted = []
    try:
        for number in range(facts):
            kind = KINDS_OF_FACT[number % len(KINDS_OF_FACT)]
            first = next(names)
            other = first if kind == "both" else next(names) if kind == "chain" else ""
            texts = [(first, _text(draw, next(pairs), other if kind == "chain" else ""))]
            if other:
                texts.append((other, _text(draw, next(pairs), "")))
            wanted.append((kind, texts))
    except StopIteration:
        raise ValueError("There are not so many names.") from None
    return wanted


def _text(draw: random.Random, begins: tuple[str, str], speaks_of: str) -> str:
    """The words of a clause, which speaks of the clause of that name, or of none."""
    while True:
        text = sentence(draw, *begins, speaks_of or "_")
        if ("under clause" in text) == bool(speaks_of):
            return text


def _with_clauses(
    draw: random.Random, contract: SourceText, placed: Sequence[tuple[int, int, str, str]]
) -> tuple[str, dict[tuple[int, int], Clause]]:
    """A contract with clauses between its paragraphs, each below a heading of its own."""
    # A paragraph may end where a page does, in the middle of a sentence that then denies what is planted there.
    gaps = [found.end() for found in re.finditer(r"\.\n\n", contract.content)]
    gaps = gaps or [len(contract.content)]
    chosen = sorted(zip((draw.choice(gaps) for _ in placed), placed, strict=True))
    content, done = "", 0
    found = {}
    for at, (number, part, name, text) in chosen:
        content += contract.content[done:at] + (
            "" if at == 0 or content_ends(content, contract, at) else "\n\n"
        )
        done = at
        content += f"Clause {name}\n"
        found[number, part] = Clause(name, text, contract.id, len(content))
        content += f"{text}\n\n"
    return content + contract.content[done:], found


def content_ends(content: str, contract: SourceText, at: int) -> bool:
    """Whether a paragraph has ended before a place of a contract."""
    return contract.content[:at].endswith("\n\n") or content.endswith("\n\n")


def _in_windows(wanted: Wanted) -> tuple[tuple[tuple[CaseFile, Clause], ...], ...]:
    """The same clauses in case files of two agreements: the parts of a fact stand in different ones of these."""
    rows = [
        (number, part, name, text)
        for number, (_, each) in enumerate(wanted)
        for part, (name, text) in enumerate(each)
    ]
    firsts = [row for row in rows if row[1] == 0]
    found: dict[tuple[int, int], tuple[CaseFile, Clause]] = {}
    for begin in range(0, len(firsts), _IN_A_WINDOW):
        some = firsts[begin : begin + _IN_A_WINDOW]
        numbers = {row[0] for row in some}
        both = [row for row in rows if row[1] == 1 and row[0] in numbers]
        apart = [row for row in both if wanted[row[0]][0] == "both"]
        beside = [row for row in both if wanted[row[0]][0] == "chain"]
        for group in ([some, beside], [apart]):
            found |= _case_file([each for each in group if each])
    return tuple(
        tuple(found[number, part] for part in range(len(each))) for number, (_, each) in enumerate(wanted)
    )


def _case_file(
    agreements: Sequence[Sequence[tuple[int, int, str, str]]],
) -> dict[tuple[int, int], tuple[CaseFile, Clause]]:
    texts, clauses = [], {}
    for place, rows in enumerate(agreements):
        own, content = f"agreement {place + 1}", "Agreement between the buyer and the seller\n\n"
        for number, part, name, text in rows:
            content += f"Clause {name}\n"
            clauses[number, part] = Clause(name, text, own, len(content))
            content += f"{text}\n\n"
        texts.append(SourceText(own, content, "en"))
    case_file = CaseFile(tuple(texts))
    return {key: (case_file, clause) for key, clause in clauses.items()}

"""What the people say in a cell of their spreadsheet: that something is there, that nothing is, or nothing at all."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

NOTHING = (
    "n/a",
    "na",
    "none",
    "nil",
    "not found",
    "not applicable",
    "no clause",
    "not present",
    "absent",
    "-",
    "–",
    "—",
)
_ERRORS = re.compile(r"#(REF|VALUE|NAME\?|DIV/0|NULL|NUM|SPILL|CALC|GETTING_DATA)!?", re.IGNORECASE)
_YES = re.compile(r"(?:yes\b|(?:y|x|true|present|✓|✔)(?=\s*(?:$|[.:;,(–—-])))[\s.:;,–—-]*", re.IGNORECASE)
_NO = re.compile(r"(?:no|n|false)(?=\s*(?:$|[.:;,(–—-]))[\s.:;,–—-]*", re.IGNORECASE)  # not "No party may"
_LEAST_WORDS = 3  # what follows a yes or a no counts as words from that many on
_LONGEST_PIECE = 20_000  # characters


class Meaning(StrEnum):
    """How the cells of a column are to be understood."""

    QUOTE = "quote"
    YES_NO = "yes_no"
    VALUE = "value"


MEANINGS = {
    Meaning.QUOTE: "quoted words",
    Meaning.YES_NO: "yes or no",
    Meaning.VALUE: "a date or value",
}


@dataclass(frozen=True, slots=True)
class Conventions:
    """How these people write that nothing is there."""

    nothing: frozenset[str]  # small letters
    empty_is_nothing: bool  # otherwise an empty cell says that nobody looked

    def say_nothing(self, cell: str) -> bool:
        return cell.casefold().strip(" .") in self.nothing


@dataclass(frozen=True, slots=True)
class Said:
    """What cells say about one question and document, taken together. After a no, the rest is only a remark."""

    is_there: bool = False
    is_absent: bool = False
    quotes: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    broken: bool = False  # a formula whose value is an error

    @property
    def words(self) -> tuple[str, ...]:
        return (*self.values, *self.quotes)


def said_in(cell: str, meaning: Meaning, *, is_yes_no: bool, conventions: Conventions) -> Said:
    """One cell. `is_yes_no` is whether the question itself is answered by yes or no."""
    cell = cell.strip()
    if not cell:
        return Said(is_absent=conventions.empty_is_nothing)
    if _ERRORS.fullmatch(cell):
        return Said(broken=True)
    if conventions.say_nothing(cell):
        return Said(is_absent=True)
    if meaning == Meaning.YES_NO or is_yes_no:
        # In a column of quotes only a bare yes or no is one; a clause may begin with either word.
        match = re.Pattern.fullmatch if meaning == Meaning.QUOTE else re.Pattern.match
        if match(_NO, cell):
            return Said(is_absent=True)
        if yes := match(_YES, cell):
            rest = cell[yes.end() :]
            return Said(is_there=True, quotes=pieces(rest) if len(rest.split()) >= _LEAST_WORDS else ())
    if meaning == Meaning.VALUE:
        return Said(is_there=True, values=(cell,))
    return Said(is_there=True, quotes=pieces(cell))


def pieces(cell: str) -> tuple[str, ...]:
    """The quotes of one cell: its paragraphs, without the marks around them."""
    parts = [part.strip(" \t\"'“”‘’•*") for part in re.split(r"\n\s*\n|\n(?=\s*[•*“\"])", cell)]
    return tuple(part[:_LONGEST_PIECE] for part in parts if part)


def together(cells: Iterable[Said]) -> Said:
    """What several cells say about the same thing: that it is there, where one of them does."""
    all_of: Sequence[Said] = list(cells)
    is_there = any(said.is_there for said in all_of)
    return Said(
        is_there=is_there,
        is_absent=not is_there and any(said.is_absent for said in all_of),
        quotes=tuple(quote for said in all_of for quote in said.quotes),
        values=tuple(value for said in all_of for value in said.values),
        broken=any(said.broken for said in all_of),
    )

"""Which column of a spreadsheet is what: a guess from its headings and cells, and the check of what a person chose."""

import re
from collections.abc import Mapping as Names
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from review.playbooks.models import Question

from .errors import WrongMapping
from .match_documents import DocumentNames
from .said import MEANINGS, NOTHING, Conventions, Meaning

DOCUMENT = "document"  # what a column is, beside the key of a question
SAMPLES = 3
_LOOKED_AT = 200  # rows, for a guess
_LONG = 40  # characters: cells longer than this on average are quotes
_ANSWERS = re.compile(r"\b(answer|value|result|y/?n|yes/?no|response)\b", re.IGNORECASE)
_ASIDE = re.compile(r"\b(answer|value|result|response|quote|text|clause|language|excerpt|y/?n|yes/?no)\b")
_NOTHING_CHARACTERS = 500

Rows = Sequence[tuple[int, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a sheet reaches: its columns, and the number of its last row."""

    width: int
    last_row: int


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place from 0, its heading, a few of its cells, and what it seems to be."""

    at: int
    heading: str
    samples: tuple[str, ...]
    is_: str = ""  # DOCUMENT, the key of a question, or nothing: left out
    meaning: str = Meaning.QUOTE


@dataclass(frozen=True, slots=True)
class Mapping:
    """What a person says the sheet is; checked, and kept with the comparison it led to."""

    sheet: int
    heading_row: int  # the number of the row with the headings; rows after it are documents
    document: int  # column
    columns: tuple[tuple[int, str, str], ...]  # column, question key, meaning
    nothing: tuple[str, ...]
    empty_is_nothing: bool

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Mapping":
        columns = tuple((int(at), str(key), str(meaning)) for at, key, meaning in stored["columns"])
        return cls(**{**stored, "columns": columns, "nothing": tuple(stored["nothing"])})

    @property
    def conventions(self) -> Conventions:
        return Conventions(frozenset(self.nothing), self.empty_is_nothing)


def heading_row_of(rows: Rows) -> int:
    """The number of the first row with at least two cells; of the first one where there is none."""
    return next((number for number, cells in rows if sum(map(bool, cells)) > 1), rows[0][0])


def columns_of(
    rows: Rows, heading_row: int, questions: Sequence[Question], known: DocumentNames
) -> list[Column]:
    """Every column under the headings, with what it seems to be."""
    headings: Sequence[str] = next((cells for number, cells in rows if number == heading_row), ())
    below = [cells for number, cells in rows if number > heading_row][:_LOOKED_AT]
    width = max((len(cells) for cells in [headings, *below]), default=0)
    cells = [[row[at] for row in below if at < len(row) and row[at]] for at in range(width)]
    named = [headings[at] if at < len(headings) else "" for at in range(width)]
    document = _document_column(named, cells, known)
    by_name = _questions_by_name(questions)
    return [
        Column(
            at, named[at], tuple(cells[at][:SAMPLES]), *_guess(named[at], cells[at], at == document, by_name)
        )
        for at in range(width)
    ]


def _document_column(named: Sequence[str], cells: Sequence[Sequence[str]], known: DocumentNames) -> int:
    """The column that names most documents of the matter, the first of them by its heading where none does."""
    hits = [sum(known.match(cell).document is not None for cell in column) for column in cells]
    if any(hits):
        return hits.index(max(hits))
    wanted = ("file name", "filename", "document", "file", "contract", "agreement")
    for words in wanted:
        for at, heading in enumerate(named):
            if words in heading.casefold():
                return at
    return -1


def _questions_by_name(questions: Sequence[Question]) -> dict[str, Question]:
    return {
        _plain(name): question
        for question in questions
        for name in (question.key, question.clause_type, question.name)
        if name
    }


def _guess(
    heading: str, cells: Sequence[str], is_document: bool, by_name: Names[str, Question]
) -> tuple[str, str]:
    question = (
        None
        if is_document
        else by_name.get(_plain(heading)) or by_name.get(_plain(_ASIDE.sub("", heading.casefold())))
    )
    if question is None:
        return (DOCUMENT if is_document else ""), Meaning.QUOTE
    return question.key, _meaning(heading, cells, question)


def _meaning(heading: str, cells: Sequence[str], question: Question) -> Meaning:
    short = sum(cell.casefold().strip(" .") in {"yes", "no", "y", "n"} for cell in cells)
    if cells and short * 2 >= len(cells):
        return Meaning.YES_NO
    is_long = sum(map(len, cells)) > _LONG * len(cells)
    return (
        Meaning.VALUE
        if not is_long and (_ANSWERS.search(heading) or question.answer_type != "yes_no")
        else Meaning.QUOTE
    )


def _plain(name: str) -> str:
    return "".join(re.findall(r"\w+", name.casefold())).replace("_", "")


def checked(
    *,
    sheets: Names[int, Extent],
    sheet: int,
    heading_row: int,
    chosen: Sequence[tuple[int, str, str]],
    nothing: str,
    empty_is_nothing: bool,
    questions: Sequence[Question],
) -> Mapping:
    """What a person chose, if it adds up: (column, what it is, meaning). Raises WrongMapping in words."""
    if sheet not in sheets:
        raise WrongMapping("Choose one of the sheets of this workbook.")
    if not 1 <= heading_row < sheets[sheet].last_row:
        raise WrongMapping("There are no rows below the headings. Which row are the headings in?")
    keys, width = {question.key for question in questions}, sheets[sheet].width
    documents = [at for at, is_, _ in chosen if is_ == DOCUMENT]
    columns = tuple((at, is_, meaning) for at, is_, meaning in chosen if is_ and is_ != DOCUMENT)
    for at, is_, meaning in chosen:
        if is_ and is_ != DOCUMENT and is_ not in keys:
            raise WrongMapping("There is no such question in your firm.", column=at)
        if is_ and not 0 <= at < width:
            raise WrongMapping("There is no such column in this sheet.", column=at)
        if is_ and meaning not in set(MEANINGS):
            raise WrongMapping("Say what the cells of this column mean.", column=at)
    if not documents:
        raise WrongMapping("Say which column names the document.")
    if len(documents) > 1:
        raise WrongMapping("Only one column can name the document.", column=documents[1])
    if not columns:
        raise WrongMapping("Say for at least one column which question it answers.")
    return Mapping(sheet, heading_row, documents[0], columns, _nothing(nothing), empty_is_nothing)


def _nothing(words: str) -> tuple[str, ...]:
    if len(words) > _NOTHING_CHARACTERS:
        raise WrongMapping("Give fewer words for “nothing there”.")
    given = (word.strip().strip(".").casefold() for word in re.split(r"[,;\n]", words))
    return tuple(dict.fromkeys(word for word in given if word))


USUAL_NOTHING = ", ".join(NOTHING)

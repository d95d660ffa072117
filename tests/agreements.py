"""Generated agreements that the stand-in can read, three as text and one printed, and what is asked of them."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pymupdf

from inference.evaluation.needle.agreements import Agreements, Clause, asked_for
from inference.evaluation.needle.sample import file_name, sample

if TYPE_CHECKING:
    from review.accounts.models import User
    from review.playbooks.models import Question
    from review.readings.models import CaseAnswer

THERE, ABSENT, LATER = 43, 7, 2


@dataclass(frozen=True)
class Room:
    """The agreements and their files; the last agreement is a PDF."""

    agreements: Agreements
    files: tuple[Path, ...]

    @classmethod
    def written(cls, folder: Path) -> "Room":
        """Write the files as the command does, and print the last."""
        agreements = sample(folder)
        *texts, last = (folder / file_name(each.id) for each in agreements.case_file.documents)
        printed = last.with_suffix(".pdf")
        printed.write_bytes(_printed(last.read_text(encoding="utf-8")))
        return cls(agreements, (*texts, printed))

    @property
    def asked(self) -> list[Clause]:
        """The clauses that the first fifty questions ask for, of every agreement."""
        return sorted(self.agreements.clauses, key=lambda clause: clause.name)[:THERE]

    @property
    def unasked(self) -> list[Clause]:
        """Those that nothing has asked for by then."""
        asked = self.asked
        return [clause for clause in self.agreements.clauses if clause not in asked]

    @property
    def names(self) -> list[str]:
        """Fifty names: forty-three of clauses, and seven that none has."""
        return [*(clause.name for clause in self.asked), *self.agreements.absent[:ABSENT]]

    @cached_property
    def by_name(self) -> dict[str, Clause]:
        return {clause.name: clause for clause in self.agreements.clauses}

    def file_of(self, name: str) -> str | None:
        """The name of the file in which a clause of this name stands."""
        clause = self.by_name.get(name)
        stems = {file.stem: file.name for file in self.files}
        return None if clause is None else stems[Path(file_name(clause.document_id)).stem]

    def is_answered_by(self, answer: "CaseAnswer") -> bool:
        """Whether an answer to one of the columns says what the agreements say: words, document and nothing else."""
        assert answer.question is not None
        clause = self.by_name.get(answer.question.name.removeprefix("Clause "))
        quotes = list(answer.quotes.select_related("text__document"))
        assert all(each.text.content[each.start : each.end] == each.quote for each in quotes)
        if clause is None:
            return answer.state == "not_found" and not quotes
        said = [(Path(each.text.document.name).stem, each.quote) for each in quotes]
        return answer.state == "found" and said == [(Path(file_name(clause.document_id)).stem, clause.text)]


def add_columns(by: "User", names: list[str]) -> "list[Question]":
    """A column of the firm's own for each clause, in this person's firm."""
    from tests.cast import own_question

    asked = [asked_for(name) for name in names]
    return [own_question(by, name=question.name, definition=question.definition) for question in asked]


def _printed(content: str) -> bytes:
    """An agreement on letter paper, a line a line."""
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=612, height=792)
        for number, line in enumerate(content.split("\n")):
            page.insert_text((54, 54 + 13 * number), line, fontsize=9, fontname="tiro")
        return bytes(pdf.tobytes(no_new_id=True))

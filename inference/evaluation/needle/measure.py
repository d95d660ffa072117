"""Needles through the real engine, by depth and length. Knows readers, questions and what is right; no tensors."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from inference.engine.reader import EngineReader
from inference.types import CaseAnswer, CaseFile
from inference.verify import refusals

from .agreements import Agreements, Clause, asked_for
from .intervals import NONE, Share
from .sized import of_tokens

DEPTHS = 5  # equal parts of a case file
ROOM = 192  # tokens for the longest question and answer, reasons not counted

Tell = Callable[["Progress"], None]


@dataclass(frozen=True)
class Wanted:
    """What is to be measured: case files of these lengths, so many needles at each depth, as many for absent clauses.

    No further case file is begun after `seconds`.
    """

    lengths: tuple[int, ...]
    needles: int = 20
    seed: int = 1
    seconds: float | None = None


@dataclass(frozen=True)
class Progress:
    """Questions answered of all, and the seconds that took."""

    done: int
    total: int
    seconds: float

    def __str__(self) -> str:
        rate = self.done / self.seconds if self.seconds else 0.0
        left = (self.total - self.done) / rate / 60 if rate else 0.0
        return f"{self.done} of {self.total} questions, {rate:.1f} a second, {left:.1f} minutes left"


@dataclass
class Cell:
    """What was asked at one depth of one length: `found` says found, `right` with the clause's words and no others."""

    asked: int = 0
    found: int = 0
    right: int = 0

    def json(self) -> dict[str, Any]:
        """Shares with their intervals."""
        return {
            "asked": self.asked,
            "found": Share(self.found, self.asked).json(),
            "right": Share(self.right, self.asked).json(),
        }


@dataclass
class Length:
    """One length: needles by depth, questions about absent clauses, and quotes checked one by one."""

    wanted: int
    tokens: int = 0
    case_files: int = 0
    depths: list[Cell] = field(default_factory=lambda: [Cell() for _ in range(DEPTHS)])
    absent: Share = NONE
    quotes: Share = NONE
    complete: bool = True

    @property
    def right(self) -> Share:
        """At all depths together."""
        return Share(sum(cell.right for cell in self.depths), sum(cell.asked for cell in self.depths))

    def json(self) -> dict[str, Any]:
        """Stable keys: right, absent and quotes are shares; depths run from the beginning of a case file to its end."""
        return {
            "wanted": self.wanted,
            "tokens": self.tokens,
            "case_files": self.case_files,
            "complete": self.complete,
            "right": self.right.json(),
            "absent": self.absent.json(),
            "quotes": self.quotes.json(),
            "depths": [
                {"from": place / DEPTHS, "to": (place + 1) / DEPTHS, **cell.json()}
                for place, cell in enumerate(self.depths)
            ],
        }


def room(reader: EngineReader) -> int:
    """The most tokens of a case file that leave room for a question and its answer."""
    return reader.window - ROOM - 2 * reader.profile.reason_tokens


def measure(reader: EngineReader, wanted: Wanted, tell: Tell = lambda progress: None) -> Iterator[Length]:
    """Each length as soon as it is measured; one that time cut short says so, and those after it are not begun."""
    begun = time.monotonic()
    each = wanted.needles * (DEPTHS + 1)
    total = each * len(wanted.lengths)
    for place, length in enumerate(wanted.lengths):
        found = Length(length)
        for number in range(1, 1 + wanted.needles * DEPTHS):
            if all(cell.asked >= wanted.needles for cell in found.depths):
                break
            if wanted.seconds is not None and time.monotonic() - begun > wanted.seconds:
                found.complete = False
                break
            agreements = of_tokens(f"{wanted.seed} {length} {number}", length, reader.count)
            _ask(reader, agreements, found, wanted.needles)
            done = place * each + sum(cell.asked for cell in found.depths) + found.absent.asked
            tell(Progress(done, total, time.monotonic() - begun))
        yield found
        if not found.complete:
            return


def _ask(reader: EngineReader, agreements: Agreements, found: Length, needles: int) -> None:
    """Ask one case file about what is still wanted of each depth, and put the answers in."""
    clauses = list(_chosen(agreements, found.depths, needles))
    absent = agreements.absent[: max(0, needles - found.absent.asked)]
    questions = [
        asked_for(name, way) for way, name in enumerate([*(clause.name for _, clause in clauses), *absent])
    ]
    reading = reader.read(agreements.case_file)
    answers = {each.question_id: each for each in reader.ask(reading, questions, second_reading=False)}
    found.tokens, found.case_files = max(found.tokens, reading.total), found.case_files + 1
    for place, clause in clauses:
        answer = answers[asked_for(clause.name).id]
        found.depths[place].asked += 1
        found.depths[place].found += answer.state == "found"
        found.depths[place].right += is_right(answer, clause)
    said = sum(answers[asked_for(name).id].state == "not_found" for name in absent)
    found.absent += Share(said, len(absent))
    found.quotes += _exact(answers.values(), agreements.case_file)


def is_right(answer: CaseAnswer, clause: Clause) -> bool:
    """Whether it says found and quotes the clause's words, all of them, where they stand, and nothing else."""
    wanted = [(clause.document_id, clause.start, clause.end, clause.text)]
    return answer.state == "found" and wanted == [
        (each.document_id, each.start, each.end, each.quote) for each in answer.evidence
    ]


def _chosen(agreements: Agreements, cells: Sequence[Cell], needles: int) -> Iterator[tuple[int, Clause]]:
    """Clauses at every depth, spread over it, no more than are still wanted there, with the number of the depth."""
    last = len(agreements.clauses)
    for place, cell in enumerate(cells):
        here = agreements.clauses[place * last // DEPTHS : (place + 1) * last // DEPTHS]
        most = min(needles - cell.asked, len(here), 8)
        for number in range(most):
            yield place, here[number * len(here) // most]


def _exact(answers: Any, case_file: CaseFile) -> Share:
    """How many quotes are their document's words at their place."""
    contents = {document.id: document.content for document in case_file.documents}
    quotes = [quote for answer in answers for quote in answer.evidence]
    return Share(len(quotes) - len(refusals(quotes, contents)), len(quotes))

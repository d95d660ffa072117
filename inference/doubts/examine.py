"""The doubts about a quote, from every rule. Knows a case file, a question and a quote, not who chose it."""

from collections.abc import Iterator
from pathlib import Path

from inference.compact import segments
from inference.types import CaseFile, Doubt, DoubtKind, Evidence, Question

from .asked import asked
from .definition import only_defines
from .denial import denies
from .exception import condition_beside, denied_before, excepted_beside, excepted_within, taken_back
from .parties import OPENING, Parties, parties_of
from .party import other_party
from .quoted import Quoted, Range
from .superseded import Superseding

DEFINES = "The quote only says what a word means; it lays nothing down."
DENIES = "The quote denies what was asked for."
CUT = "Right before the quote its sentence denies it, and the quote leaves that out."
BESIDE = "The sentence goes on with an exception that names what was asked, and the quote leaves it out."
CONDITION = "The sentence makes the quoted words hang on a condition, and the quote leaves it out."
BACK = "What follows the quote takes back something that was asked about."
WITHIN = "What was asked about is named only in an exception."
LATER = "A later document of the case file changes these words."
PARTY = "The quote speaks of another party than the one that was asked about."


class Examiner:
    """One case file; each quote costs time in proportion to itself and its surroundings, changes are found once."""

    def __init__(self, case_file: CaseFile) -> None:
        self._contents = {document.id: document.content for document in case_file.documents}
        self._parties: dict[str, Parties] = {}
        self._superseding = Superseding(case_file)

    def doubts(self, question: Question, quote: Evidence) -> tuple[Doubt, ...]:
        """Every doubt about one exact quote, the decisive ones first."""
        found = self._found(question, quote)
        return tuple(sorted(found, key=lambda doubt: not doubt.is_decisive))

    def _found(self, question: Question, quote: Evidence) -> Iterator[Doubt]:
        parties = self._parties_of(quote.document_id)
        wanted, quoted = asked(question, parties), Quoted(self._contents[quote.document_id], quote)
        change = self._superseding.of(wanted, quote)
        if change:
            yield Doubt("superseded", LATER, change.evidence, change.is_plain)
        if only_defines(wanted, quoted):
            yield Doubt("definition only", DEFINES, quote, True)
        if denies(wanted, quoted):
            yield Doubt("negation", DENIES, quote, False)
        if other_party(wanted, quoted, parties):
            yield Doubt("wrong party", PARTY, quote, False)
        places: tuple[tuple[DoubtKind, str, Range | None, bool], ...] = (
            ("cut", CUT, denied_before(wanted, quoted), True),
            ("carve-out", BESIDE, excepted_beside(wanted, quoted), True),
            ("condition", CONDITION, condition_beside(wanted, quoted), False),
            ("taken back", BACK, taken_back(wanted, quoted), False),
            ("carve-out", WITHIN, excepted_within(wanted, quoted), False),
        )
        for kind, sentence, place, is_decisive in places:
            if place:
                yield Doubt(kind, sentence, _evidence(quote.document_id, place), is_decisive)

    def _parties_of(self, document_id: str) -> Parties:
        if document_id not in self._parties:
            self._parties[document_id] = parties_of(self._contents[document_id][:OPENING])
        return self._parties[document_id]


def doubting_modules() -> list[Path]:
    """The files a doubt depends on, for the fingerprint of an answer."""
    return [*sorted(Path(__file__).parent.glob("*.py")), Path(segments.__file__)]


def _evidence(document_id: str, place: Range) -> Evidence:
    return Evidence(document_id, place.start, place.start + len(place.text), place.text, 1.0)

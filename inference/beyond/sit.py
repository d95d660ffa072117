"""One sitting: ranges stand before the model and are asked about, quotes go back to their documents."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Generic

from inference.answers.values import ANCHORS
from inference.engine.ask import Unanswered
from inference.engine.prompt import CaseFileTooLong
from inference.types import CaseAnswer, Evidence

from .effort import Asking
from .excerpt_doubts import ExcerptExaminer
from .excerpts import Excerpts
from .model import CaseReader, R
from .pending import Pending, Sitting
from .reading import BeyondReading
from .sheet import Counter
from .together import Part

_TRIES = 12
_LARGER = 1.3  # by how much tokens are counted higher where a model says that it was too much


class Sitter(Generic[R]):
    """One matter before one model."""

    def __init__(
        self, reader: CaseReader[R], reading: BeyondReading, tokens: Counter, asking: Asking
    ) -> None:
        self._reader, self._reading, self._tokens, self._asking = reader, reading, tokens, asking

    def sit(self, sitting: Sitting) -> None:
        """Ask, and hand each question what was answered; raises Unanswered and what the reader raises."""
        excerpts, part, examiner = self._before_the_model(sitting)
        answers = self._reader.ask(
            part,
            [each.question for each in sitting.pending],
            seconds=self._asking.seconds,
            cancelled=self._asking.cancelled,
            second_reading=self._asking.second_reading,
        )
        answered = {each.question_id: _placed(each, excerpts) for each in answers}
        days = _days(part.days, excerpts) | _asked_days(sitting.pending, answered)
        for each in sitting.pending:
            doubts = tuple(examiner.given.get(each.question.id, ()))
            each.parts.append(Part(answered[each.question.id], doubts, days, frozenset(sitting.family)))
            each.so_far.read += excerpts.ranges
            each.so_far.rounds += 1

    def _before_the_model(self, sitting: Sitting) -> tuple[Excerpts, R, ExcerptExaminer]:
        """As much of the sheet as the model takes, read; raises CaseFileTooLong where it takes next to nothing."""
        for tries in range(1, _TRIES + 1):
            excerpts = self._fitting(sitting)
            try:
                part = self._reader.begin(excerpts.case_file)
                examiner = ExcerptExaminer(self._reading.examiner, excerpts)
                part.examiner = examiner
                self._prefill(part)
                return excerpts, part, examiner
            except CaseFileTooLong:
                if tries == _TRIES:
                    raise
                self._tokens.scale *= _LARGER
        raise AssertionError("The last try returns or raises.")

    def _prefill(self, part: R) -> None:
        if why := self._asking.stopped:
            raise Unanswered(why, ())
        try:
            part.prefill(cancelled=lambda: self._asking.stopped is not None)
        except Exception:  # the engine and a server each say in their own way that they were called off
            if why := self._asking.stopped:
                raise Unanswered(why, ()) from None
            raise

    def _fitting(self, sitting: Sitting) -> Excerpts:
        """The excerpts of a sheet, made shorter until they fit; what loses anything does not stand for its family."""
        ids = sitting.family or self._reading.sources
        sources = {each: self._reading.sources[each] for each in ids}
        while True:
            excerpts = Excerpts.of(sitting.sheet.ranges, sources)
            if self._tokens.of(excerpts.case_file) <= sitting.sheet.room or not sitting.sheet.shorten():
                return excerpts
            sitting.family = ()


def _placed(answer: CaseAnswer, excerpts: Excerpts) -> CaseAnswer:
    """An answer about excerpts with its quotes at their places in the documents."""
    return replace(
        answer,
        evidence=_in_documents(answer.evidence, excerpts),
        premises=_in_documents(answer.premises, excerpts),
        doubts=(),
    )


def _in_documents(quotes: Iterable[Evidence], excerpts: Excerpts) -> tuple[Evidence, ...]:
    return tuple(map(excerpts.in_document, quotes))


def _days(days: Mapping[str, Sequence[Evidence]], excerpts: Excerpts) -> dict[str, tuple[Evidence, ...]]:
    return {name: _in_documents(quotes, excerpts) for name, quotes in days.items()}


def _asked_days(
    pending: Iterable[Pending], answered: Mapping[str, CaseAnswer]
) -> dict[str, tuple[Evidence, ...]]:
    """Days of a contract that were asked for themselves, and found."""
    asked = {each.question.clause_type: answered[each.question.id] for each in pending}
    return {name: asked[name].evidence for name in ANCHORS if name in asked and asked[name].state == "found"}

"""A whole case file begun, read and asked by the model that this process holds."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .case_answers import CaseAnswered, case_answered
from .cases import Case, CaseBegun, CaseRead
from .held import Held, working_with
from .questions import Asked, to_ask
from .sections import InSections, reads_on
from .specs import ReaderSpec


def begin_case(spec: ReaderSpec, case: Case) -> CaseBegun:
    """Take a case file in hand, or find it where it was read before. Raises UnfitReader, NotThere, CaseTooLong."""
    with working_with(spec) as held:
        reading = held.reading(case)
    binds = held.reader.binds if spec.kind == "remote" else None
    return CaseBegun(
        reading.total,
        reading.done,
        held.window(reading),
        held.fingerprint(reading),
        binds,
        isinstance(reading, InSections),
    )


def read_case(
    spec: ReaderSpec, case: Case, progress: Callable[[int, int], None], cancelled: Callable[[], bool]
) -> CaseRead:
    """Read what has not been read of a case file yet. Raises UnfitReader, NotThere, CaseTooLong, CalledOff."""
    with working_with(spec) as held:
        reading = held.reading(case)
        before = _seconds(reading)
        if not reading.is_complete:
            reading, before = _prefilled(held, case, reading, before, progress, cancelled)
    return CaseRead(
        reading.total,
        _seconds(reading) - before,
        held.fingerprint(reading),
        isinstance(reading, InSections),
    )


def ask_case(
    spec: ReaderSpec, case: Case, questions: Sequence[Asked], cancelled: Callable[[], bool]
) -> Iterator[CaseAnswered]:
    """Each answer about a case file that was read, as it is finished.

    Raises, after those that were, CalledOff, UnfitReader, NotThere and CaseTooLong.
    """
    asked = tuple(map(to_ask, questions))
    with working_with(spec) as held:
        reading = held.reading(case)
        if isinstance(reading, InSections):
            held.make_room_for_sections()
            answers = reading.ask(asked, cancelled)
        else:
            answers = held.reader.ask(reading, asked, cancelled=cancelled)
        for answer in answers:
            yield case_answered(answer)


def _prefilled(
    held: Held,
    case: Case,
    reading: Any,
    before: float,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> tuple[Any, float]:
    """The reading read, and its seconds before: in sections where a server says only now that it is too long."""
    from inference.engine.prompt import CaseFileTooLong

    try:
        reading.prefill(progress, cancelled)
    except CaseFileTooLong as refusal:
        if not reads_on(held.reader):
            raise
        reading, before = held.in_sections(case, refusal.asked or reading.total), 0.0
        reading.prefill(progress, cancelled)
    return reading, before


def _seconds(reading: Any) -> float:
    return float(reading.seconds if isinstance(reading, InSections) else reading.usage.seconds)

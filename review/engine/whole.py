"""A whole case file begun, read and asked by the model that this process holds."""

from collections.abc import Callable, Iterator, Sequence

from .case_answers import CaseAnswered, case_answered
from .cases import Case, CaseBegun, CaseRead
from .company import News, as_told, nothing_new
from .held import working_with
from .questions import Asked, to_ask
from .specs import ReaderSpec


def begin_case(spec: ReaderSpec, case: Case) -> CaseBegun:
    """Take a case file in hand, or find it where it was read before. Raises UnfitReader, NotThere, CaseTooLong."""
    with working_with(spec) as held:
        reading = held.reading(case)
    binds = held.reader.binds if spec.kind == "remote" else None
    return CaseBegun(reading.total, reading.done, held.window(reading), held.fingerprint, binds)


def read_case(
    spec: ReaderSpec, case: Case, progress: Callable[[int, int], None], cancelled: Callable[[], bool]
) -> CaseRead:
    """Read what has not been read of a case file yet. Raises UnfitReader, NotThere, CaseTooLong, CalledOff."""
    with working_with(spec) as held:
        reading = held.reading(case)
        before = reading.usage.seconds
        if not reading.is_complete:
            reading.prefill(progress, cancelled)
    return CaseRead(reading.total, float(reading.usage.seconds - before))


def ask_case(
    spec: ReaderSpec,
    case: Case,
    questions: Sequence[Asked],
    cancelled: Callable[[], bool],
    news: Callable[[], News] = nothing_new,
) -> Iterator[CaseAnswered]:
    """Each answer about a case file that was read, as it is finished; `news` tells who joins, leaves, or has enough.

    Raises, after those that were, CalledOff, GaveWay, UnfitReader, NotThere and CaseTooLong.
    """
    asked = tuple(map(to_ask, questions))
    with working_with(spec) as held:
        for answer in held.reader.ask(held.reading(case), asked, cancelled=cancelled, news=as_told(news)):
            yield case_answered(answer)

"""A whole case file begun, read and asked by the model that this process holds."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from .case_answers import CaseAnswered, case_answered
from .cases import Case, CaseBegun, CaseRead, GoneThrough, KeptAttention
from .company import News, as_told, nothing_new
from .errors import GaveWay
from .held import Held, working_with
from .questions import Asked, to_ask
from .sections import InSections, reads_on, since
from .specs import ReaderSpec


@contextmanager
def in_hand(spec: ReaderSpec, case: Case) -> Iterator[None]:
    """Hold a case file from its reading to its last answer: whatever is wanted gone meanwhile goes after that.

    Raises UnfitReader, NotThere and CaseTooLong.
    """
    with working_with(spec) as held, held.using(case):
        yield


def fingerprint_of_whole(spec: ReaderSpec) -> str:
    """What answers are compared by where this reader takes a case file whole. Raises UnfitReader and NotThere."""
    with working_with(spec) as held:
        return held.fingerprint(held.reader)


def begin_case(spec: ReaderSpec, case: Case) -> CaseBegun:
    """Take a case file in hand, or find it where it was read before. Raises UnfitReader, NotThere, CaseTooLong."""
    with working_with(spec) as held, held.using(case) as reading:
        binds = held.reader.binds if spec.kind == "remote" else None
        saved, name = _saved(reading).saved, reading.saved.name if getattr(reading, "saved", None) else ""
        window, fingerprint = held.window(reading), held.fingerprint(reading)
        sections = isinstance(reading, InSections)
        stays = sections and reading.stays
        return CaseBegun(
            reading.total, reading.done, window, fingerprint, binds, saved, name, sections, stays
        )


def read_case(
    spec: ReaderSpec,
    case: Case,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
    makes_room: Callable[[], bool] = lambda: False,
) -> CaseRead:
    """Restore or read what has not been read of a case file yet.

    `makes_room` is asked, now and then, only where stopping loses nothing, and GaveWay raised when it says so: by a
    model of this machine, and between sections, but not while a server reads. Raises UnfitReader, NotThere,
    CaseTooLong, CalledOff.
    """
    from inference.engine.prompt import CaseFileTooLong

    with working_with(spec) as held, held.using(case) as reading:
        try:
            return _read(held, reading, progress, cancelled, makes_room)
        except CaseFileTooLong as refusal:  # a server may say so only now
            if isinstance(reading, InSections) or not reads_on(held.reader):
                raise
            sections = held.in_sections(case, refusal.asked or reading.total)
        return _read(held, sections, progress, cancelled, makes_room)


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
    with working_with(spec) as held, held.using(case) as reading:
        if not reading.is_complete:  # it was let go of since it was read
            reading.prefill(cancelled=cancelled)
        if isinstance(reading, InSections):
            with held.room_for_sections(case):
                yield from map(case_answered, reading.ask(asked, cancelled, as_told(news)))
            return
        for answer in held.reader.ask(reading, asked, cancelled=cancelled, news=as_told(news)):
            yield case_answered(answer)


def _read(
    held: Held,
    reading: Any,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
    makes_room: Callable[[], bool],
) -> CaseRead:
    before, was_read = reading.usage.seconds, reading.is_complete
    through = reading.gone_through if isinstance(reading, InSections) else GoneThrough()
    if not was_read:
        _prefill(held, reading, progress, cancelled, makes_room)
    return replace(
        _saved(reading),
        tokens=reading.total,
        seconds=float(reading.usage.seconds - before),
        restored=0 if was_read else reading.restored,
        fingerprint=held.fingerprint(reading),
        in_sections=isinstance(reading, InSections),
        gone_through=since(reading.gone_through, through) if isinstance(reading, InSections) else through,
        stays=isinstance(reading, InSections) and reading.stays,
        attention=_attention(reading),
    )


def _prefill(
    held: Held,
    reading: Any,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
    makes_room: Callable[[], bool],
) -> None:
    if isinstance(reading, InSections):
        reading.prefill(progress, cancelled, makes_room)
    elif held.spec.kind == "remote":  # what a server had read is lost when it is called off
        reading.prefill(progress, cancelled)
    else:
        _prefill_in_turns(reading, progress, cancelled, makes_room)


def _prefill_in_turns(
    reading: Any,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
    makes_room: Callable[[], bool],
) -> None:
    """Chunk by chunk: what was read stays. Raises GaveWay."""
    from inference.engine.prefill import Cancelled

    is_enough = False

    def is_to_stop() -> bool:
        nonlocal is_enough
        if cancelled():
            return True
        is_enough = makes_room()
        return is_enough

    try:
        reading.prefill(progress, is_to_stop)
    except Cancelled:
        if is_enough:
            raise GaveWay(()) from None
        raise


def _attention(reading: Any) -> KeptAttention | None:
    """What was kept, by whoever read it: also of what was restored."""
    kept = getattr(reading, "kept_mass", None)
    return KeptAttention(kept.least, kept.heads, kept.dense) if kept is not None else None


def _saved(reading: Any) -> CaseRead:
    """What lies saved of a reading by now."""
    saved = getattr(reading, "saved", None)
    if saved is None:
        return CaseRead(0, 0.0)
    tokens = saved.saved_tokens
    name = saved.name if tokens else ""
    return CaseRead(0, 0.0, saved=tokens, disk_bytes=saved.bytes, saved_as=name, trouble=saved.trouble)

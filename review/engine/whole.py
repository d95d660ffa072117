"""A whole case file begun, read and asked by the model that this process holds."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from .case_answers import CaseAnswered, case_answered
from .cases import Case, CaseBegun, CaseRead
from .held import working_with
from .questions import Asked, to_ask
from .specs import ReaderSpec


def begin_case(spec: ReaderSpec, case: Case) -> CaseBegun:
    """Take a case file in hand, or find it where it was read before. Raises UnfitReader, NotThere, CaseTooLong."""
    with working_with(spec) as held, held.using(case) as reading:
        binds = held.reader.binds if spec.kind == "remote" else None
        saved, name = _saved(reading).saved, reading.saved.name if getattr(reading, "saved", None) else ""
        window = held.window(reading)
        return CaseBegun(reading.total, reading.done, window, held.fingerprint, binds, saved, name)


def read_case(
    spec: ReaderSpec, case: Case, progress: Callable[[int, int], None], cancelled: Callable[[], bool]
) -> CaseRead:
    """Restore or read what has not been read of a case file yet.

    Raises UnfitReader, NotThere, CaseTooLong, CalledOff.
    """
    with working_with(spec) as held, held.using(case) as reading:
        before, was_read = reading.usage.seconds, reading.is_complete
        if not was_read:
            reading.prefill(progress, cancelled)
        seconds = float(reading.usage.seconds - before)
        restored = 0 if was_read else reading.restored
        return replace(_saved(reading), tokens=reading.total, seconds=seconds, restored=restored)


def ask_case(
    spec: ReaderSpec, case: Case, questions: Sequence[Asked], cancelled: Callable[[], bool]
) -> Iterator[CaseAnswered]:
    """Each answer about a case file that was read, as it is finished.

    Raises, after those that were, CalledOff, UnfitReader, NotThere and CaseTooLong.
    """
    asked = tuple(map(to_ask, questions))
    with working_with(spec) as held, held.using(case) as reading:
        if not reading.is_complete:  # it was let go of since it was read
            reading.prefill(cancelled=cancelled)
        for answer in held.reader.ask(reading, asked, cancelled=cancelled):
            yield case_answered(answer)


def _saved(reading: Any) -> CaseRead:
    """What lies saved of a reading by now."""
    saved = getattr(reading, "saved", None)
    if saved is None:
        return CaseRead(0, 0.0)
    tokens = saved.saved_tokens
    name = saved.name if tokens else ""
    return CaseRead(0, 0.0, saved=tokens, disk_bytes=saved.bytes, saved_as=name, trouble=saved.trouble)

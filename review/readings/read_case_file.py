"""Reading a part's case file: restored or read chunk by chunk, told as it goes, and what is kept of it afterwards."""

from django.utils import timezone

from review import engine
from review.jobs.dispatching import hasten
from review.jobs.services import begin

from .disk_budget import keep_within_budget
from .memories import note_memories
from .models import CasePart, PartState
from .note_kept import note_read
from .outcomes import outcomes
from .spending import Spending
from .tend_memory import tender
from .work_in_hand import Work


class Forbidden(Exception):
    """The AI terms forbade it while it was read."""


def read_case_file(work: Work, begun: engine.CaseBegun) -> bool:
    """Read it; True where a server said only now that it is too long, and it is another reading in sections.

    Raises Forbidden, and what becomes of the job where the reader does not come to the end.
    """
    spending = Spending(work.part, saved=0 if begun.done else begun.saved)
    with outcomes(work):
        read = _read(work, begun, spending)
    is_restored = read.restored == read.tokens
    heard = spending.restoring if read.restored else 0.0
    restoring = read.seconds if is_restored else min(read.seconds, heard)
    reading = read.seconds - restoring
    spending.tell_in_all(reading=reading, restoring=restoring)
    work.tokens, work.attention = read.tokens, _attention(read)
    work.say(
        state=PartState.ASKING,
        tokens=read.tokens,
        tokens_read=read.tokens,
        is_remembered=read.stays,
        tokens_restored=_restored(work.part, read.restored),
        asking_at=work.part.asking_at or timezone.now(),
        **work.attention,
    )
    is_other = read.fingerprint != work.fingerprint
    work.fingerprint, work.in_sections = read.fingerprint, read.in_sections
    _note_read(work, read, begun)
    if not begun.is_warm and not is_restored and not read.in_sections:
        prefilled = read.tokens - max(begun.done, read.restored)
        work.keep_pace(prefill_tokens=prefilled, prefill_seconds=reading)
    _keep_pace_of_sections(work, read.gone_through)
    return is_other


def _read(work: Work, begun: engine.CaseBegun, spending: Spending) -> engine.CaseRead:
    """Go on with it to its end, telling how far it is and what that takes; what was taken is told however it ends."""
    at, before = begun.done, max(begun.done, begun.saved, work.part.tokens_read)

    def restored() -> int:
        return _restored(work.part, 0 if begun.done else min(at, begun.saved))

    def progress(done: int, total: int) -> None:
        nonlocal at
        at = done
        spending.hear(done)
        if done > before:
            work.turn.does_new_work()
        if work.is_to_say():
            spending.tell()
            work.say(tokens_read=done, tokens_restored=restored())

    try:
        with spending.told_if_broken_off(engine.CalledOff, engine.GaveWay, Forbidden):
            return engine.read_case(
                work.spec,
                work.case,
                progress,
                lambda: _is_to_stop(work),
                lambda: work.turn.should_end(work.job, work.beside),
            )
    except engine.GaveWay as gave_way:
        work.say(tokens_read=at, tokens_restored=restored())
        _keep_pace_of_sections(work, gave_way.gone_through)
        raise


def _attention(read: engine.CaseRead) -> dict[str, float | int | None]:
    """What a sparse reading kept; nothing of one that looked at everything."""
    kept = read.attention
    return {
        "attention_least": kept.least if kept else None,
        "attention_heads": kept.heads if kept else None,
        "attention_dense": kept.dense if kept else None,
    }


def _is_to_stop(work: Work) -> bool:
    """Whether nobody wants it any more. Raises Forbidden."""
    if work.is_forbidden():
        raise Forbidden
    return work.is_unwanted()


def _keep_pace_of_sections(work: Work, done: engine.GoneThrough) -> None:
    if done.characters:
        work.keep_pace(gone_through=done.characters, gone_through_seconds=done.seconds)


def _restored(part: CasePart, tokens: int) -> int:
    """How many tokens this run found read by others, where so many came back: its own turns read the rest."""
    own = part.tokens_read - part.tokens_restored if part.prefill_seconds else 0
    return max(part.tokens_restored, tokens - own)


def _note_read(work: Work, read: engine.CaseRead, begun: engine.CaseBegun) -> None:
    """What is kept of it now, and what of this matter and others has to go for that."""
    if work.kept is None and not read.in_sections:
        return
    with begin(work.job):
        if work.kept is None:
            note_memories(work.part.run.matter)
        else:
            note_read(work.kept, read, begun)
        others = keep_within_budget(work.job.organization_id, work.job.matter_id)
    if work.kept is not None:
        tender.know(work.kept, work.case.key)  # it may have left for another and come back since it was begun
    hasten(others)

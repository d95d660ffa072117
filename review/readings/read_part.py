"""A worker's way through one case file: the door, the reading, the questions, each answer stored as it is finished.

What was answered stays answered whatever becomes of the worker; what was read of a case file is saved chunk by chunk,
and the next worker goes on from there.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from review import engine
from review.jobs.services import Claimed, begin, given_up
from review.matters.services import AiForbidden
from review.readers.services import note_opened
from review.tenancy.context import in_context

from .ask_case_file import ask_case_file
from .due_tidying import due_tidying
from .let_go import let_go_of_all
from .models import CasePart, PartState, WhyMoved
from .note_kept import note_begun, note_used
from .outcomes import outcomes
from .read_case_file import Forbidden, read_case_file
from .take_in_hand import part_of, work_on
from .tend_memory import tender
from .work_in_hand import Keep, Work, end_part, note_part, refusal_of

LONGEST_CASE = 24 * 3600  # seconds: a million tokens on a small device, and hundreds of questions


def read_part(job: Claimed, *, keep: Keep) -> None:
    """Read a part's case file and ask what it has not been asked; `keep` is told each answer as it is stored.

    It is told inside the transaction that stores the answer, of answers to columns alone. Raises Hopeless with a
    sentence, NotNow where others should have their turn, and LeaseLost when nobody wants it any more.
    """
    with begin(job):
        part = part_of(job)
        if part is None:
            return
        refusal = refusal_of(job, part)
        work = work_on(job, part, keep) if refusal is None else None
    if work is None or not _is_allowed_to_the_end(work):
        _forbid(job, part, refusal)


def settle_part(job_id: UUID, organization_id: UUID, matter_id: UUID | None) -> None:
    """Tell a part that its reading was given up, and why."""
    with in_context(organization_id, matter=matter_id):
        job = given_up(job_id)
        if job is not None:
            note_part(job.subject_id, state=PartState.FAILED, sentence=job.error, ended_at=timezone.now())


def _forbid(job: Claimed, part: CasePart, refusal: str | None) -> None:
    """End it as forbidden, with nothing kept of its matter."""
    engine.forget_cases(str(job.organization_id), str(job.matter_id))
    with begin(job):
        let_go_of_all(part.run.matter, WhyMoved.FORBIDDEN)
        refusal = refusal or refusal_of(job, part) or AiForbidden.sentence
    end_part(job, part, PartState.FORBIDDEN, refusal)


def _is_allowed_to_the_end(work: Work) -> bool:
    """Go all the way and end the part; False, without ending it, where the AI terms forbade it meanwhile."""
    if _was_answered_before(work):
        return True
    begun = _begun(work)
    missing = _missing_of(work, begun)
    if not missing:
        work.end_answered()
        return True
    with _in_hand(work):
        _note_begun(work, begun)
        try:
            is_other = read_case_file(work, begun)
        except Forbidden:
            return False
        if is_other:
            missing, reused = work.missing()
            work.say(fingerprint=work.fingerprint, in_sections=True, is_warm=False, reused=reused)
            if not missing:
                work.end_answered()
                return True
        is_allowed = ask_case_file(work, missing)
        if work.kept:  # a fact of the reading's, whoever has the job by now
            with in_context(work.job.organization_id, matter=work.job.matter):
                note_used(work.kept)
        return is_allowed


def _was_answered_before(work: Work) -> bool:
    """End a part that has nothing left to ask without making room for its reading beside those that are kept."""
    if not work.budgets:
        return False
    with outcomes(work):
        work.fingerprint = engine.fingerprint_of_whole(work.spec)
    missing, reused = work.missing()
    if missing:
        return False
    alike = CasePart.objects.filter(case_file_id=work.part.case_file_id, fingerprint=work.fingerprint)
    with begin(work.job):
        note_opened(work.part.run.profile_id, binds=None)
        tokens = alike.aggregate(counted=Max("tokens"))["counted"] or 0
    found = {"fingerprint": work.fingerprint, "tokens": tokens, "reused": reused}
    work.say(sentence="", reading_at=timezone.now(), **found)
    work.end_answered()
    return True


def _begun(work: Work) -> engine.CaseBegun:
    """Take its case file in hand, or find it where it was read before."""
    if work.budgets:
        engine.set_budgets(str(work.job.organization_id), work.budgets)
    with outcomes(work):
        begun = engine.begin_case(work.spec, work.case)
    tender.know_matter(work.job.organization_id, work.part.matter_id)
    with begin(work.job):
        note_opened(work.part.run.profile_id, binds=begun.binds)
    work.fingerprint, work.tokens, work.in_sections = begun.fingerprint, begun.tokens, begun.in_sections
    return begun


def _missing_of(work: Work, begun: engine.CaseBegun) -> list[engine.Asked]:
    """What is left to ask, with the part told how it begins."""
    missing, reused = work.missing()
    before = work.part.tokens_read if work.part.is_remembered else 0  # pieces of a document among them
    work.say(
        state=PartState.READING,
        sentence="",
        fingerprint=begun.fingerprint,
        tokens=begun.tokens,
        tokens_read=max(begun.done, before),
        is_warm=begun.is_warm and not work.part.prefill_seconds,
        in_sections=begun.in_sections,
        is_remembered=begun.stays,
        reused=reused,
        reading_at=timezone.now(),
    )
    return missing


@contextmanager
def _in_hand(work: Work) -> Iterator[None]:
    """Nobody else has its reading gone between being read and being asked: it would be read again, untold."""
    with ExitStack() as stack:
        with outcomes(work):
            stack.enter_context(engine.in_hand(work.spec, work.case))
        yield


def _note_begun(work: Work, begun: engine.CaseBegun) -> None:
    """Say that this worker holds it, before anything of it is saved; sections hold no keys and values."""
    if begun.in_sections:
        with begin(work.job):
            due_tidying(work.part.run.matter)  # of what is remembered, should it be broken off
    elif work.budgets:
        with begin(work.job):
            work.kept = note_begun(work.part, begun, work.trouble)
        tender.know(work.kept, work.case.key)

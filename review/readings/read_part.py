"""A worker's way through one case file: the door, the prefill, the questions, each answer stored as it is finished.

What was answered stays answered whatever becomes of the worker; what was read of a case file is saved chunk by chunk,
and the next worker goes on from there.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone

from review import engine
from review.jobs.dispatching import hasten
from review.jobs.errors import Hopeless, LeaseLost, NotNow
from review.jobs.services import Claimed, begin, claim, extend, finish, given_up, postpone, withdraw
from review.matters.models import Matter
from review.matters.services import AiForbidden, refuse_unless_allowed
from review.playbooks.models import Question
from review.readers.description import spec_of
from review.readers.services import keep_pace, note_opened, note_problem
from review.tenancy.context import in_context

from .answer_rows import answer_row, doubt_rows, quote_rows
from .case_families import families_in
from .company import Asking, Company
from .disk_budget import keep_within_budget
from .due_tidying import due_tidying
from .giving_way import AWAY, Turn
from .joining import due_beside
from .kept_readings import budget_of
from .let_go import let_go_of_all
from .memories import note_memories
from .models import CaseAnswer, CaseDoubt, CasePart, CaseQuote, KeptReading, PartState, WhyMoved
from .note_kept import note_begun, note_read, note_used
from .recipes import asked_of, free_question, recipe_of
from .shelf import shelf_of
from .tend_memory import tender
from .units import texts_of
from .waiting import given_up_sentence, wait_after

log = logging.getLogger(__name__)

LONGEST_CASE = 24 * 3600  # seconds: a million tokens on a small device, and hundreds of questions
EVERY = 1.0  # seconds between two looks at whether anybody still wants it
TERMS_EVERY = 5.0  # and at whether it may still be read
Keep = Callable[[CaseAnswer, list[CaseQuote]], None]


@dataclass(slots=True)
class _Work:
    """One part in this worker's hands."""

    job: Claimed
    part: CasePart
    spec: engine.ReaderSpec
    case: engine.Case
    asked: list[engine.Asked]
    keep: Keep
    trouble: str = ""  # why nothing of it is saved
    budgets: engine.Budgets | None = None  # None of a server, which keeps what it reads itself
    kept: KeptReading | None = None  # what is kept of it, once there is something to ask
    fingerprint: str = ""
    in_sections: bool = False
    tokens: int = 0  # of the case file
    told: float = 0.0
    looked: float = 0.0
    looked_at_terms: float = 0.0
    is_unwanted: bool = False
    turn: Turn = field(default_factory=Turn)


class _Forbidden(Exception):
    """The AI terms forbade it while it was read."""


def read_part(job: Claimed, *, keep: Keep) -> None:
    """Read a part's case file and ask what it has not been asked; `keep` is told each answer as it is stored.

    It is told inside the transaction that stores the answer, of answers to columns alone. Raises Hopeless with a
    sentence, NotNow where others should have their turn, and LeaseLost when nobody wants it any more.
    """
    with begin(job):
        part = _part_of(job)
        if part is None:
            return
        refusal = _refusal(job, part)
        work = _work(job, part, keep) if refusal is None else None
    with suppress(_Forbidden):
        if work is not None and _was_answered(work):
            return
    engine.forget_cases(str(job.organization_id), str(job.matter_id))
    with begin(job):
        let_go_of_all(part.run.matter, WhyMoved.FORBIDDEN)
    _end(job, part, PartState.FORBIDDEN, refusal or _refusal_now(job, part))


def _part_of(job: Claimed) -> CasePart | None:
    """The part of a job; None, ending it, where that was cancelled while the job was on its way."""
    part = CasePart.objects.select_related("run", "run__profile", "case_file").get(pk=job.subject_id)
    if PartState(part.state).is_over:
        withdraw(job)
        return None
    return part


def settle_part(job_id: UUID, organization_id: UUID, matter_id: UUID | None) -> None:
    """Tell a part that its reading was given up, and why."""
    with in_context(organization_id, matter=matter_id):
        job = given_up(job_id)
        if job is not None:
            _note(job.subject_id, state=PartState.FAILED, sentence=job.error, ended_at=timezone.now())


def _work(job: Claimed, part: CasePart, keep: Keep) -> _Work:
    texts = tuple(
        engine.CaseText(str(place.text_id), place.text.content, place.text.document.language or None)
        for place in texts_of(part.case_file)
    )
    spec = spec_of(part.run.profile)
    found = shelf_of(job.organization_id, part.matter_id)
    case = engine.Case(
        str(job.organization_id),
        str(job.matter_id),
        part.case_file.key,
        texts,
        found.shelf,
        families=tuple(
            tuple(str(piece.text_id) for piece in family) for family in families_in(part.case_file)
        ),
        by_clause_type=not part.run.is_free,
    )
    budgets = _budgets(job.organization_id) if spec.kind == "engine" else None
    return _Work(job, part, spec, case, _asked(part), keep, found.trouble, budgets)


def _budgets(organization_id: UUID) -> engine.Budgets:
    budget = budget_of(organization_id)
    return engine.Budgets(budget.device_bytes, budget.memory_bytes or 0, budget.days * 86_400.0)


def _asked(part: CasePart) -> list[engine.Asked]:
    if part.run.is_free:
        return [free_question(part.run.words)]
    questions = {str(each.pk): each for each in Question.objects.filter(pk__in=part.run.question_ids)}
    return [asked_of(questions[key]) for key in part.run.question_ids if key in questions]


def _was_answered(work: _Work) -> bool:
    """Go all the way and end the part; False, without ending it, where the AI terms forbade it meanwhile."""
    if _was_answered_before(work):
        return True
    begun = _taken_in_hand(work)
    work.fingerprint, work.tokens = begun.fingerprint, begun.tokens
    work.in_sections = begun.in_sections
    missing, reused = _missing(work)
    _say(
        work,
        state=PartState.READING,
        sentence="",
        fingerprint=begun.fingerprint,
        tokens=begun.tokens,
        tokens_read=begun.done,
        is_warm=begun.is_warm and not work.part.prefill_seconds,
        in_sections=begun.in_sections,
        reused=reused,
        reading_at=timezone.now(),
    )
    if not missing:
        _end(work.job, work.part, PartState.DONE, "")
        return True
    with _in_hand(work):
        _note_begun(work, begun)
        if _read(work, begun):
            missing, reused = _missing(work)
            _say(work, fingerprint=work.fingerprint, in_sections=True, is_warm=False, reused=reused)
            if not missing:
                _end(work.job, work.part, PartState.DONE, "")
                return True
        is_answered = _ask(work, missing)
        if work.kept:  # a fact of the reading's, whoever has the job by now
            with in_context(work.job.organization_id, matter=work.job.matter):
                note_used(work.kept)
        return is_answered


def _was_answered_before(work: _Work) -> bool:
    """End a part that has nothing left to ask without making room for its reading beside those that are kept."""
    if not work.budgets:
        return False
    with _causes(work):
        work.fingerprint = engine.fingerprint_of_whole(work.spec)
    missing, reused = _missing(work)
    if missing:
        return False
    alike = CasePart.objects.filter(case_file_id=work.part.case_file_id, fingerprint=work.fingerprint)
    with begin(work.job):
        note_opened(work.part.run.profile_id, binds=None)
        tokens = alike.aggregate(counted=Max("tokens"))["counted"] or 0
    found = {"fingerprint": work.fingerprint, "tokens": tokens, "reused": reused}
    _say(work, sentence="", reading_at=timezone.now(), **found)
    _end(work.job, work.part, PartState.DONE, "")
    return True


@contextmanager
def _in_hand(work: _Work) -> Iterator[None]:
    """Nobody else has its reading gone between being read and being asked: it would be read again, untold."""
    with ExitStack() as stack:
        with _causes(work):
            stack.enter_context(engine.in_hand(work.spec, work.case))
        yield


def _taken_in_hand(work: _Work) -> engine.CaseBegun:
    if work.budgets:
        engine.set_budgets(str(work.job.organization_id), work.budgets)
    with _causes(work):
        begun = engine.begin_case(work.spec, work.case)
    tender.know_matter(work.job.organization_id, work.part.matter_id)
    with begin(work.job):
        note_opened(work.part.run.profile_id, binds=begun.binds)
    return begun


def _note_begun(work: _Work, begun: engine.CaseBegun) -> None:
    """Say that this worker holds it, before anything of it is saved; sections hold no keys and values."""
    if begun.in_sections:
        with begin(work.job):
            due_tidying(work.part.run.matter)  # of what is remembered, should it be broken off
    elif work.budgets:
        with begin(work.job):
            work.kept = note_begun(work.part, begun, work.trouble)
        tender.know(work.kept, work.case.key)


def _missing(work: _Work) -> tuple[list[engine.Asked], int]:
    """What this reader has not answered about this case file, and how much of the rest other runs had asked."""
    by_recipe = {recipe_of(work.fingerprint, asked): asked for asked in work.asked}
    answers = CaseAnswer.objects.filter(case_file_id=work.part.case_file_id, recipe_hash__in=by_recipe)
    with begin(work.job):
        answered = dict(answers.values_list("recipe_hash", "part_id"))
    missing = [asked for recipe, asked in by_recipe.items() if recipe not in answered]
    return missing, sum(part_id != work.part.pk for part_id in answered.values())


def _read(work: _Work, begun: engine.CaseBegun) -> bool:
    """Read it; True where a server said only now that it is too long, and it is another reading in sections."""
    started, restored_by, at = time.monotonic(), time.monotonic(), begun.done
    before = max(begun.done, begun.saved, work.part.tokens_read)

    def progress(done: int, total: int) -> None:
        nonlocal restored_by, at
        at = done
        if done <= begun.saved:
            restored_by = time.monotonic()
        if done > before:
            work.turn.does_new_work()
        if time.monotonic() - work.told >= EVERY:
            work.told = time.monotonic()
            _say(work, tokens_read=done)

    def is_to_stop() -> bool:
        if _is_forbidden(work):
            raise _Forbidden
        # What a server had read when it is called off is lost, and what was gone through of a document, so only a
        # model of our own that reads it whole makes room here.
        may_stop = work.spec.kind == "engine" and not begun.in_sections
        return _is_unwanted(work) or (may_stop and work.turn.should_end(work.job, lambda: _beside(work)))

    with _causes(work):
        try:
            read = engine.read_case(work.spec, work.case, progress, is_to_stop)
        except engine.CalledOff:
            if not work.turn.is_over:
                raise
            seconds, restoring = time.monotonic() - started, restored_by - started
            _say(
                work,
                tokens_read=at,
                tokens_restored=_restored(work.part, 0 if begun.done else min(at, begun.saved)),
                restore_seconds=F("restore_seconds") + restoring,
                prefill_seconds=F("prefill_seconds") + seconds - restoring,
            )
            raise engine.GaveWay(()) from None
    is_restored = read.restored == read.tokens
    heard = restored_by - started if read.restored else 0.0
    restoring = read.seconds if is_restored else min(read.seconds, heard)
    work.tokens = read.tokens
    _say(
        work,
        state=PartState.ASKING,
        tokens=read.tokens,
        tokens_read=read.tokens,
        tokens_restored=_restored(work.part, read.restored),
        restore_seconds=work.part.restore_seconds + restoring,
        prefill_seconds=work.part.prefill_seconds + read.seconds - restoring,
        asking_at=work.part.asking_at or timezone.now(),
    )
    is_other = read.fingerprint != work.fingerprint
    work.fingerprint, work.in_sections = read.fingerprint, read.in_sections
    _note_read(work, read, begun)
    if not begun.is_warm and not is_restored and not read.in_sections:
        prefilled = read.tokens - max(begun.done, read.restored)
        _keep_pace(work, prefill_tokens=prefilled, prefill_seconds=read.seconds - restoring)
    return is_other


def _restored(part: CasePart, tokens: int) -> int:
    """How many tokens this run found read by others, where so many came back: its own turns read the rest."""
    own = part.tokens_read if part.prefill_seconds else 0
    return max(part.tokens_restored, tokens - own)


def _note_read(work: _Work, read: engine.CaseRead, begun: engine.CaseBegun) -> None:
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


def _ask(work: _Work, missing: Sequence[engine.Asked]) -> bool:
    """Ask what is missing, and what parts that join ask; False where that is forbidden by now."""
    work.turn.does_new_work()
    host = _asking(work, missing)
    company = Company(host, work.turn, due=lambda: _beside(work), admit=lambda job_id: _joined(work, job_id))
    begun, tokens = time.monotonic(), 0
    try:
        with _causes(work), company.together():
            asking = engine.ask_case(work.spec, work.case, host.to_ask, company.is_deserted, company.news)
            for answer in asking:
                if not company.take(answer):
                    return False
                tokens += int(answer.usage["decode_tokens"])
    finally:
        if company.answered and not work.in_sections:  # sections take what no reading of the whole takes
            seconds = time.monotonic() - begun
            _keep_pace(work, answers=company.answered, answer_tokens=tokens, answer_seconds=seconds)
    return True


def _beside(work: _Work) -> list[UUID]:
    """Whose questions may be asked with these: columns look for sections in another way than a person's own words."""
    return due_beside(work.part, alike=work.in_sections)


def _asking(work: _Work, missing: Sequence[engine.Asked]) -> Asking:
    # Ids only: a person who wonders whether anything was asked twice finds it here.
    log.info("part %s asks %s", work.part.pk, " ".join(asked.id for asked in missing))
    own = {f"{work.part.pk} {asked.id}": asked for asked in missing}
    return Asking(
        work.job,
        {key: replace(asked, id=key) for key, asked in own.items()},
        is_urgent=work.part.run.is_free,
        store=lambda answer: _stored(work, own[answer.question_id], answer),
        is_unwanted=lambda: _is_unwanted(work),
        end=lambda: _end(work.job, work.part, PartState.DONE, ""),
        put_back=lambda gave_way: _put_back(work, gave_way),
    )


def _joined(host: _Work, job_id: UUID) -> Asking | None:
    """A part that is asked beside another one; None where it cannot be had, or has nothing left to ask."""
    job = claim(job_id, host.job.organization_id, host.job.matter)
    if job is None:
        return None
    try:
        with begin(job):
            part = _part_of(job)
            asked = _asked(part) if part else []
        if part is None:
            return None
        work = replace(host, job=job, part=part, asked=asked, looked=0.0, is_unwanted=False)
        missing, reused = _missing(work)
        tokens = {"tokens": host.tokens, "tokens_read": host.tokens}
        now = timezone.now()
        changes = {
            "sentence": "",
            "fingerprint": work.fingerprint,
            "is_warm": True,
            "in_sections": work.in_sections,
            "reused": reused,
            **tokens,
        }
        _say(work, state=PartState.ASKING, reading_at=now, asking_at=now, **changes)
        if missing:
            return _asking(work, missing)
        _end(job, part, PartState.DONE, "")
    except LeaseLost:
        log.warning("job %s: called off before it joined", job.id)
    return None


def _put_back(work: _Work, gave_way: bool) -> None:
    """Leave a part that had joined to whoever comes next."""
    with suppress(LeaseLost):
        _say(work, state=PartState.PENDING)
        postpone(work.job, _room_sentence(work) if gave_way else "", AWAY if gave_way else 0)


def _room_sentence(work: _Work) -> str:
    missing, _ = _missing(work)
    return f"Making room for others: {len(work.asked) - len(missing):,} of {len(work.asked):,} answered."


def _stored(work: _Work, asked: engine.Asked, answer: engine.CaseAnswered) -> bool:
    """Store one answer in a transaction of its own; False, storing nothing, where the AI terms forbid it by now."""
    with begin(work.job):
        if _refusal(work.job, work.part) is not None:
            return False
        row = answer_row(work.part, work.fingerprint, asked, answer)
        if not _is_first(row):
            return True  # two people asked the same words at once, and the other worker was quicker
        contents = {text.id: text.content for text in work.case.texts}
        quotes = quote_rows(row, contents, answer)
        CaseQuote.objects.bulk_create(quotes)
        CaseDoubt.objects.bulk_create(doubt_rows(row, contents, answer))
        if not work.part.run.is_free:
            work.keep(row, quotes)
        if work.part.waits:
            _note(work.part.pk, waits=0)
    work.part.waits = 0
    return True


def _is_first(row: CaseAnswer) -> bool:
    """Keep an answer, unless there is one; another worker's may be on its way into the table just now."""
    same = CaseAnswer.objects.filter(case_file_id=row.case_file_id, recipe_hash=row.recipe_hash)
    try:
        with transaction.atomic():  # a savepoint
            if not (is_kept := same.exists()):
                row.save(force_insert=True)
    except IntegrityError:
        if not (is_kept := same.exists()):
            raise
    return not is_kept


def _refusal(job: Claimed, part: CasePart) -> str | None:
    matter = Matter.objects.select_related("client").get(pk=job.matter_id)
    try:
        refuse_unless_allowed(matter, part.run.profile.kind)
    except AiForbidden as forbidden:
        return str(forbidden)
    return None


def _refusal_now(job: Claimed, part: CasePart) -> str:
    with begin(job):
        return _refusal(job, part) or AiForbidden.sentence


def _end(job: Claimed, part: CasePart, state: PartState, sentence: str) -> None:
    with finish(job):
        _note(part.pk, state=state, sentence=sentence, ended_at=timezone.now())


def _say(work: _Work, **changes: object) -> None:
    """Tell people how far it is, unless the part is no longer ours."""
    with begin(work.job):
        _note(work.part.pk, **changes)


def _note(part_id: UUID, **changes: object) -> None:
    CasePart.objects.filter(pk=part_id).exclude(state=PartState.CANCELLED).update(**changes)


def _keep_pace(work: _Work, **measured: object) -> None:
    run = work.part.run
    with in_context(work.job.organization_id, matter=work.job.matter):  # also once the job has ended
        keep_pace(run.profile, edition=run.edition, fingerprint=work.fingerprint, **measured)


def _is_forbidden(work: _Work) -> bool:
    """Whether the AI terms forbid by now to read on; asked every few seconds."""
    if time.monotonic() - work.looked_at_terms < TERMS_EVERY:
        return False
    work.looked_at_terms = time.monotonic()
    with begin(work.job):
        return _refusal(work.job, work.part) is not None


def _is_unwanted(work: _Work) -> bool:
    """Whether the job was cancelled or given to another; asked at most once a second."""
    if not work.is_unwanted and time.monotonic() - work.looked >= EVERY:
        work.looked = time.monotonic()
        work.is_unwanted = not extend(work.job)
    return work.is_unwanted


@contextmanager
def _causes(work: _Work) -> Iterator[None]:
    """What the reader says, as what becomes of the job: over, to be tried again later, or nobody's any more."""
    try:
        yield
    except engine.CalledOff:
        raise LeaseLost from None
    except engine.GaveWay:
        _say(work, state=PartState.PENDING)
        raise NotNow(_room_sentence(work), seconds=AWAY) from None
    except engine.CaseTooLong as refusal:
        raise Hopeless(str(refusal)[:500], cause="too_long") from None
    except engine.UnfitReader as refusal:
        with begin(work.job):
            note_problem(work.part.run.profile_id, str(refusal))
        raise Hopeless(str(refusal)[:500], cause="unfit_reader") from None
    except engine.NotThere as missing:
        waits = work.part.waits + 1
        with begin(work.job):
            if missing.of_the_reader:
                note_problem(work.part.run.profile_id, str(missing))
            _note(work.part.pk, state=PartState.PENDING, waits=waits)
        wait = wait_after(waits, missing.wait)
        if wait is None:
            sentence = given_up_sentence(str(missing), of_the_reader=missing.of_the_reader)
            raise Hopeless(sentence, cause="not_there") from None
        raise NotNow(str(missing)[:500], seconds=wait) from None

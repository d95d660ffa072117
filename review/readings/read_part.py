"""A worker's way through one case file: the door, the prefill, the questions, each answer stored as it is finished.

What was answered stays answered whatever becomes of the worker; what was read of a case file is saved chunk by chunk,
and the next worker goes on from there.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from review import engine
from review.jobs.dispatching import hasten
from review.jobs.errors import Hopeless, LeaseLost, NotNow
from review.jobs.services import Claimed, begin, extend, finish, given_up, withdraw
from review.matters.models import Matter
from review.matters.services import AiForbidden, refuse_unless_allowed
from review.playbooks.models import Question
from review.readers.description import spec_of
from review.readers.services import keep_pace, note_opened, note_problem
from review.tenancy.context import in_context

from .disk_budget import keep_within_budget
from .kept_readings import budget_of
from .let_go import let_go_of_all
from .models import CaseAnswer, CaseDoubt, CasePart, CaseQuote, KeptReading, PartState, Role, WhyMoved
from .note_kept import note_begun, note_read, note_used
from .recipes import FREE, asked_of, free_question, recipe_of
from .shelf import Found, shelf_of
from .tend_memory import tender
from .units import texts_of
from .waiting import given_up_sentence, wait_after

log = logging.getLogger(__name__)

LONGEST_CASE = 24 * 3600  # seconds: a million tokens on a small device, and hundreds of questions
EVERY = 1.0  # seconds between two looks at whether anybody still wants it
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
    told: float = 0.0
    looked: float = 0.0
    is_unwanted: bool = False


def read_part(job: Claimed, *, keep: Keep) -> None:
    """Read a part's case file and ask what it has not been asked; `keep` is told each answer as it is stored.

    It is told inside the transaction that stores the answer. Raises Hopeless with a sentence, and LeaseLost when
    nobody wants it any more.
    """
    with begin(job):
        part = CasePart.objects.select_related("run", "run__profile", "case_file").get(pk=job.subject_id)
        if PartState(part.state).is_over:  # cancelled while the job was on its way
            withdraw(job)
            return
        refusal = _refusal(job, part)
        work = _work(job, part, keep) if refusal is None else None
    if work is not None and _was_answered(work):
        _end(job, part, PartState.DONE, "")
        return
    engine.forget_cases(str(job.organization_id), str(job.matter_id))
    with begin(job):
        let_go_of_all(part.run.matter, WhyMoved.FORBIDDEN)
    _end(job, part, PartState.FORBIDDEN, refusal or _refusal_now(job, part))


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
    is_kept = spec.kind == "engine"
    found = shelf_of(job.organization_id, job.matter_id) if is_kept else Found(None)
    case = engine.Case(str(job.organization_id), str(job.matter_id), part.case_file.key, texts, found.shelf)
    budgets = _budgets(job.organization_id) if is_kept else None
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
    """Go all the way; False where the AI terms forbade it meanwhile."""
    begun = _taken_in_hand(work)
    work.fingerprint = begun.fingerprint
    missing, reused = _missing(work)
    _say(
        work,
        state=PartState.READING,
        sentence="",
        fingerprint=begun.fingerprint,
        tokens=begun.tokens,
        tokens_read=begun.done,
        is_warm=begun.is_warm,
        reused=reused,
        reading_at=timezone.now(),
    )
    if not missing:
        return True
    _note_begun(work, begun)
    _read(work, begun)
    is_answered = _ask(work, missing)
    if work.kept:  # a fact of the reading's, whoever has the job by now
        with in_context(work.job.organization_id, matter=work.job.matter):
            note_used(work.kept)
    return is_answered


def _taken_in_hand(work: _Work) -> engine.CaseBegun:
    if work.budgets:
        engine.set_budgets(work.budgets)
    with _causes(work):
        begun = engine.begin_case(work.spec, work.case)
    with begin(work.job):
        note_opened(work.part.run.profile_id, binds=begun.binds)
    return begun


def _note_begun(work: _Work, begun: engine.CaseBegun) -> None:
    """Say that this worker holds it, before anything of it is saved."""
    if work.budgets:
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


def _read(work: _Work, begun: engine.CaseBegun) -> None:
    started, restored_by = time.monotonic(), time.monotonic()

    def progress(done: int, total: int) -> None:
        nonlocal restored_by
        if done <= begun.saved:
            restored_by = time.monotonic()
        if time.monotonic() - work.told >= EVERY:
            work.told = time.monotonic()
            _say(work, tokens_read=done)

    with _causes(work):
        read = engine.read_case(work.spec, work.case, progress, lambda: _is_unwanted(work))
    is_restored = read.restored == read.tokens
    heard = restored_by - started if read.restored else 0.0
    restoring = read.seconds if is_restored else min(read.seconds, heard)
    _say(
        work,
        state=PartState.ASKING,
        tokens=read.tokens,
        tokens_read=read.tokens,
        tokens_restored=max(work.part.tokens_restored, read.restored),
        restore_seconds=work.part.restore_seconds + restoring,
        prefill_seconds=read.seconds - restoring,
        asking_at=timezone.now(),
    )
    _note_read(work, read, begun)
    if not begun.is_warm and not is_restored:
        prefilled = read.tokens - max(begun.done, read.restored)
        _keep_pace(work, prefill_tokens=prefilled, prefill_seconds=read.seconds - restoring)


def _note_read(work: _Work, read: engine.CaseRead, begun: engine.CaseBegun) -> None:
    """What is kept of it now, and what of this matter and others has to go for that."""
    if work.kept is None:
        return
    with begin(work.job):
        note_read(work.kept, read, begun)
        others = keep_within_budget(work.job.organization_id, work.job.matter_id)
    tender.know(work.kept, work.case.key)  # it may have left for another and come back since it was begun
    hasten(others)


def _ask(work: _Work, missing: Sequence[engine.Asked]) -> bool:
    # Ids only: a person who wonders whether anything was asked twice finds it here.
    log.info("part %s asks %s", work.part.pk, " ".join(asked.id for asked in missing))
    begun, tokens, answers = time.monotonic(), 0, 0
    by_id = {asked.id: asked for asked in missing}
    with _causes(work):
        for answer in engine.ask_case(work.spec, work.case, missing, lambda: _is_unwanted(work)):
            if not _stored(work, by_id[answer.question_id], answer):
                return False
            tokens, answers = tokens + int(answer.usage["decode_tokens"]), answers + 1
    _keep_pace(work, answers=answers, answer_tokens=tokens, answer_seconds=time.monotonic() - begun)
    return True


def _stored(work: _Work, asked: engine.Asked, answer: engine.CaseAnswered) -> bool:
    """Store one answer in a transaction of its own; False, storing nothing, where the AI terms forbid it by now."""
    with begin(work.job):
        if _refusal(work.job, work.part) is not None:
            return False
        row = _row(work, asked, answer)
        if CaseAnswer.objects.filter(case_file_id=row.case_file_id, recipe_hash=row.recipe_hash).exists():
            return True  # two people asked the same words at once, and the other worker was quicker
        row.save(force_insert=True)
        quotes = _quotes(work, row, answer.evidence, Role.EVIDENCE)
        quotes += _quotes(work, row, answer.premises, Role.PREMISE, after=len(quotes))
        CaseQuote.objects.bulk_create(quotes)
        CaseDoubt.objects.bulk_create(_doubts(work, row, answer.doubts))
        work.keep(row, quotes)
        if work.part.waits:
            _note(work.part.pk, waits=0)
    work.part.waits = 0
    return True


def _row(work: _Work, asked: engine.Asked, answer: engine.CaseAnswered) -> CaseAnswer:
    profile, part = work.part.run.profile, work.part
    return CaseAnswer(
        organization_id=part.organization_id,
        matter_id=part.matter_id,
        case_file=part.case_file,
        part=part,
        question_id=None if asked.id == FREE else UUID(asked.id),
        recipe_hash=recipe_of(work.fingerprint, asked),
        asked_hash=engine.asked_hash(asked),
        reader=profile.kind,
        fingerprint=work.fingerprint,
        read_by=answer.read_by[:200],
        state=answer.state,
        value=answer.value,
        rule=answer.rule,
        reason=_storable(answer.reason),
        against=_storable(answer.against),
        support=answer.support,
        prefill_tokens=int(answer.usage["prefill_tokens"]),
        prefill_seconds=answer.usage["prefill_seconds"],
        decode_tokens=int(answer.usage["decode_tokens"]),
        seconds=answer.usage["seconds"],
        price_minor=profile.price_minor,
        currency=profile.currency,
    )


def _storable(words: str) -> str:
    """A model's own words without what PostgreSQL cannot hold."""
    return words.replace("\0", "\ufffd")


def _quotes(
    work: _Work, answer: CaseAnswer, found: Sequence[engine.CaseQuote], role: Role, *, after: int = 0
) -> list[CaseQuote]:
    """Those that stand where they say; others are why an answer is unsupported, and are no quotes."""
    exact = [each for each in found if _is_exact(work, each)]
    return [
        CaseQuote(
            organization_id=answer.organization_id,
            matter_id=answer.matter_id,
            answer=answer,
            text_id=UUID(quote.text_id),
            ordinal=ordinal,
            role=role,
            start=quote.start,
            end=quote.end,
            quote=quote.quote,
            score=quote.score,
        )
        for ordinal, quote in enumerate(exact, start=after + 1)
    ]


def _doubts(work: _Work, answer: CaseAnswer, found: Sequence[engine.CaseDoubt]) -> list[CaseDoubt]:
    exact = [each for each in found if _is_exact(work, each.evidence)]
    return [
        CaseDoubt(
            organization_id=answer.organization_id,
            matter_id=answer.matter_id,
            answer=answer,
            text_id=UUID(doubt.evidence.text_id),
            ordinal=ordinal,
            kind=doubt.kind,
            sentence=doubt.sentence[:500],
            is_decisive=doubt.is_decisive,
            start=doubt.evidence.start,
            end=doubt.evidence.end,
            quote=doubt.evidence.quote,
        )
        for ordinal, doubt in enumerate(exact, start=1)
    ]


def _is_exact(work: _Work, quote: engine.CaseQuote) -> bool:
    contents = (text.content for text in work.case.texts if text.id == quote.text_id)
    return quote.start < quote.end and next(contents, "")[quote.start : quote.end] == quote.quote


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
    with begin(work.job):
        keep_pace(run.profile, edition=run.edition, fingerprint=work.fingerprint, **measured)


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
    except engine.CaseTooLong as refusal:
        raise Hopeless(str(refusal)[:500], cause="too_long") from None
    except engine.UnfitReader as refusal:
        with begin(work.job):
            note_problem(work.part.run.profile_id, str(refusal))
        raise Hopeless(str(refusal)[:500], cause="unfit_reader") from None
    except engine.NotThere as missing:
        waits = work.part.waits + 1
        with begin(work.job):
            note_problem(work.part.run.profile_id, str(missing))
            _note(work.part.pk, state=PartState.PENDING, waits=waits)
        wait = wait_after(waits, missing.wait)
        if wait is None:
            raise Hopeless(given_up_sentence(str(missing)), cause="not_there") from None
        raise NotNow(str(missing)[:500], seconds=wait) from None

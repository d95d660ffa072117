"""Asking a case file that was read: a part's own questions, those of parts that join, each answer stored by itself."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from review import engine
from review.jobs.errors import LeaseLost
from review.jobs.services import begin, claim

from .answer_rows import answer_row, doubt_rows, quote_rows
from .company import Asking, Company
from .models import CaseAnswer, CaseDoubt, CaseQuote, PartState
from .outcomes import outcomes, put_back
from .recipes import recipe_of
from .spending import pay_a_share
from .take_in_hand import part_of, questions_of
from .work_in_hand import Work, note_part, refusal_of

log = logging.getLogger(__name__)


def ask_case_file(work: Work, missing: Sequence[engine.Asked]) -> bool:
    """Ask what is missing, and what parts that join ask; False where that is forbidden by now."""
    work.turn.does_new_work()
    host = _asking(work, missing)
    company = Company(host, work.turn, due=work.beside, admit=lambda job_id: _joined(work, job_id))
    begun, tokens = time.monotonic(), 0
    try:
        with outcomes(work), company.together():
            asking = engine.ask_case(work.spec, work.case, host.to_ask, company.is_deserted, company.news)
            for answer in asking:
                if not company.take(answer):
                    return False
                tokens += int(answer.usage["decode_tokens"])
    finally:
        seconds = time.monotonic() - begun
        if work.in_sections:  # which takes reading them: also without an answer, that comes in another turn
            work.keep_pace(section_answers=company.answered, section_tokens=tokens, section_seconds=seconds)
        elif company.answered:
            work.keep_pace(answers=company.answered, answer_tokens=tokens, answer_seconds=seconds)
    return True


def _asking(work: Work, missing: Sequence[engine.Asked]) -> Asking:
    # Ids only: a person who wonders whether anything was asked twice finds it here.
    log.info("part %s asks %s", work.part.pk, " ".join(asked.id for asked in missing))
    own = {f"{work.part.pk} {asked.id}": asked for asked in missing}
    asking = Asking(
        work.job,
        {key: replace(asked, id=key) for key, asked in own.items()},
        is_urgent=work.part.run.is_free,
        store=lambda answer: _stored(work, own[answer.question_id], answer, among=len(asking.open)),
        is_unwanted=work.is_unwanted,
        end=work.end_answered,
        put_back=lambda gave_way: put_back(work, gave_way=gave_way),
    )
    return asking


def _joined(host: Work, job_id: UUID) -> Asking | None:
    """A part that is asked beside another one; None where it cannot be had, or has nothing left to ask."""
    job = claim(job_id, host.job.organization_id, host.job.matter)
    if job is None:
        return None
    try:
        with begin(job):
            part = part_of(job)
            asked = questions_of(part) if part else []
        if part is None:
            return None
        work = replace(host, job=job, part=part, asked=asked, looked=0.0, was_unwanted=False)
        missing, reused = work.missing()
        _say_joined(work, reused)
        if missing:
            return _asking(work, missing)
        work.end_answered()
    except LeaseLost:
        log.warning("job %s: called off before it joined", job.id)
    return None


def _say_joined(work: Work, reused: int) -> None:
    now = timezone.now()
    work.say(
        state=PartState.ASKING,
        sentence="",
        fingerprint=work.fingerprint,
        tokens=work.tokens,
        tokens_read=work.tokens,
        is_warm=True,
        in_sections=work.in_sections,
        reused=reused,
        reading_at=now,
        asking_at=now,
        **work.attention,
    )


def _stored(work: Work, asked: engine.Asked, answer: engine.CaseAnswered, *, among: int) -> bool:
    """Store one answer, `among` so many that are open, in a transaction of its own.

    False, storing nothing, where the AI terms forbid it by now.
    """
    with begin(work.job):
        if refusal_of(work.job, work.part) is not None:
            return False
        row = _first_row(work, asked, answer, among=among)
        if row is None:  # two people asked the same words at once, and the other worker was quicker
            note_part(work.part.pk, reused=F("reused") + 1)
            return True
        contents = {text.id: text.content for text in work.case.texts}
        quotes = quote_rows(row, contents, answer)
        CaseQuote.objects.bulk_create(quotes)
        CaseDoubt.objects.bulk_create(doubt_rows(row, contents, answer))
        if not work.part.run.is_free:
            work.keep(row, quotes)
        if work.part.waits:
            note_part(work.part.pk, waits=0)
    work.part.waits = 0
    return True


def _first_row(
    work: Work, asked: engine.Asked, answer: engine.CaseAnswered, *, among: int
) -> CaseAnswer | None:
    """Keep an answer, unless there is one; another worker's may be on its way into the table just now."""
    recipe = recipe_of(work.fingerprint, asked)
    same = CaseAnswer.objects.filter(case_file_id=work.part.case_file_id, recipe_hash=recipe)
    try:
        with transaction.atomic():  # a savepoint: with the row goes what it paid
            if same.exists():
                return None
            share = pay_a_share(work.part, among=among)
            row = answer_row(work.part, work.fingerprint, asked, answer, share=share)
            row.save(force_insert=True)
    except IntegrityError:
        if not same.exists():
            raise
        return None
    return row

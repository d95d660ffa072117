"""Every write of the room: back-tests, what a lawyer says of a disagreement, and approvals of questions."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from review.accounts.models import User
from review.documents.blobs import put_blob
from review.errors import Conflict, Invalid
from review.jobs.models import Job, JobKind
from review.jobs.services import cancel, due_for_matter
from review.matters.models import Matter
from review.playbooks.models import Question
from review.tenancy.audit import record
from review.tenancy.turns import Turn, take_turn

from .errors import NotYetReady
from .mapping import Mapping
from .measures import Measure, Measured, words_hash
from .models import (
    Adjudication,
    BackTest,
    BackTestRun,
    BackTestState,
    Comparison,
    QuestionApproval,
    Ruling,
    Verdict,
)

LARGEST = 20 << 20  # bytes of a spreadsheet
DISAGREEMENTS = frozenset(
    {Verdict.FOLDED, Verdict.LEFT_OPEN, Verdict.READER_MISSED, Verdict.PEOPLE_MISSED, Verdict.DIFFER}
)


@transaction.atomic
def open_backtest(matter: Matter, *, name: str, size: int, chunks: Iterable[bytes], by: User) -> BackTest:
    """Take the spreadsheet of a past review, and make the reading of its rows due. Raises Invalid past the limit."""
    if size > LARGEST:
        raise Invalid(f"This spreadsheet is larger than {LARGEST >> 20} MB.")
    if not size:
        raise Invalid("This file is empty.")
    blob = put_blob(matter.organization_id, matter.pk, chunks)
    backtest = BackTest.objects.create(
        organization_id=matter.organization_id,
        matter=matter,
        name=_name(name),
        size=blob.size,
        sha256=blob.sha256,
        blob_key=blob.key,
        uploaded_by=by,
    )
    record(by, "backtest.opened", backtest, size=blob.size)
    due_for_matter(JobKind.SHEET, matter, subject_id=backtest.pk, input_hash=blob.sha256)
    return backtest


@transaction.atomic
def start_comparison(backtest: BackTest, *, mapping: Mapping, by: User) -> BackTestRun:
    """Compare the spreadsheet with the matter's present findings, as its columns were said to be."""
    backtest = BackTest.objects.select_for_update(of=("self",)).select_related("matter").get(pk=backtest.pk)
    if backtest.state == BackTestState.COMPARING:
        raise Conflict("This back-test is being compared already.")
    if not backtest.sheets.exists():
        raise NotYetReady
    run = BackTestRun.objects.create(
        organization_id=backtest.organization_id,
        matter_id=backtest.matter_id,
        backtest=backtest,
        ordinal=backtest.runs.count() + 1,
        mapping=mapping.as_json(),
        started_by=by,
    )
    BackTest.objects.filter(pk=backtest.pk).update(state=BackTestState.COMPARING)
    record(by, "backtest.compared", run, questions=len({key for _, key, _ in mapping.columns}))
    digest = hashlib.sha256(json.dumps(run.mapping, sort_keys=True).encode()).hexdigest()
    due_for_matter(JobKind.COMPARE, backtest.matter, subject_id=run.pk, input_hash=digest)
    return run


@transaction.atomic
def cancel_backtest(backtest: BackTest, *, by: User) -> BackTest:
    """Stop what is under way; an earlier result stays. Raises Conflict where nothing is."""
    backtest = BackTest.objects.select_for_update(of=("self",)).get(pk=backtest.pk)
    if backtest.state not in (BackTestState.READING, BackTestState.COMPARING):
        raise Conflict("Nothing of this back-test is under way.")
    subjects = [backtest.pk, *backtest.runs.values_list("pk", flat=True)]
    cancel(list(Job.objects.filter(matter_id=backtest.matter_id, subject_id__in=subjects)))
    backtest.state = state_without_work(backtest)
    backtest.save(update_fields=["state"])
    record(by, "backtest.cancelled", backtest)
    return backtest


def state_without_work(backtest: BackTest) -> BackTestState:
    """How a back-test stands once nothing of it is under way any more."""
    if Comparison.objects.filter(run__backtest_id=backtest.pk).exists():
        return BackTestState.DONE
    return BackTestState.TO_MAP if backtest.sheets.exists() else BackTestState.CANCELLED


@transaction.atomic
def adjudicate(comparison: Comparison, *, ruling: Ruling, by: User, note: str = "") -> Adjudication:
    """Say who was right about a disagreement; the last word holds. Raises Conflict where they agree."""
    if comparison.verdict not in DISAGREEMENTS:
        raise Conflict("Here the reader and the people do not disagree.")
    take_turn(Turn.ROW, comparison.pk)
    latest = comparison.adjudications.order_by("-ordinal").first()
    adjudication = Adjudication.objects.create(
        organization_id=comparison.organization_id,
        matter_id=comparison.matter_id,
        comparison=comparison,
        ordinal=latest.ordinal + 1 if latest else 1,
        ruling=ruling,
        note=note.strip()[:1000],
        decided_by=by,
    )
    record(by, "backtest.adjudicated", comparison, ruling=ruling.value)
    return adjudication


@transaction.atomic
def decide_use(
    question: Question, *, approved: bool, measured: Measured, by: User, note: str = ""
) -> QuestionApproval:
    """Let a question be used as the measured reader answers it, or not; kept with what was known then."""
    measure = measured.by_question.get(question.pk, Measure())
    approval = QuestionApproval.objects.create(
        organization_id=question.organization_id,
        question=question,
        reader_fingerprint=measured.reader_fingerprint,
        words_hash=words_hash(question),
        is_approved=approved,
        judged=measure.judged,
        figures=measure.as_json(),
        note=note.strip()[:1000],
        decided_by=by,
    )
    action = "question.approved" if approved else "question.not_approved"
    record(by, action, approval, question=question.key, judged=measure.judged)
    return approval


def ruling_of(words: Any) -> Ruling:
    """A ruling as it was sent. Raises Invalid for anything else."""
    if words not in Ruling.values:
        raise Invalid("Choose who was right: the reader, the people, both, or undecided.")
    return Ruling(words)


def _name(path: str) -> str:
    shown = path.replace("\\", "/").rsplit("/", 1)[-1].strip()
    return "".join(character for character in shown if character.isprintable())[-255:] or "unnamed"

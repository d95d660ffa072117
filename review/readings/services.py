"""Every write that a person makes: start a run over a matter's case files, and cancel it."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from review.accounts.models import User
from review.errors import Conflict, Invalid
from review.jobs.models import Job, JobKind
from review.jobs.services import cancel, due_for_matter
from review.matters.models import Matter
from review.matters.services import refuse_unless_allowed
from review.playbooks.models import Question
from review.readers.description import spec_of
from review.readers.errors import NoWholeReader
from review.readers.models import ReaderProfile
from review.tenancy.audit import record
from review.tenancy.turns import Turn, take_turn

from .errors import NotAcross, NothingLeft, NothingToRead, UnderWay
from .estimate import estimate_run
from .models import CaseFile, CasePart, CaseRun, PartState
from .recipes import asked_of
from .units import Plan, keep_case_files, plan_of

OPEN = (PartState.PENDING, PartState.READING, PartState.ASKING)
STOPPED = (PartState.FAILED, PartState.FORBIDDEN, PartState.CANCELLED)
SOON, LATER = 2, 6  # priorities: somebody waits for the first


@transaction.atomic
def start_run(matter: Matter, profile: ReaderProfile, questions: Sequence[Question], *, by: User) -> CaseRun:
    """Put columns to every case file of a matter; what this reader has answered costs nothing.

    Raises AiForbidden, NoWholeReader, UnderWay, NothingToRead, and Invalid without questions.
    """
    refuse_reader(matter, profile)
    if not questions:
        raise Invalid("Choose at least one question.")
    _alone(matter)
    estimate, plan = estimate_run(matter, profile, [asked_of(question) for question in questions])
    run = CaseRun(
        profile=profile,
        question_ids=[str(question.pk) for question in questions],
        estimate=estimate.as_json(),
        started_by=by,
    )
    _begin(matter, run, plan)
    record(
        by, "run.started", run, reader=str(profile.pk), questions=len(questions), case_files=len(plan.units)
    )
    return run


@transaction.atomic
def start_free_run(
    matter: Matter, profile: ReaderProfile, words: str, *, is_across: bool = False, by: User
) -> CaseRun:
    """Put one question in a person's own words to every case file of a matter, or to all of it as one.

    Raises what `start_run` raises, and NotAcross where the reader cannot read all of it as one.
    """
    refuse_reader(matter, profile)
    plan = plan_of(matter, spec_of(profile), is_across=is_across)
    if is_across:
        refuse_across(plan)
    run = CaseRun(profile=profile, words=words, is_across=is_across, started_by=by)
    _begin(matter, run, plan)
    return run


@transaction.atomic
def cancel_run(run: CaseRun, *, by: User) -> int:
    """Stop what has not ended; answers that were given are kept. Raises Conflict where nothing is under way."""
    # Jobs before parts, as a worker takes them that stores an answer: else each could wait for the other.
    jobs = Job.objects.filter(matter_id=run.matter_id, subject_id__in=run.parts.values("pk"))
    found = list(jobs.select_for_update().order_by("pk"))
    parts = run.parts.select_for_update(of=("self",)).filter(state__in=OPEN)
    stopped = [part.pk for part in parts]
    if not stopped:
        raise Conflict("Nothing of this run is under way.")
    cancel([job for job in found if job.subject_id in stopped])
    CasePart.objects.filter(pk__in=stopped).update(
        state=PartState.CANCELLED, sentence=f"Cancelled by {by.name}.", ended_at=timezone.now()
    )
    record(by, "run.cancelled", run, parts=len(stopped))
    return len(stopped)


@transaction.atomic
def resume_run(run: CaseRun, *, by: User) -> int:
    """Go on with what ended without all its answers; those that were given are asked for no more.

    Raises AiForbidden, NoWholeReader, UnderWay, and NothingLeft where all was answered or goes on.
    """
    refuse_reader(run.matter, run.profile)
    if not run.is_free:
        _alone(run.matter)
    stopped = list(
        run.parts.select_for_update(of=("self",)).select_related("case_file").filter(state__in=STOPPED)
    )
    if not stopped:
        raise NothingLeft
    ids = [part.pk for part in stopped]
    CasePart.objects.filter(pk__in=ids).update(
        state=PartState.PENDING, sentence="", waits=0, asking_at=None, ended_at=None
    )
    _make_due(run, stopped)
    record(by, "run.resumed", run, parts=len(stopped))
    return len(stopped)


def refuse_reader(matter: Matter, profile: ReaderProfile | None) -> None:
    """The door before anything is read whole. Raises NoWholeReader, AiForbidden."""
    if profile is None or profile.is_retired or not profile.reads_whole_files:
        raise NoWholeReader
    refuse_unless_allowed(matter, profile.kind)


def refuse_across(plan: Plan) -> None:
    """The door before all of a matter is read as one.

    Raises NotAcross where nobody knows the window, or it is too short for sections of all of it.
    """
    if plan.too_long or (plan.window is None and len(plan.units) > 0):
        raise NotAcross


def _alone(matter: Matter) -> None:
    """Let one run of columns at a time go on in a matter. Raises UnderWay."""
    take_turn(Turn.RUNS, matter.pk)
    if CasePart.objects.filter(matter_id=matter.pk, run__words="", state__in=OPEN).exists():
        raise UnderWay


def _begin(matter: Matter, run: CaseRun, plan: Plan) -> None:
    """Store a run with a part for every unit of the plan, each with its job."""
    if not plan.units:
        raise NothingToRead
    run.organization_id, run.matter, run.edition = matter.organization_id, matter, run.profile.edition
    run.save(force_insert=True)
    case_files = keep_case_files(matter, plan.units)
    parts = [_part(run, case_file, ordinal) for ordinal, case_file in enumerate(case_files, start=1)]
    CasePart.objects.bulk_create(parts)
    _make_due(run, parts)


def _make_due(run: CaseRun, parts: Sequence[CasePart]) -> None:
    """A job for each part, started anew where an earlier one is over."""
    kind, priority = (JobKind.INQUIRE, SOON) if run.is_free else (JobKind.READ_CASE, LATER)
    for part in parts:
        due_for_matter(
            kind,
            run.matter,
            subject_id=part.pk,
            input_hash=part.case_file.key,
            priority=priority,
            again=True,
        )


def _part(run: CaseRun, case_file: CaseFile, ordinal: int) -> CasePart:
    return CasePart(
        organization_id=run.organization_id,
        matter_id=run.matter_id,
        run=run,
        case_file=case_file,
        ordinal=ordinal,
        questions=len(run.question_ids) or 1,
    )

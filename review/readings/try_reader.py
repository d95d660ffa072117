"""Trying a server of the firm's out: a worker goes there with a trifle, and the profile says what came of it."""

from django.db import transaction

from review import engine
from review.accounts.models import User
from review.errors import Conflict
from review.jobs.models import Job, JobKind, JobState
from review.jobs.services import CLAIMABLE, Claimed, begin, due_for_firm, finish
from review.readers.description import spec_of
from review.readers.models import ReaderKind, ReaderProfile
from review.readers.services import note_opened, note_problem
from review.tenancy.audit import record


@transaction.atomic
def try_reader(profile: ReaderProfile, *, by: User) -> None:
    """Have a worker try a server out. Raises Conflict for a reader that is no server, or is retired."""
    if profile.kind != ReaderKind.REMOTE:
        raise Conflict("Only a server has a connection to try.")
    if profile.is_retired:
        raise Conflict("This reader is retired. Restore it first.")
    if is_being_tried(profile):
        return
    edition = f"edition {profile.edition}"
    due_for_firm(JobKind.TRY_READER, profile.organization_id, subject_id=profile.pk, input_hash=edition)
    record(by, "reader.tried", profile, edition=profile.edition)


def is_being_tried(profile: ReaderProfile) -> bool:
    """Whether a worker was asked to and has not told yet."""
    states = (*CLAIMABLE, JobState.LEASED)
    return Job.objects.filter(kind=JobKind.TRY_READER, subject_id=profile.pk, state__in=states).exists()


def try_out(job: Claimed) -> None:
    """Go to the server of this job and keep what came of it with the profile. Reads nothing of any matter."""
    with begin(job):
        profile = ReaderProfile.objects.get(pk=job.subject_id)
    problem, binds = "", None
    try:
        binds = engine.try_server(spec_of(profile)).binds
    except (engine.UnfitReader, engine.NotThere) as refusal:
        problem = str(refusal)
    with finish(job):
        if not ReaderProfile.objects.filter(pk=profile.pk, edition=profile.edition).exists():
            return  # other settings by now, which nobody has tried
        if problem:
            note_problem(profile.pk, problem)
        else:
            note_opened(profile.pk, binds=binds)

"""The gate of runs and of readings that are kept: the only way to fetch one for a person."""

from uuid import UUID

from review.accounts.models import User
from review.errors import NotFound
from review.matters.access import Purpose, may

from .kept_readings import with_names
from .models import CaseRun, KeptReading


def access_run(user: User, run_id: UUID, *, to: Purpose = "read") -> CaseRun:
    """A run of columns of a matter the person is on. Raises NotFound, also behind a wall."""
    runs = CaseRun.objects.select_related("matter", "matter__client", "profile", "started_by")
    run = runs.filter(pk=run_id, words="").first()
    if run is None:
        raise NotFound
    may(user, run.matter_id, to=to)
    return run


def access_reading(user: User, reading_id: UUID, *, to: Purpose = "read") -> KeptReading:
    """A reading that is, or was, kept of a matter the person is on. Raises NotFound, also behind a wall."""
    reading = with_names(KeptReading.objects.select_related("matter")).filter(pk=reading_id).first()
    if reading is None:
        raise NotFound
    may(user, reading.matter_id, to=to)
    return reading

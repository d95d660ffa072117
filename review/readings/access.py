"""The gate of runs: the only way to fetch one for a person."""

from uuid import UUID

from review.accounts.models import User
from review.errors import NotFound
from review.matters.access import Purpose, may

from .models import CaseRun


def access_run(user: User, run_id: UUID, *, to: Purpose = "read") -> CaseRun:
    """A run of columns of a matter the person is on. Raises NotFound, also behind a wall."""
    runs = CaseRun.objects.select_related("matter", "matter__client", "profile", "started_by")
    run = runs.filter(pk=run_id, words="").first()
    if run is None:
        raise NotFound
    may(user, run.matter_id, to=to)
    return run

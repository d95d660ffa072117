"""Every write of the room: ask a matter, and call a question off."""

from django.db import transaction

from review.accounts.models import User
from review.errors import Conflict, Invalid
from review.matters.models import Matter
from review.readers.errors import NoWholeReader
from review.readers.selectors import reader_of
from review.readings.models import CasePart
from review.readings.services import OPEN, cancel_run, resume_run, start_free_run
from review.tenancy.audit import record

from .models import Inquiry

LONGEST = 2000  # characters
AT_ONCE = 5  # questions of one person that may wait in a matter


@transaction.atomic
def ask_matter(matter: Matter, words: str, *, is_across: bool = False, by: User) -> Inquiry:
    """Put a question in a person's own words to each case file of a matter, or across all of it as one.

    Raises Invalid for no question, AiForbidden, NoWholeReader, NothingToRead, NotAcross, and Conflict for too many at
    once.
    """
    words = " ".join(words.split())
    if len(words) < 3 or len(words) > LONGEST or "\0" in words:
        raise Invalid(f"Ask a question of 3 to {LONGEST:,} characters.")
    profile = reader_of(matter.pk)
    if profile is None:
        raise NoWholeReader
    _refuse_crowd(matter, by)
    run = start_free_run(matter, profile, words, is_across=is_across, by=by)
    inquiry = Inquiry.objects.create(
        organization_id=matter.organization_id, matter_id=matter.pk, run=run, asked_by=by
    )
    record(by, "matter.asked", inquiry, reader=str(profile.pk), across=is_across)
    return inquiry


@transaction.atomic
def cancel_inquiry(inquiry: Inquiry, *, by: User) -> None:
    """Call a question off; what was answered stays. Raises Conflict where it has ended."""
    cancel_run(inquiry.run, by=by)
    record(by, "matter.question_cancelled", inquiry)


@transaction.atomic
def resume_inquiry(inquiry: Inquiry, *, by: User) -> None:
    """Go on with a question that ended without all its answers. Raises what `ask_matter` and `resume_run` raise."""
    _refuse_crowd(inquiry.matter, by)
    resume_run(inquiry.run, by=by)
    record(by, "matter.question_resumed", inquiry)


def _refuse_crowd(matter: Matter, by: User) -> None:
    waiting = CasePart.objects.filter(matter_id=matter.pk, run__started_by=by, state__in=OPEN)
    if waiting.exclude(run__words="").values("run_id").distinct().count() >= AT_ONCE:
        raise Conflict(f"{AT_ONCE} of your questions are waiting already. Wait for an answer, or cancel one.")

"""The gate of questions in people's own words: whoever may read the matter sees them, whoever reviews on it asks."""

from uuid import UUID

from review.accounts.models import User
from review.errors import NotFound
from review.matters.access import Purpose, may

from .models import Inquiry


def access_inquiry(user: User, inquiry_id: UUID, *, to: Purpose = "read") -> Inquiry:
    """A question asked in a matter the person is on. Raises NotFound, also behind a wall."""
    inquiries = Inquiry.objects.select_related(
        "matter", "matter__client", "asked_by", "run", "run__profile", "run__started_by"
    )
    inquiry = inquiries.filter(pk=inquiry_id).first()
    if inquiry is None:
        raise NotFound
    may(user, inquiry.matter_id, to=to)
    return inquiry

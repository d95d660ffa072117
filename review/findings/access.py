"""The gate of findings: the only way to fetch one for a person."""

from uuid import UUID

from review.accounts.models import User
from review.errors import NotFound
from review.matters.access import Purpose, may

from .models import Finding


def access_finding(user: User, finding_id: UUID, *, to: Purpose = "read") -> Finding:
    """A finding of a matter the person is on. Raises NotFound, also behind a wall."""
    findings = Finding.objects.select_related("document", "question", "text", "run")
    # A decision seldom needs the whole contract; where it does, the text is fetched then.
    finding = findings.defer("text__content", "text__original_content").filter(pk=finding_id).first()
    if finding is None:
        raise NotFound
    may(user, finding.matter_id, to=to)
    return finding

"""Every write of the room: comments and flags."""

from review.accounts.models import User
from review.errors import Invalid
from review.findings.models import Finding
from review.tenancy.audit import record

from .models import Comment, Flag


def comment_on(finding: Finding, *, by: User, body: str) -> Comment:
    """Leave a remark beside a finding."""
    if not body.strip():
        raise Invalid("Write something first.")
    comment = Comment.objects.create(
        organization_id=finding.organization_id,
        matter_id=finding.matter_id,
        finding=finding,
        author=by,
        body=body.strip(),
    )
    record(by, "finding.commented", finding)
    return comment


def turn_flag(finding: Finding, *, by: User) -> bool:
    """Raise one's flag on a finding, or take it down. Returns whether it is up now."""
    mine = Flag.objects.filter(finding=finding, raised_by=by)
    is_up = not mine.delete()[0]
    if is_up:
        Flag.objects.create(
            organization_id=finding.organization_id,
            matter_id=finding.matter_id,
            finding=finding,
            raised_by=by,
        )
    record(by, "finding.flagged" if is_up else "finding.unflagged", finding)
    return is_up

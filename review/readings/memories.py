"""What is remembered of a matter's documents for reading in sections: its share of the firm's disk, and its end.

Its share goes by the id of the matter's key, so it is one share a matter, and it ends as readings do.
"""

import shutil
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from review import engine
from review.matters.models import Matter
from review.tenancy.turns import Turn, take_turn

from .due_tidying import due_tidying
from .kept_readings import budget_of
from .models import CasePart, MatterReadingKey, ReadingShare
from .reading_folders import folder_of, weigh


def note_memories(matter: Matter) -> None:
    """Write down what they take by now, and that they were used; in a context of the matter."""
    take_turn(Turn.READINGS, matter.organization_id)
    key = MatterReadingKey.objects.filter(matter_id=matter.pk).first()
    weight = weigh(_folder(matter.organization_id, matter.pk))
    if key is None or not weight.bytes:
        return
    told = {
        "bytes": weight.share,
        "last_used_at": timezone.now(),
        "pinned_until": None,
        "tidier": due_tidying(matter).pk,
    }
    ReadingShare.objects.update_or_create(id=key.pk, organization_id=matter.organization_id, defaults=told)


def note_left_memories(matter: Matter) -> None:
    """The same of what a reading that never ended has left, where nobody has written it down."""
    if not _shares(matter.pk).exists():
        note_memories(matter)


def are_memories(share: ReadingShare, matter_id: UUID) -> bool:
    """Whether a share is that of this matter's memories."""
    return MatterReadingKey.objects.filter(pk=share.pk, matter_id=matter_id).exists()


def tidy_memories(matter: Matter) -> bool:
    """Let go of them where nobody used them for as long as the firm keeps readings; whether there are any left."""
    share = _shares(matter.pk).first()
    if share is None:
        return False
    days = timedelta(days=budget_of(matter.organization_id).days)
    if share.last_used_at + days > timezone.now():
        return True
    forget_memories(matter.organization_id, matter.pk)
    return False


def forget_memories(organization_id: UUID, matter_id: UUID) -> None:
    """Have them gone: the share now, the files at the commit."""
    _shares(matter_id).delete()
    CasePart.objects.filter(matter_id=matter_id, is_remembered=True).update(is_remembered=False)
    folder = _folder(organization_id, matter_id)
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))


def _shares(matter_id: UUID) -> QuerySet[ReadingShare]:
    keys = MatterReadingKey.objects.filter(matter_id=matter_id).values_list("pk", flat=True)
    return ReadingShare.objects.filter(pk__in=list(keys))


def _folder(organization_id: UUID, matter_id: UUID) -> Path:
    return folder_of(organization_id, matter_id) / engine.MEMORIES

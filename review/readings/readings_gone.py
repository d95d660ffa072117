"""What becomes of a deleted matter's readings, for its receipt: how many, how large, and that nothing opens a copy."""

from dataclasses import dataclass
from uuid import UUID

from .models import KeptReading, MatterReadingKey, ReadingShare
from .reading_folders import folder_of, weigh


@dataclass(frozen=True, slots=True)
class ReadingsGone:
    """Saved readings that go with their matter, and the matter's part of the key that sealed them."""

    readings: int
    bytes: int
    keys: int

    def as_facts(self) -> dict[str, int]:
        """The same for an audit row."""
        return {"readings": self.readings, "reading_bytes": self.bytes, "reading_keys": self.keys}

    @property
    def sentence(self) -> str:
        """The same for a person."""
        if not self.keys:
            return "Nothing was saved of its readings."
        plural = "reading" if self.readings == 1 else "readings"
        return (
            f"{self.readings} saved {plural} of {self.bytes:,} bytes and the key that sealed them: no copy of them"
            " opens any more, on no backup of the files either. A worker that still holds one in memory drops it"
            " within a minute."
        )


def readings_gone(organization_id: UUID, matter_id: UUID, *, keys: int) -> ReadingsGone:
    """What lies on the disk of a matter now; `keys` were deleted in this transaction."""
    folder = folder_of(organization_id, matter_id)
    there = [each for each in folder.iterdir() if each.is_dir()] if folder.is_dir() else []
    saved = [each for each in there if not each.name.startswith(".")]
    return ReadingsGone(len(saved), sum(weigh(each).share for each in there), keys)


def give_back_shares(matter_id: UUID, *, using: str) -> None:
    """The shares of a matter's readings name no matter, so they go by the readings, before those do."""
    for model in (KeptReading, MatterReadingKey):  # what is remembered of its documents goes by its key
        own = model.objects.using(using).filter(matter_id=matter_id).values_list("pk", flat=True)
        ReadingShare.objects.using(using).filter(pk__in=list(own)).delete()

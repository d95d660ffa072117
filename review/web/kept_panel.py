"""The readings that are kept of a matter as a page shows them: rows in words, what is gone apart, and sums."""

import hashlib
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat

from review.matters.models import Matter
from review.readings.kept_readings import kept_readings_of
from review.readings.models import CasePart, KeptReading, Place, WhyMoved
from review.readings.services import OPEN

PLACES = {
    Place.DEVICE: "In the reader’s memory",
    Place.MEMORY: "In main memory",
    Place.DISK: "On disk",
    Place.GONE: "Not kept any more",
}
WAITS = frozenset({WhyMoved.ROOM, WhyMoved.SMALLER})  # why a reading is in main memory
WORTH_A_LOOK = 5  # readings on the home of a matter


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One reading as people see it now."""

    reading: KeptReading
    place: Place

    @property
    def place_in_words(self) -> str:
        return PLACES[self.place]

    @property
    def is_gone(self) -> bool:
        return self.place == Place.GONE

    @property
    def memory_bytes(self) -> int:
        return self.reading.memory_bytes if self.place.is_in_memory else 0

    @property
    def why(self) -> str:
        """Why it moved or ended, in a sentence that names who did it; empty where nothing happened."""
        reading = self.reading
        if self.is_gone and reading.why == WhyMoved.PERSON and reading.let_go_by is not None:
            return f"{reading.let_go_by.name} let go of it."
        if self.place == Place.MEMORY and reading.why in WAITS:
            return str(WhyMoved(reading.why).label)
        return reading.sentence

    @property
    def saved(self) -> str:
        """How much of it lies on the disk, where that is not all of it."""
        reading = self.reading
        if self.is_gone or reading.is_saved:
            return ""
        return f"{reading.saved_tokens:,} of {reading.tokens:,} tokens are saved"


@dataclass(frozen=True, slots=True)
class Panel:
    """All that is, or was, kept of a matter, and what a browser has to tell to be sent it only when it changed."""

    here: list[KeptRow]
    gone: list[KeptRow]
    is_live: bool  # something of it may change by itself while a person looks

    @property
    def in_memory(self) -> int:
        return sum(row.place.is_in_memory for row in self.here)

    @property
    def on_disk(self) -> int:
        return sum(bool(row.reading.disk_bytes) for row in self.here)

    @property
    def memory_size(self) -> str:
        return filesizeformat(sum(row.memory_bytes for row in self.here))

    @property
    def disk_size(self) -> str:
        return filesizeformat(sum(row.reading.disk_bytes for row in self.here))

    @property
    def worth_a_look(self) -> list[KeptRow]:
        return [*self.here, *self.gone][:WORTH_A_LOOK]

    @property
    def seen(self) -> str:
        facts = [
            (
                row.reading.pk,
                row.place,
                row.why,
                row.saved,
                row.memory_bytes,
                row.reading.disk_bytes,
                row.reading.pinned_until,
            )
            for row in (*self.here, *self.gone)
        ]
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def panel_of(matter: Matter) -> Panel:
    """What is kept of a matter, the last used first."""
    rows = [KeptRow(reading, reading.place_now) for reading in kept_readings_of(matter)]
    is_asked = CasePart.objects.filter(matter_id=matter.pk, state__in=OPEN).exists()
    return Panel(
        [row for row in rows if not row.is_gone],
        [row for row in rows if row.is_gone],
        is_asked or any(row.place.is_in_memory for row in rows),
    )

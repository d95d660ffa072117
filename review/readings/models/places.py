"""Where a reading can be that was kept, and the closed list of reasons for which it moves."""

from django.db.models import TextChoices


class Place(TextChoices):
    """Where a reading is that was kept."""

    DEVICE = "device", "In a reader's memory"
    MEMORY = "memory", "Waiting in a reader's main memory"
    DISK = "disk", "On disk, sealed"
    GONE = "gone", "Not kept"

    @property
    def is_in_memory(self) -> bool:
        return self in {Place.DEVICE, Place.MEMORY}


class WhyMoved(TextChoices):
    """Why a reading left where it was; none of them names another matter."""

    NOTHING = "", "It has not moved"
    ROOM = "room", "It made room for another reading."
    SMALLER = "smaller", "The firm lets readings take less memory now."
    CLOSED = "closed", "The worker closed this reader."
    LIFETIME = "lifetime", "It was kept as long as the firm keeps readings."
    BUDGET = "budget", "The firm's disk budget was full, and this reading was used longest ago."
    PERSON = "person", "Somebody let go of it."
    FORBIDDEN = "forbidden", "The AI terms forbid machine reading."
    CHANGED = "changed", "The reader was changed, and reads otherwise now."
    STOPPED = "stopped", "The worker that held it in memory stopped."
    DAMAGED = "damaged", "What was saved of it did not open, so it was read again."
    TROUBLE = "trouble", "It could not be saved."

    @property
    def is_of_the_disk(self) -> bool:
        """Whether it says why a reading is not on the disk, whatever holds it in memory."""
        return self in {WhyMoved.BUDGET, WhyMoved.TROUBLE}

    @property
    def is_a_decision(self) -> bool:
        """Whether it was wanted gone, so that a worker that has it in hand does not bring it back."""
        return self in {WhyMoved.PERSON, WhyMoved.FORBIDDEN, WhyMoved.CHANGED, WhyMoved.LIFETIME}

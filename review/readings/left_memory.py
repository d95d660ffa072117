"""What a row says once its reading has left the memory of this process."""

from django.utils import timezone

from review import engine

from .due_tidying import due_tidying
from .let_go import let_go
from .models import KeptReading, Place, WhyMoved
from .note_kept import this_worker
from .reading_folders import folder_of


def left_memory(reading: KeptReading, why: WhyMoved) -> None:
    """Tell a locked row; one of which nothing is saved is let go of, and another worker's is left alone."""
    if reading.worker != this_worker() or reading.place == Place.GONE:
        return
    if not reading.saved_tokens:
        reading.saved_tokens = _lying(reading)
    if not reading.saved_tokens:
        let_go(reading, why)
        return
    reading.place, reading.why, reading.moved_at = Place.DISK, why, timezone.now()
    reading.memory_bytes, reading.held_until = 0, None
    changed = ["place", "why", "moved_at", "memory_bytes", "held_until", "saved_tokens"]
    reading.save(update_fields=changed)


def _lying(reading: KeptReading) -> int:
    """Tokens that a reading had saved when it was broken off: nobody has counted them, or its files, yet."""
    lying = (
        engine.saved_cases(folder_of(reading.organization_id, reading.matter_id)) if reading.folder else ()
    )
    tokens = next((saved.done or 0 for saved in lying if saved.name == reading.folder), 0)
    if tokens:
        due_tidying(reading.matter, now=True)  # which weighs them
    return tokens

"""The character map, as this room packs it; the room of documents owns it, because it reads it back."""

from review.documents.character_map import (
    Rectangle,
    Word,
    boxes,
    pack,
    seal,
    step_of,
    unpack,
    word_at,
)

__all__ = ["Rectangle", "Word", "boxes", "pack", "seal", "step_of", "unpack", "word_at"]

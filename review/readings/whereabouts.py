"""Where the case files of a matter are kept as one reader read them, as far as an estimate has to know it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Sum

from review.matters.models import Matter
from review.readers.models import ReaderProfile
from review.readers.selectors import Pace

from .models import CasePart, KeptReading, Place

LAST = 5  # case files that came back from disk, by which the next are judged


@dataclass(frozen=True, slots=True)
class Kept:
    """Case files by key: those a worker has read, in memory, and how many tokens of others it has or the disk."""

    warm: frozenset[str] = frozenset()
    saved: Mapping[str, int] = field(default_factory=dict)
    tokens_a_second: float | None = None  # that came back from disk of late; None where none did

    def seconds_to_restore(self, tokens: int) -> float | None:
        """About how long bringing so many tokens back takes; None where nobody knows."""
        if not tokens:
            return 0.0
        return tokens / self.tokens_a_second if self.tokens_a_second else None


def kept_by(matter: Matter, profile: ReaderProfile, pace: Pace) -> Kept:
    """What is kept of a matter by this reader as it is now; nothing where nobody knows its fingerprint yet."""
    if not pace.fingerprint:
        return Kept()
    readings = KeptReading.objects.select_related("case_file").filter(
        matter_id=matter.pk, profile=profile, fingerprint=pace.fingerprint
    )
    now = [(each.case_file.key, each.place_now, each) for each in readings]
    return Kept(
        warm=frozenset(key for key, place, each in now if place.is_in_memory and each.is_read),
        saved={key: _kept_tokens(each, place) for key, place, each in now},
        tokens_a_second=_restored_a_second(matter, pace),
    )


def _kept_tokens(reading: KeptReading, place: Place) -> int:
    """How much of one there is: of one that is being read, what was read before or lies saved of it."""
    if place.is_in_memory:
        return max(reading.saved_tokens, reading.read_tokens)
    return reading.saved_tokens if place == Place.DISK else 0


def _restored_a_second(matter: Matter, pace: Pace) -> float | None:
    whole = CasePart.objects.filter(  # what a part read itself and brought back is not among its tokens
        matter_id=matter.pk, fingerprint=pace.fingerprint, prefill_seconds=0
    )
    restored = whole.filter(tokens_restored__gt=0, restore_seconds__gt=0)
    newest = list(restored.order_by("-reading_at").values_list("pk", flat=True)[:LAST])
    summed = restored.filter(pk__in=newest).aggregate(
        tokens=Sum("tokens_restored"), seconds=Sum("restore_seconds")
    )
    return summed["tokens"] / summed["seconds"] if summed["seconds"] else None

"""Reads: which profile holds for a matter, how fast it was, and what was kept with it."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum

from .models import Acceptance, MatterReader, MeasuredPace, ReaderProfile

LAST = 5  # case files that the pace of a profile is told from


def all_readers() -> list[ReaderProfile]:
    """The profiles of the running organization, those in use first."""
    return list(ReaderProfile.objects.select_related("added_by").order_by("is_retired", "name"))


def readers_in_use() -> list[ReaderProfile]:
    """Those that may be chosen."""
    return [profile for profile in all_readers() if not profile.is_retired]


def reader_of(matter_id: UUID) -> ReaderProfile | None:
    """The profile that holds for a matter: its own choice, else the firm's default; a retired one holds nowhere."""
    chosen = chosen_reader(matter_id)
    if chosen is not None and not chosen.profile.is_retired:
        return chosen.profile
    return ReaderProfile.objects.filter(is_default=True, is_retired=False).first()


def chosen_reader(matter_id: UUID) -> MatterReader | None:
    """What the lead of a matter chose for it, with who did."""
    return MatterReader.objects.select_related("profile", "chosen_by").filter(matter_id=matter_id).first()


def latest_acceptance(profile: ReaderProfile) -> Acceptance | None:
    """The newest page kept with a profile; its edition may be an earlier one."""
    return profile.acceptances.select_related("kept_by").order_by("-kept_at").first()


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a profile was of late: tokens read a second, seconds and tokens an answer; None where not measured."""

    tokens_a_second: float | None
    seconds_a_question: float | None
    fingerprint: str
    tokens_an_answer: float | None = None

    def seconds_to_read(self, tokens: float) -> float | None:
        """About how long reading so many tokens takes; None where nobody knows."""
        if not tokens:
            return 0.0
        return tokens / self.tokens_a_second if self.tokens_a_second else None

    def seconds_to_answer(self, questions: int) -> float | None:
        """About how long so many questions take once the case files are read; None where nobody knows."""
        return questions * self.seconds_a_question if self.seconds_a_question else None if questions else 0.0


def pace_of(profile: ReaderProfile) -> Pace:
    """The pace of a profile as it is now, over the last case files it read and was asked about."""
    own = MeasuredPace.objects.filter(profile=profile, edition=profile.edition).order_by("-measured_at")
    newest = own.first()
    read = _sums(own.filter(prefill_tokens__gt=0), "prefill_tokens", "prefill_seconds")
    asked = _sums(own.filter(answers__gt=0), "answers", "answer_seconds", "answer_tokens")
    return Pace(
        tokens_a_second=read[0] / read[1] if read[1] else None,
        seconds_a_question=asked[1] / asked[0] if asked[0] else None,
        fingerprint=newest.fingerprint if newest else "",
        tokens_an_answer=asked[2] / asked[0] if asked[0] else None,
    )


def _sums(paces: "object", *names: str) -> list[float]:
    rows = MeasuredPace.objects.filter(pk__in=[pace.pk for pace in paces[:LAST]])  # type: ignore[index]
    summed = rows.aggregate(**{name: Sum(name) for name in names})
    return [float(summed[name] or 0) for name in names]

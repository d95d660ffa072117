"""Reads: which profile holds for a matter, how fast it was, and what was kept with it."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from .models import Acceptance, MatterReader, MeasuredPace, ReaderProfile

LAST = 5  # case files that the pace of a profile is told from
TURNS = 100  # that are looked through for as many with answers


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
    """How fast a profile was of late: tokens read a second, seconds and tokens an answer; None where not measured.

    In sections: code points gone through a second, and what an answer took with reading the sections found for it.
    """

    tokens_a_second: float | None
    seconds_a_question: float | None
    fingerprint: str
    tokens_an_answer: float | None = None
    characters_a_second: float | None = None
    seconds_in_sections: float | None = None
    tokens_in_sections: float | None = None

    @property
    def was_measured(self) -> bool:
        """Whether anything is known of it."""
        known = (
            self.tokens_a_second,
            self.seconds_a_question,
            self.characters_a_second,
            self.seconds_in_sections,
        )
        return any(known)

    def seconds_to_read(self, tokens: float) -> float | None:
        """About how long reading so many tokens takes; None where nobody knows."""
        if not tokens:
            return 0.0
        return tokens / self.tokens_a_second if self.tokens_a_second else None

    def seconds_to_answer(self, questions: int) -> float | None:
        """About how long so many questions take once the case files are read; None where nobody knows."""
        return _times(questions, self.seconds_a_question)

    def seconds_to_go_through(self, characters: int) -> float | None:
        """About how long going through so many code points takes; None where nobody knows."""
        return _times(characters, 1 / self.characters_a_second if self.characters_a_second else None)

    def seconds_to_answer_in_sections(self, questions: int) -> float | None:
        """About how long so many questions take with reading sections for them; None where nobody knows."""
        return _times(questions, self.seconds_in_sections)


def pace_of(profile: ReaderProfile) -> Pace:
    """The pace of a profile as it is now, over the last case files it read and was asked about."""
    own = MeasuredPace.objects.filter(profile=profile, edition=profile.edition).order_by("-measured_at")
    newest = own.filter(
        Q(prefill_tokens__gt=0) | Q(answers__gt=0)
    ).first()  # sections have another fingerprint
    read = _sums(own.filter(prefill_tokens__gt=0), "prefill_tokens", "prefill_seconds")
    asked = _sums(own.filter(answers__gt=0), "answers", "answer_seconds", "answer_tokens")
    through = _sums(own.filter(gone_through__gt=0), "gone_through", "gone_through_seconds")
    answers, seconds, tokens = _in_sections(own.filter(section_seconds__gt=0))
    return Pace(
        tokens_a_second=read[0] / read[1] if read[1] else None,
        seconds_a_question=asked[1] / asked[0] if asked[0] else None,
        fingerprint=newest.fingerprint if newest else "",
        tokens_an_answer=asked[2] / asked[0] if asked[0] else None,
        characters_a_second=through[0] / through[1] if through[1] else None,
        seconds_in_sections=seconds / answers if answers else None,
        tokens_in_sections=tokens / answers if answers else None,
    )


def _in_sections(paces: QuerySet[MeasuredPace]) -> tuple[int, float, int]:
    """Answers, seconds and tokens of the last case files: turns without an answer count to the next that has some."""
    answers, seconds, tokens, taken = 0, 0.0, 0, 0
    rows = paces.values_list("section_answers", "section_seconds", "section_tokens")[:TURNS]
    for own, took, wrote in rows:
        taken += own > 0
        if taken > LAST:
            break
        if taken:  # later turns without any are of answers that nobody has yet
            answers, seconds, tokens = answers + own, seconds + took, tokens + wrote
    return answers, seconds, tokens


def _times(number: int, each: float | None) -> float | None:
    return 0.0 if not number else None if each is None else number * each


def _sums(paces: QuerySet[MeasuredPace], *names: str) -> list[float]:
    rows = MeasuredPace.objects.filter(pk__in=[pace.pk for pace in paces[:LAST]])
    summed = rows.aggregate(**{name: Sum(name) for name in names})
    return [float(summed[name] or 0) for name in names]

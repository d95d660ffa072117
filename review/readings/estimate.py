"""What a run would take before it is started: reading what is kept nowhere, and answering; in seconds and money."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from review import engine
from review.matters.models import Matter
from review.readers.description import spec_of
from review.readers.models import ReaderProfile
from review.readers.money import cost_in_words
from review.readers.selectors import Pace, pace_of

from .models import CaseAnswer, CasePart
from .recipes import recipe_of
from .remembered import what_is_left
from .sections import left_in_sections
from .units import Plan, Unit, plan_of
from .whereabouts import Kept, kept_by

# A question nobody has asked, with a definition as long as most are.
NEW_COLUMN = engine.Asked("a new column", "A new column", "Whether and how. " * 10, "text", "")


@dataclass(frozen=True, slots=True)
class Estimate:
    """What would be read and asked; seconds are None, and cost is empty, where the profile was never measured.

    `by` says what tokens were counted by: "tokenizer", "characters", or "reader" where all were read before. Tokens are
    those of case files that are read whole; what is longer than the window is gone through, and answered in sections.
    """

    case_files: int
    documents: int
    tokens: int  # to be read: of case files with something to ask, what is kept nowhere
    by: str
    questions: int  # that no reader of this kind has answered yet, over all case files
    answered: int  # that an earlier run answered
    to_read: int  # case files with something to ask that are read first, all or the rest of them
    on_disk: int  # those that are brought back from disk
    warm: int  # and those that a worker has in memory
    kept_tokens: int  # of the last two: they are not read again
    own_tokens: int | None  # about, of the questions and of what is written to answer them
    reading_seconds: float | None  # bringing back from disk among them
    answering_seconds: float | None  # those of answers in sections among them
    seconds: float | None
    reading_cost: str
    answering_cost: str
    cost: str
    too_long: tuple[str, ...]
    in_sections: tuple[str, ...] = ()  # longer than the window
    to_go_through: int = 0  # those of them with something to ask of which not all is remembered
    through_characters: int = 0  # of these, what is not remembered yet
    through_seconds: float | None = 0.0
    through_cost: str = ""
    section_questions: int = 0  # of the questions, those that are answered in sections
    section_seconds: float | None = 0.0  # of answering, what these take with reading sections for them

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "too_long": list(self.too_long), "in_sections": list(self.in_sections)}


def estimate_run(
    matter: Matter,
    profile: ReaderProfile,
    questions: Sequence[engine.Asked],
    *,
    is_free: bool = False,
    is_across: bool = False,
) -> tuple[Estimate, Plan]:
    """What putting these questions to the whole matter would take now, as columns or in a person's own words.

    Opens no reader.
    """
    spec = spec_of(profile)
    plan = plan_of(matter, spec, is_across=is_across)
    pace = pace_of(profile)
    kept = kept_by(matter, profile, pace)
    in_sections = left_in_sections(matter, plan, profile, questions)
    left = _left(matter, plan, pace, questions) | in_sections
    known = _counted_by_readers(matter, plan, pace)
    to_ask = [unit for unit in plan.units if left[unit.key] and unit.key not in in_sections]
    places = [_place(unit, known, kept) for unit in to_ask]
    longer = [unit for unit in plan.in_sections if left[unit.key]]
    through = what_is_left(matter, longer, with_scores=not is_free)
    asks, section_asks = sum(left.values()), sum(in_sections.values())
    tokens = sum(place.to_read for place in places)
    restored = sum(place.on_disk for place in places)
    reading = _together(pace.seconds_to_read(tokens), _restoring(restored, kept, pace))
    going_through = pace.seconds_to_go_through(through.work)
    in_sections_seconds = pace.seconds_to_answer_in_sections(section_asks)
    answering = _together(pace.seconds_to_answer(asks - section_asks), in_sections_seconds)
    seconds = _together(reading, going_through, answering)
    estimate = Estimate(
        case_files=len(plan.units),
        documents=sum(len(unit.pieces) for unit in plan.units),
        tokens=tokens,
        by="reader" if to_ask and all(unit.key in known for unit in to_ask) else plan.counted_by,
        questions=asks,
        answered=len(plan.units) * len(questions) - asks,
        to_read=sum(place.to_read > 0 for place in places),
        on_disk=sum(place.on_disk > 0 and not place.to_read for place in places),
        warm=sum(place.warm > 0 for place in places),
        kept_tokens=restored + sum(place.warm for place in places),
        own_tokens=_own_tokens(spec, pace, questions, asks - section_asks, section_asks),
        reading_seconds=reading,
        answering_seconds=answering,
        seconds=seconds,
        reading_cost=_cost(reading, profile),
        answering_cost=_cost(answering, profile),
        cost=_cost(seconds, profile),
        too_long=tuple(unit.name for unit in plan.too_long),
        in_sections=tuple(unit.name for unit in plan.in_sections),
        to_go_through=through.case_files,
        through_characters=through.characters,
        through_seconds=going_through,
        through_cost=_cost(going_through, profile),
        section_questions=section_asks,
        section_seconds=in_sections_seconds,
    )
    return estimate, plan


@dataclass(frozen=True, slots=True)
class _Tokens:
    """Those of one case file, by where they come from."""

    to_read: int = 0
    on_disk: int = 0
    warm: int = 0


def _place(unit: Unit, known: dict[str, int], kept: Kept) -> _Tokens:
    tokens = known.get(unit.key, unit.tokens)
    if unit.key in kept.warm:
        return _Tokens(warm=tokens)
    saved = min(tokens, kept.saved.get(unit.key, 0))
    return _Tokens(to_read=tokens - saved, on_disk=saved)


def _restoring(tokens: int, kept: Kept, pace: Pace) -> float | None:
    """Seconds to bring so many tokens back from disk; never more than reading them would take."""
    bounds = [kept.seconds_to_restore(tokens), pace.seconds_to_read(tokens)]
    return min((each for each in bounds if each is not None), default=None)


def _together(*seconds: float | None) -> float | None:
    known = [each for each in seconds if each is not None]
    return sum(known) if len(known) == len(seconds) else None


def _cost(seconds: float | None, profile: ReaderProfile) -> str:
    return "" if seconds is None else cost_in_words(seconds, profile.price_minor, profile.currency)


def _own_tokens(
    spec: engine.ReaderSpec, pace: Pace, questions: Sequence[engine.Asked], whole: int, in_sections: int
) -> int | None:
    """About what so many questions and their answers take, judged by the words and by the last answers."""
    written = [
        0.0 if not asks else None if an_answer is None else asks * an_answer
        for asks, an_answer in ((whole, pace.tokens_an_answer), (in_sections, pace.tokens_in_sections))
    ]
    answers = _together(*written)
    if answers is None or not whole + in_sections:
        return None if answers is None else 0
    words = "\n".join(f"{asked.name}. {asked.definition}" for asked in questions)
    a_question = engine.count_tokens(spec, [words], len(words)).tokens / len(questions)
    return round((whole + in_sections) * a_question + answers)


def _left(matter: Matter, plan: Plan, pace: Pace, questions: Sequence[engine.Asked]) -> dict[str, int]:
    """How many of the questions each unit has not been asked; all, where nobody knows the reader's fingerprint yet."""
    hashes = [recipe_of(pace.fingerprint, asked) for asked in questions] if pace.fingerprint else []
    rows = CaseAnswer.objects.filter(matter_id=matter.pk, recipe_hash__in=hashes)
    done: dict[str, int] = {}
    for key in rows.values_list("case_file__key", flat=True):
        done[key] = done.get(key, 0) + 1
    return {unit.key: len(questions) - done.get(unit.key, 0) for unit in plan.units}


def _counted_by_readers(matter: Matter, plan: Plan, pace: Pace) -> dict[str, int]:
    """Tokens of the units that this very reader has counted before."""
    parts = CasePart.objects.filter(matter_id=matter.pk, fingerprint=pace.fingerprint, tokens__gt=0)
    if not pace.fingerprint:
        return {}
    keys = [unit.key for unit in plan.units]
    return dict(parts.filter(case_file__key__in=keys).values_list("case_file__key", "tokens"))

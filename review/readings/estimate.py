"""What a run would take before it is started: tokens, questions, seconds and what they cost the firm."""

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
from .sections import left_in_sections
from .units import Plan, plan_of


@dataclass(frozen=True, slots=True)
class Estimate:
    """What would be read and asked; seconds are None, and cost is empty, where the profile was never measured.

    `by` says what tokens were counted by: "tokenizer", "characters", or "reader" where all were read before.
    """

    case_files: int
    documents: int
    tokens: int  # of case files with something to ask; a warm one costs none of them
    by: str
    questions: int  # that no reader of this kind has answered yet, over all case files
    answered: int  # that an earlier run answered
    seconds: float | None
    cost: str
    too_long: tuple[str, ...]
    in_sections: tuple[str, ...] = ()  # longer than the window; what that takes nobody knows before

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "too_long": list(self.too_long), "in_sections": list(self.in_sections)}


def estimate_run(
    matter: Matter, profile: ReaderProfile, questions: Sequence[engine.Asked]
) -> tuple[Estimate, Plan]:
    """What putting these questions to the whole matter would take now. Opens no reader."""
    plan = plan_of(matter, spec_of(profile))
    pace = pace_of(profile)
    left = _left(matter, plan, pace, questions) | left_in_sections(matter, plan, profile, questions)
    known = _counted_by_readers(matter, plan, pace)
    to_read = [unit for unit in plan.units if left[unit.key]]
    tokens = sum(known.get(unit.key, unit.tokens) for unit in to_read)
    asks = sum(left.values())
    is_untold = any(left[unit.key] for unit in plan.in_sections)
    seconds = None if is_untold else pace.seconds_for(tokens, asks)
    is_known = all(unit.key in known for unit in to_read)
    estimate = Estimate(
        case_files=len(plan.units),
        documents=sum(len(unit.pieces) for unit in plan.units),
        tokens=tokens,
        by="reader" if to_read and is_known else plan.counted_by,
        questions=asks,
        answered=len(plan.units) * len(questions) - asks,
        seconds=seconds,
        cost="" if seconds is None else cost_in_words(seconds, profile.price_minor, profile.currency),
        too_long=tuple(unit.name for unit in plan.too_long),
        in_sections=tuple(unit.name for unit in plan.in_sections),
    )
    return estimate, plan


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

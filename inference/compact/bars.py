"""Sets each clause type's bars from out-of-fold candidates; knows scores and whether they were right."""

from collections.abc import Sequence
from dataclasses import dataclass

from .candidates import KEPT
from .weights import Bars

QUIET_PRECISION = 0.8
QUIET_FLOOR = 0.25  # whatever stands above it, a candidate less likely than this is never shown first
LEAST_SHOWN = 5  # candidates that must stand behind a quiet bar
_NEVER_ABSENT_ABOVE = 0.5
MOST_MISSED = 0.02  # of the contracts called "not found"


@dataclass(frozen=True)
class Judged:
    """One contract's out-of-fold candidates of one clause type: scores, which were right, whether an answer exists."""

    scores: tuple[float, ...]
    right: tuple[bool, ...]
    has_answer: bool


def set_bars(judged: Sequence[Judged]) -> Bars:
    """The bars of one clause type, one entry a contract."""
    quiet = _quiet(judged)
    absent = min(_absent(judged), quiet if quiet is not None else _NEVER_ABSENT_ABOVE)
    return Bars(quiet=quiet, possible=KEPT, absent=absent, miss_rate=_miss_rate(judged, absent))


def _quiet(judged: Sequence[Judged]) -> float | None:
    """The lowest score at which all candidates from there up are right often enough."""
    pairs = sorted(
        ((s, r) for one in judged for s, r in zip(one.scores, one.right, strict=True)), reverse=True
    )
    right, bar = 0, None
    for shown, (score, is_right) in enumerate(pairs, start=1):
        right += is_right
        tied = shown < len(pairs) and pairs[shown][0] == score
        if not tied and shown >= LEAST_SHOWN and right >= QUIET_PRECISION * shown:
            bar = score
    return None if bar is None else max(bar, QUIET_FLOOR)


def _absent(judged: Sequence[Judged]) -> float:
    """The highest bar below which "not found" is seldom wrong; KEPT where none is."""
    best = sorted((max(one.scores, default=0.0), one.has_answer) for one in judged)
    bar, missed = KEPT, 0
    for number, (score, has_answer) in enumerate(best, start=1):
        missed += has_answer
        following = best[number][0] if number < len(best) else 1.0
        if following > max(score, KEPT) and missed <= MOST_MISSED * number:
            bar = (max(score, KEPT) + following) / 2
    return bar


def _miss_rate(judged: Sequence[Judged], bar: float) -> float:
    """How many of the contracts below the bar have an answer all the same."""
    below = [one.has_answer for one in judged if max(one.scores, default=0.0) < bar]
    return sum(below) / len(below) if below else 0.0

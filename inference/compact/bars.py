"""Sets each clause type's bars from out-of-fold candidates; knows scores and whether they were right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from .candidates import KEPT
from .weights import LENGTHS, Bars

QUIET_PRECISION = 0.8
QUIET_FLOOR = 0.25  # whatever stands above it, a candidate less likely than this is never shown first
LEAST_SHOWN = 5  # candidates that must stand behind a quiet bar
_NEVER_ABSENT_ABOVE = 0.5
THOROUGH_RECALL = 0.8  # of the contracts with an answer
FEW_ANSWERS = (
    20  # contracts with an answer; a type with fewer has no quiet bar below that of all types together
)
_DRAWN = 5.0  # contracts' worth of the type's own miss rate behind that of one length
MOST_MISSED = 0.02  # of the contracts called "not found"


@dataclass(frozen=True)
class Judged:
    """One contract's out-of-fold candidates of one clause type: scores, which were right, whether an answer exists."""

    scores: tuple[float, ...]
    right: tuple[bool, ...]
    has_answer: bool
    segments: int = 0


def set_bars(judged: Sequence[Judged]) -> Bars:
    """The bars of one clause type, one entry a contract."""
    quiet = _quiet(judged)
    absent = min(_absent(judged), quiet if quiet is not None else _NEVER_ABSENT_ABOVE)
    thorough, recall = _thorough(judged)
    return Bars(
        quiet=quiet,
        possible=KEPT,
        absent=absent,
        miss_rate=_miss_rate(judged, absent),
        thorough=thorough,
        thorough_recall=recall,
        miss_by_length=_miss_by_length(judged, absent),
    )


def set_all_bars(judged: Mapping[str, Sequence[Judged]]) -> dict[str, Bars]:
    """The bars of every type; one with few answers may only be shown first where all types together may be."""
    pooled = _quiet([one for rows in judged.values() for one in rows])
    result = {}
    for name, rows in judged.items():
        own = set_bars(rows)
        if sum(one.has_answer for one in rows) < FEW_ANSWERS and own.quiet is not None and pooled is not None:
            own = replace(own, quiet=max(own.quiet, pooled))
        result[name] = own
    return result


def _thorough(judged: Sequence[Judged]) -> tuple[float, float]:
    """The highest score at which four in five of the contracts with an answer show a right candidate, or the most."""
    best = sorted((_best_right(one) for one in judged if one.has_answer), reverse=True)
    reached = [score for score in best[: ceil(THOROUGH_RECALL * len(best))] if score >= KEPT]
    return (min(reached), len(reached) / len(best)) if reached else (KEPT, 0.0)


def _best_right(one: Judged) -> float:
    return max((s for s, right in zip(one.scores, one.right, strict=True) if right), default=0.0)


def _miss_by_length(judged: Sequence[Judged], bar: float) -> tuple[float, ...]:
    """The miss rate of short, middling and long contracts, each drawn towards the type's own by a few contracts."""
    whole = _miss_rate(judged, bar)
    rates = []
    for length in range(len(LENGTHS) + 1):
        below = [
            one.has_answer
            for one in judged
            if max(one.scores, default=0.0) < bar and sum(one.segments >= n for n in LENGTHS) == length
        ]
        rates.append((sum(below) + _DRAWN * whole) / (len(below) + _DRAWN))
    return tuple(rates)


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

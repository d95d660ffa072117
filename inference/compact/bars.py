"""Sets each clause type's bars from out-of-fold candidates; knows scores and whether they were right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from .candidates import KEPT
from .weights import LENGTHS, Bars, length_class

QUIET_PRECISION = 0.8
QUIET_FLOOR = 0.25  # whatever stands above it, a candidate less likely than this is never shown first
LEANED_ON = 10.0  # candidates' worth of all types together behind each type's own
LEAST_SHOWN = 5  # candidates that must stand behind a quiet bar
THOROUGH_RECALL = 0.8  # of the contracts with an answer
_DRAWN = 5.0  # contracts' worth of the type's own miss rate behind that of one length
MOST_MISSED = 0.02  # of the contracts called "not found"


@dataclass(frozen=True)
class Judged:
    """One contract's out-of-fold candidates of one clause type: scores, which were right, whether an answer exists."""

    scores: tuple[float, ...]
    right: tuple[bool, ...]
    has_answer: bool
    segments: int = 0


def set_bars(judged: Sequence[Judged], pooled: Sequence[Judged] = ()) -> Bars:
    """The bars of one clause type, one entry a contract; "not found" is never said of what a thorough look sees.

    `pooled` are all types together: what is shown first of a type with few answers leans on them.
    """
    quiet = _quiet(judged, pooled)
    thorough = min(_thorough(judged), quiet if quiet is not None else 1.0)
    absent = min(_absent(judged), thorough)
    return Bars(
        quiet=quiet,
        possible=KEPT,
        absent=absent,
        miss_rate=_miss_rate(judged, absent),
        thorough=thorough,
        thorough_recall=_seen(judged, thorough),
        miss_by_length=_miss_by_length(judged, absent),
    )


def set_all_bars(judged: Mapping[str, Sequence[Judged]]) -> dict[str, Bars]:
    """The bars of every type."""
    pooled = [one for rows in judged.values() for one in rows]
    return {name: set_bars(rows, pooled) for name, rows in judged.items()}


def _thorough(judged: Sequence[Judged]) -> float:
    """The highest score at which four in five of the contracts with an answer show a right candidate, or the most."""
    best = sorted((_best_right(one) for one in judged if one.has_answer), reverse=True)
    reached = [score for score in best[: ceil(THOROUGH_RECALL * len(best))] if score >= KEPT]
    return min(reached, default=KEPT)


def _seen(judged: Sequence[Judged], bar: float) -> float:
    """The share of the contracts with an answer that show a right candidate at a bar or above."""
    best = [_best_right(one) for one in judged if one.has_answer]
    return sum(score >= bar for score in best) / len(best) if best else 0.0


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
            if max(one.scores, default=0.0) < bar and length_class(one.segments) == length
        ]
        rates.append((sum(below) + _DRAWN * whole) / (len(below) + _DRAWN))
    return tuple(rates)


def _quiet(judged: Sequence[Judged], pooled: Sequence[Judged]) -> float | None:
    """The lowest score from which candidates are right often enough, by the type's own and a few of all types."""
    own = _from_the_top(judged)
    leaning = LEANED_ON if pooled else 0.0
    bar = None
    place = shown = right = 0
    for score, count, good in _from_the_top(pooled or judged):
        while place < len(own) and own[place][0] >= score:
            _, shown, right = own[place]
            place += 1
        enough = (count if pooled else shown) >= LEAST_SHOWN
        if enough and right + leaning * good / count >= QUIET_PRECISION * (shown + leaning):
            bar = score
    return None if bar is None else max(bar, QUIET_FLOOR)


def _from_the_top(judged: Sequence[Judged]) -> list[tuple[float, int, int]]:
    """Each different score with the number of candidates at or above it, and of the right ones."""
    pairs = sorted(
        ((s, r) for one in judged for s, r in zip(one.scores, one.right, strict=True)), reverse=True
    )
    steps: list[tuple[float, int, int]] = []
    right = 0
    for shown, (score, is_right) in enumerate(pairs, start=1):
        right += is_right
        if steps and steps[-1][0] == score:
            steps.pop()
        steps.append((score, shown, right))
    return steps


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

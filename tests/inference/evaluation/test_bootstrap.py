"""Intervals by drawing contracts again, and two readers on the same draws."""

import numpy as np
import pytest

from inference.evaluation.bootstrap import Draws, area, compare, interval
from inference.evaluation.metric import Counts, Gold, Prediction, count, count_places, scores, total

TYPES = ("Governing Law", "Parties")
LAW = "This Agreement is governed by the laws of Peru."
OTHER = "Notices are sent by registered mail to the seat of the party."


def judged(contract: int, score: float, *, right: bool) -> Counts:
    predictions = [Prediction(LAW if right else OTHER, score), Prediction(OTHER, 0.2 + 0.01 * contract)]
    return count(Gold("Governing Law", [LAW]), predictions)


def counts_of(*, right: float) -> dict[tuple[str, str], Counts]:
    """Forty contracts, of which a share is answered rightly."""
    made = {}
    for n in range(40):
        one = judged(n, 0.5 + 0.01 * n, right=n < 40 * right)
        made |= {(f"{n}", "Governing Law"): one, (f"{n}", "Parties"): count(Gold("Parties", []), [])}
    return made


def test_the_area_of_many_draws_is_that_of_the_official_metric() -> None:
    rows = [total(judged(n, 0.1 * k, right=n % 3 > 0) for n in range(k)) for k in range(2, 9)]
    found, wrong = (np.array([getattr(row, part) for row in rows], float) for part in ("found", "wrong"))
    areas = area(found, wrong, np.array([row.answers for row in rows], float))
    assert areas == pytest.approx([scores(row).aupr for row in rows])


def test_an_interval_holds_the_figure_and_narrows_with_more_contracts() -> None:
    counts = counts_of(right=0.6)
    few, many = ([f"{n}" for n in range(0, 40, step)] for step in (4, 1))
    whole = scores(total(counts.values())).aupr
    of_few, of_many = (interval(Draws(some).aupr(counts, TYPES)) for some in (few, many))
    assert of_many.low < whole < of_many.high
    assert of_many.high - of_many.low < of_few.high - of_few.low


def test_a_worse_reader_is_told_from_an_equal_one() -> None:
    draws = Draws([f"{n}" for n in range(40)])
    good, bad = counts_of(right=0.9), counts_of(right=0.4)
    assert compare(draws, bad, good, TYPES)["Governing Law"].is_below
    equal = compare(draws, good, good, TYPES)["Governing Law"]
    assert not equal.is_below
    assert equal.above.low == equal.above.high == 0.0


def test_by_offsets_a_match_overlaps_by_half() -> None:
    class At:
        def __init__(self, start: int, end: int) -> None:
            self.start, self.end, self.score = start, end, 0.9

    answers = [(100, 200)]
    assert count_places(answers, [At(100, 200)]).found[-1] == 1
    assert count_places(answers, [At(150, 200)]).found[-1] == 1
    assert count_places(answers, [At(151, 200)]).found[-1] == 0
    assert count_places(answers, [At(0, 400)]).wrong[-1] == 1

"""The figures of the model card, from judged candidates small enough to count by hand."""

import json

import pytest

from inference.compact.bars import Judged
from inference.evaluation.cross_validate import CrossValidated, type_names
from inference.evaluation.metric import Gold, Prediction, count
from inference.evaluation.report import Report, calibration_error, lines, report


@pytest.fixture
def figures() -> Report:
    """Governing law right at once in one contract and at the fourth try in another; nothing else anywhere."""
    judged = {name: [Judged((), (), False)] * 2 for name in type_names()}
    judged["Governing Law"] = [
        Judged((0.9,), (True,), True),
        Judged((0.8, 0.7, 0.6, 0.5), (False, False, False, True), True),
    ]
    gold = Gold("Governing Law", ["Irish law applies"])
    other = [Prediction(f"wrong {n}", 0.8 - n / 10) for n in range(3)] + [
        Prediction("Irish law applies", 0.5)
    ]
    counts = {
        ("1", "Governing Law"): count(gold, [Prediction("Irish law applies", 0.9)]),
        ("2", "Governing Law"): count(gold, other),
    }
    return report(CrossValidated(counts, judged), dict.fromkeys(type_names(), 0.75))


def test_the_first_view_counts_what_stands_above_the_bar(figures: Report) -> None:
    assert (figures.first_view_right, figures.first_view_answers) == (0.5, 0.5)


def test_an_answer_at_the_fourth_place_is_not_among_the_first_three(figures: Report) -> None:
    assert figures.in_first_three["Governing Law"] == figures.deal_critical_in_first_three == 0.5


def test_pooled_precision_falls_to_two_in_five_at_full_recall(figures: Report) -> None:
    assert figures.pooled.precision_at_90 == 0.4
    assert figures.pooled.recall == 1.0


def test_the_report_is_plain_json_and_names_every_measured_type(figures: Report) -> None:
    assert json.loads(json.dumps(figures.as_json()))["by_type"]["Governing Law"]["answers"] == 2
    assert any(line.startswith("Governing Law") for line in lines(figures))


def test_calibration_error_is_the_distance_of_score_and_truth() -> None:
    assert calibration_error([Judged((0.5,), (n % 2 == 0,), True) for n in range(100)]) == pytest.approx(0.0)
    assert calibration_error([Judged((0.9,), (n % 2 == 0,), True) for n in range(100)]) == pytest.approx(0.4)
    assert calibration_error([Judged((0.05,), (True,), True)]) == 0.0

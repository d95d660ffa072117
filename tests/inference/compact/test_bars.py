"""The bars of a clause type from judged candidates."""

from inference.compact.bars import QUIET_FLOOR, Judged, set_all_bars, set_bars


def test_quiet_is_the_lowest_score_from_which_four_in_five_are_right() -> None:
    judged = [Judged((0.9 - 0.01 * n,), (n != 3,), n != 3) for n in range(5)] + [
        Judged((0.5,), (False,), False)
    ] * 9
    assert set_bars(judged).quiet == 0.86


def test_no_quiet_bar_where_too_few_are_right_or_too_few_stand_behind_it() -> None:
    assert set_bars([Judged((0.9,), (n % 2 == 0,), True) for n in range(20)]).quiet is None
    assert set_bars([Judged((0.9,), (True,), True)] * 4).quiet is None


def test_equal_scores_fall_on_one_side() -> None:
    tied = [Judged((0.7,), (right,), True) for right in (True, True, True, True, True, False, False, False)]
    assert set_bars(tied).quiet is None


def test_nothing_unlikely_is_shown_first_however_right_its_betters_were() -> None:
    judged = [Judged((0.9,), (True,), True)] * 50 + [Judged((0.05,), (False,), False)]
    assert set_bars(judged).quiet == QUIET_FLOOR


def test_not_found_is_said_below_a_bar_where_it_is_seldom_wrong() -> None:
    without = [Judged((0.2,), (False,), False)] * 98
    missed = [Judged((0.1,), (True,), True)] * 2
    found = [Judged((0.9,), (True,), True)] * 50
    bars = set_bars(without + missed + found)
    assert 0.2 < bars.absent <= 0.9
    assert bars.miss_rate == 0.02
    assert set_bars(without[:10] + missed + found).absent == bars.possible


def test_thorough_is_where_four_in_five_answers_are_still_seen_and_says_how_many_are() -> None:
    seen = [Judged((0.9 - 0.1 * n,), (True,), True) for n in range(8)]
    missed = [Judged((0.4,), (False,), True)] * 2
    bars = set_bars(seen + missed)
    assert (round(bars.thorough, 6), bars.thorough_recall) == (0.2, 0.8)
    few = set_bars(seen[:3] + missed * 3)
    assert (round(few.thorough, 6), round(few.thorough_recall, 3)) == (0.7, 0.333)


def test_the_miss_rate_of_long_contracts_is_told_from_that_of_short_ones() -> None:
    short = [Judged((0.005,), (False,), False, segments=20)] * 200
    long = [Judged((0.005,), (False,), n == 0, segments=900) for n in range(4)]
    found = [Judged((0.9,), (True,), True, segments=200)] * 30
    bars = set_bars(short + long + found)
    assert bars.miss_rate_at(20) < bars.miss_rate < bars.miss_rate_at(900)


def test_a_type_with_few_answers_leans_on_all_types_together() -> None:
    rare = [Judged((0.6,), (True,), True)] * 2
    usual = [Judged((0.8 if n % 4 else 0.5,), (n % 4 > 0,), True) for n in range(100)]
    bars = set_all_bars({"rare": rare, "usual": usual})
    assert set_bars(rare).quiet is None
    assert bars["rare"].quiet == 0.6
    assert bars["usual"].quiet == 0.6  # nothing of its own stands between


def test_a_type_that_is_often_wrong_is_not_shown_first_for_the_others_sake() -> None:
    wrong = [Judged((0.9,), (n % 2 == 0,), True) for n in range(40)]
    usual = [Judged((0.9,), (True,), True)] * 200
    assert set_all_bars({"wrong": wrong, "usual": usual})["wrong"].quiet is None


def test_not_found_is_never_said_of_what_a_thorough_look_sees() -> None:
    seen = [Judged((0.2,), (True,), True)] * 4
    without = [Judged((0.1,), (False,), False)] * 400
    bars = set_bars(seen + without)
    assert bars.absent <= bars.thorough == 0.2

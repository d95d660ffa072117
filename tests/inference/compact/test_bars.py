"""The bars of a clause type from judged candidates."""

from inference.compact.bars import QUIET_FLOOR, Judged, set_bars


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

"""A model is asked to judge only where it can tell quotes apart that anybody could."""

import pytest

from inference.engine.reader import EngineReader
from inference.engine.support import AGAINST, OPEN, SUPPORTS, Shares
from inference.engine.trial import ENOUGH, PAIRS, count_right, trial_case_file


def always(verdict: str) -> list[Shares]:
    return [{each: float(each == verdict) for each in (SUPPORTS, AGAINST, OPEN)}] * 2


@pytest.mark.parametrize("verdict", [SUPPORTS, AGAINST, OPEN])
def test_whoever_always_says_the_same_does_not_pass(verdict: str) -> None:
    assert count_right({pair.name: always(verdict) for pair in PAIRS}) < ENOUGH


def test_whoever_knows_passes_with_one_slip() -> None:
    knowing = {pair.name: always(pair.verdict) for pair in PAIRS}

    assert count_right(knowing) == len(PAIRS)
    assert count_right(knowing | {PAIRS[0].name: always(OPEN)}) >= ENOUGH


def test_each_clause_stands_in_the_trial_once(engine: EngineReader) -> None:
    reading = engine.begin(trial_case_file())

    assert all(len(reading.passages_of(pair.clause)) == 1 for pair in PAIRS)
    assert len({pair.name for pair in PAIRS}) == len(PAIRS)


def test_an_untrained_model_is_not_trusted_to_judge(engine: EngineReader) -> None:
    assert engine.judges is False

"""A question that several case files teach together, without the words of any of them."""

from dataclasses import replace

import numpy as np
import pytest

from inference.compact.similar import passage_vectors
from inference.reader import Reader
from inference.types import HeadTrial, JudgedVectors

from .test_own_questions import STEP_IN, ask, contract, judged


@pytest.fixture(scope="module")
def taught(reader: Reader) -> list[JudgedVectors]:
    """What three matters of four judged contracts each would teach."""
    return [
        reader.judged_vectors(STEP_IN, [judged(number) for number in range(first, first + 4)])
        for first in (0, 4, 8)
    ]


@pytest.fixture(scope="module")
def trial(reader: Reader, taught: list[JudgedVectors]) -> HeadTrial:
    return reader.fit_shared_head(STEP_IN, taught)


def test_what_leaves_a_case_file_is_vectors_and_labels_and_no_words(taught: list[JudgedVectors]) -> None:
    assert sum(taught[0].right) == 4
    assert len(taught[0].right) == 8
    assert len(taught[0].vectors) == 8 * passage_vectors([""]).shape[1] * 2
    assert b"step in" not in taught[0].vectors


def test_a_head_of_several_case_files_answers_in_another(reader: Reader, trial: HeadTrial) -> None:
    assert trial.head is not None, trial.reason
    assert (trial.right, trial.wrong) == (12, 12)
    assert trial.reason == "It tells passages of other matters apart better than likeness does."
    answer = ask(reader, contract(20), replace(STEP_IN, head=trial.head))
    assert (answer.state, answer.measure) == ("found", "chance")
    assert "may step in" in answer.evidence[0].quote


def test_one_case_file_alone_teaches_no_other(reader: Reader, taught: list[JudgedVectors]) -> None:
    alone = reader.fit_shared_head(STEP_IN, taught[:1])
    assert alone.head is None
    assert alone.reason == "Learning together needs the decisions of 2 matters."
    assert (alone.right, alone.wrong) == (4, 4)
    assert reader.fit_shared_head(STEP_IN, []).head is None


def test_case_files_that_contradict_each_other_teach_nothing(
    reader: Reader, taught: list[JudgedVectors]
) -> None:
    first, *_ = taught
    opposite = replace(first, right=tuple(not right for right in first.right))
    contradicted = reader.fit_shared_head(STEP_IN, [first, opposite])
    assert (contradicted.head, contradicted.right) == (None, 0)


@pytest.mark.parametrize("other", [{"made_by": "another encoder"}, {"asks": "other words"}])
def test_what_other_vectors_or_other_words_made_is_left_aside(
    reader: Reader, taught: list[JudgedVectors], other: dict[str, str]
) -> None:
    strange = [taught[0], *(replace(each, **other) for each in taught[1:])]
    trial = reader.fit_shared_head(STEP_IN, strange)
    assert (trial.head, trial.right) == (None, 4)


def test_the_same_passage_of_two_case_files_counts_once(reader: Reader, taught: list[JudgedVectors]) -> None:
    twice = reader.fit_shared_head(STEP_IN, [*taught, taught[0]])
    assert (twice.right, twice.wrong) == (12, 12)
    assert np.isfinite(twice.with_head.log_loss if twice.with_head else np.nan)

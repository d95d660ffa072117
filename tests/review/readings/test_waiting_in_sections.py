"""Who waits while sections are asked a few questions at a time: others join, some leave, and it may be enough."""

import pytest

from inference.engine.ask import Unanswered
from inference.engine.gathering import Joining, News
from inference.types import Question
from review.engine import close_whole_reader, forget_cases, holds_cases
from review.engine.half_asked import half_asked
from review.engine.waiting import Waiting


def questions(*ids: str) -> tuple[Question, ...]:
    return tuple(Question(each, each, "Whether so.", "text") for each in ids)


def left(waiting: Waiting) -> list[str]:
    return [each.id for each in waiting.few(99)]


def test_urgent_ones_come_first_and_others_last() -> None:
    waiting = Waiting(questions("a", "b", "c"))
    assert [each.id for each in waiting.few(1)] == ["a"]
    waiting.hear(News((Joining(questions("x", "y"), is_urgent=True), Joining(questions("z")))))
    assert left(waiting) == ["x", "y", "b", "c", "z"]
    assert waiting.few(2) == []


def test_whoever_leaves_begins_no_further_question() -> None:
    waiting = Waiting(questions("a", "b"))
    waiting.few(1)
    waiting.hear(News((Joining(questions("x", "y")),)))
    waiting.hear(News(leaving=frozenset({"x"})))
    assert left(waiting) == ["b"]


def test_where_it_is_enough_what_was_not_begun_is_named() -> None:
    waiting = Waiting(questions("a", "b", "c"))
    waiting.few(2)
    with pytest.raises(Unanswered) as stopped:
        waiting.hear(News(is_enough=True))
    assert (stopped.value.why, stopped.value.question_ids) == ("enough", ("c",))
    waiting.few(1)
    waiting.hear(News(is_enough=True))  # all had begun


def test_what_was_read_for_questions_without_an_answer_goes_with_its_matter_or_case_file() -> None:
    for matter, case_file in (("ours", "one"), ("ours", "other"), ("theirs", "one")):
        half_asked("firm", matter, case_file, "reader")["a"] = "so far"
    assert half_asked("firm", "ours", "one", "another reader") == {}
    forget_cases("firm", "ours", "one")
    assert half_asked("firm", "ours", "one", "reader") == {}
    assert half_asked("firm", "ours", "other", "reader") == {"a": "so far"}
    assert holds_cases("firm", "ours")
    forget_cases("firm", "ours")
    assert not holds_cases("firm", "ours")
    assert holds_cases("firm", "theirs")
    close_whole_reader()
    assert not holds_cases("firm", "theirs")

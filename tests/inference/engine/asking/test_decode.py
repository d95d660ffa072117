"""Many scripts are written side by side, and each writes what it would write alone."""

import time
from collections import deque
from collections.abc import Sequence
from typing import Any

import pytest

from inference.engine.decode import Asked, Bounds, Finished, Stopped, decode
from inference.engine.pens import Bits, Pen
from inference.engine.prompt import Template
from inference.engine.script import Choose, ConstraintFailed, Say, Script, Words, Written
from inference.engine.vocabulary import Vocabulary

from .plain_forks import PlainPrefix


def few_words(number: int) -> Script[tuple[str, ...]]:
    """A script of a length of its own."""
    first = yield Choose(("found", "not found", "unclear"))
    yield Say("\nReason: ⟦")
    words = yield Words(2 + 3 * (number * 5 % 7))
    yield Say("\nMore: ⟦")
    more = yield Choose(("yes", "no"))
    return first.text, words.text, more.text


def no_quote() -> Any:
    raise AssertionError("These scripts quote nothing.")


@pytest.fixture
def prefix(plain_model: Any, template: Template) -> PlainPrefix:
    return PlainPrefix(plain_model, template.plain.encode("The Tenant shall pay the Rent.\n"))


@pytest.fixture
def asked(template: Template) -> list[Asked[tuple[str, ...]]]:
    return [
        Asked(f"q{n}", template.plain.encode(f"Question {n}: {'what ' * n}?\nAnswer: ⟦"), few_words(n))
        for n in range(7)
    ]


def run(prefix: Any, asked: list[Asked[Any]], vocabulary: Vocabulary, rows: int) -> dict[str, Finished[Any]]:
    pens = vocabulary.pens(no_quote)
    return {each.key: each for each in decode(prefix, deque(asked), pens, Bounds(rows))}


def test_side_by_side_or_one_by_one_every_script_writes_the_same(
    prefix: PlainPrefix, template: Template, vocabulary: Vocabulary
) -> None:
    def scripts() -> list[Asked[Any]]:
        return [
            Asked(f"q{n}", template.plain.encode(f"Question {n}?\nAnswer: ⟦"), few_words(n)) for n in range(7)
        ]

    alone = run(prefix, scripts(), vocabulary, 1)
    together = run(prefix, scripts(), vocabulary, 3)

    assert list(together) != list(alone)  # shorter ones leave earlier, and later ones enter
    assert {key: (each.result, each.tokens) for key, each in together.items()} == {
        key: (each.result, each.tokens) for key, each in alone.items()
    }


def test_forced_tokens_take_no_turn(
    prefix: PlainPrefix, asked: list[Asked[Any]], vocabulary: Vocabulary
) -> None:
    (only,) = run(prefix, asked[:1], vocabulary, 4).values()

    assert len(prefix.fed) == only.chosen  # each call to the model ends in a choice
    assert len(only.tokens) > only.chosen + len("\nReason: ⟦\nMore: ⟦") / 6
    assert prefix.fed[0] == [len(asked[0].tokens)]


def test_an_answer_in_words_is_cut_at_its_tokens_and_closed(
    prefix: PlainPrefix, asked: list[Asked[Any]], vocabulary: Vocabulary
) -> None:
    for number, (key, each) in enumerate(sorted(run(prefix, asked, vocabulary, 7).items())):
        _, words, _ = each.result
        assert key == f"q{number}"
        assert "⟦" not in words
        assert "⟧" not in words
        assert "\n" not in words
        assert each.chosen <= 1 + 2 + 3 * (number * 5 % 7) + 1  # state, words, and whether there is more


def test_rows_enter_when_others_leave(
    prefix: PlainPrefix, asked: list[Asked[Any]], vocabulary: Vocabulary
) -> None:
    finished = run(prefix, asked, vocabulary, 3)

    assert set(finished) == {f"q{n}" for n in range(7)}
    assert max(len(rows) for rows in prefix.fed) == 3
    entering = [rows for rows in prefix.fed if max(rows) > 20]  # a question's tokens come with the first turn
    assert len(entering) > 2


def test_somebody_who_takes_an_answer_may_ask_on(
    prefix: PlainPrefix, asked: list[Asked[Any]], vocabulary: Vocabulary
) -> None:
    waiting = deque(asked[:1])
    keys = []
    for each in decode(prefix, waiting, vocabulary.pens(no_quote), Bounds(2)):
        keys.append(each.key)
        if each.key == "q0":
            waiting += asked[1:3]

    assert sorted(keys) == ["q0", "q1", "q2"]
    assert keys[0] == "q0"


def test_called_off_it_keeps_what_is_finished_and_names_the_rest(
    prefix: PlainPrefix, asked: list[Asked[Any]], vocabulary: Vocabulary
) -> None:
    kept: list[str] = []
    bounds = Bounds(3, cancelled=lambda: len(kept) == 2)

    def ask_all() -> None:
        for each in decode(prefix, deque(asked), vocabulary.pens(no_quote), bounds):
            kept.append(each.key)

    with pytest.raises(Stopped) as stopped:
        ask_all()

    assert len(kept) == 2
    assert stopped.value.why == "cancelled"
    assert sorted([*kept, *stopped.value.unfinished]) == [f"q{n}" for n in range(7)]


def test_at_its_deadline_it_stops_before_the_next_turn(
    prefix: PlainPrefix, asked: list[Asked[Any]], vocabulary: Vocabulary
) -> None:
    with pytest.raises(Stopped) as stopped:
        next(decode(prefix, deque(asked), vocabulary.pens(no_quote), Bounds(deadline=time.monotonic())))

    assert stopped.value.why == "deadline"
    assert sorted(stopped.value.unfinished) == [f"q{n}" for n in range(7)]
    assert prefix.fed == []


class Broken:
    """A pen whose matcher has come to its limits."""

    over = False
    watched = ()

    def begin(self) -> list[int]:
        return []

    def allow(self, bits: Bits) -> None:
        bits[:] = -1

    def write(self, token: int, chance: float, watched: Sequence[float]) -> list[int]:
        raise ConstraintFailed

    def draft(self, most: int) -> list[int]:
        return []

    def written(self) -> Written:
        raise AssertionError("It never ends.")


def test_a_script_whose_rules_fail_ends_alone(
    prefix: PlainPrefix, asked: list[Asked[Any]], vocabulary: Vocabulary
) -> None:
    def failing() -> Script[tuple[str, ...]]:
        try:
            yield Words(99)
        except ConstraintFailed:
            return ("failed",)
        return ("went on",)

    pens = vocabulary.pens(no_quote)

    def pen(step: Any) -> Pen:
        return Broken() if step == Words(99) else pens(step)

    waiting = deque([Asked("bad", asked[0].tokens, failing()), asked[1]])
    ends = {each.key: each.result for each in decode(prefix, waiting, pen, Bounds(2))}

    assert ends["bad"] == ("failed",)
    assert len(ends["q1"]) == 3

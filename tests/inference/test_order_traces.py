"""What the quick look leaves out holds no order: it and the rules asked everywhere say the same of every text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.evaluation.agreements import agreements
from inference.evaluation.injections import ALL, FORMS, TEXTS, disguised, inject
from inference.order_rules import RULES
from inference.order_traces import Needles, letters_beyond_ascii
from inference.orders import orders_in

(AGREEMENT,) = agreements(1)
ANCHORS = sorted({anchor for rule in RULES for anchor in rule.anchors})
GAPS = (
    "",
    " ",
    "  ",
    "    ",
    "     ",
    "\n",
    ". ",
    ".",
    "-",
    "_ ",
    "*",
    "\u00b7",
    "\u200b",
    "\u2028",
    "\xa0",
    "\t",
)
PIECES = [*ANCHORS, *TEXTS, *(disguised(text, form) for text in TEXTS for form in FORMS)]
CLOSED = [
    "ignore previous",
    "not found",
    "you are an ai",
    "system prompt",
    "</s> now",
    "< | _ _ | >",
    "1 2 3 4 5 6 7 8 9",
]


def says_the_same(text: str) -> None:
    assert orders_in(text) == orders_in(text, everywhere=True)


@pytest.mark.parametrize("number", range(ALL))
def test_of_every_injected_contract(number: int) -> None:
    says_the_same(inject(AGREEMENT, number).document.content)


pieces = (
    st.sampled_from(PIECES) | st.text(max_size=12) | st.text("aimnght .-_<|[#\u00b7\u0430\n", max_size=30)
)


@given(st.lists(st.tuples(pieces, st.sampled_from(GAPS)), max_size=12))
@settings(max_examples=400, deadline=None)
def test_of_strings_made_of_what_the_rules_look_for(parts: list[tuple[str, str]]) -> None:
    says_the_same("".join(f"{piece}{gap}" for piece, gap in parts))


@given(
    st.sampled_from(CLOSED),
    st.lists(st.sampled_from(GAPS), min_size=1, max_size=4),
    st.text(max_size=6),
    st.sampled_from(CLOSED),
)
@settings(max_examples=400, deadline=None)
def test_of_letters_set_apart_by_any_gaps(words: str, gaps: list[str], between: str, after: str) -> None:
    def apart(closed: str) -> str:
        return "".join(f"{letter}{gaps[at % len(gaps)]}" for at, letter in enumerate(closed))

    says_the_same(f"{between}{apart(words)}{between}{apart(after)}{between}")


@given(st.text())
@settings(max_examples=400, deadline=None)
def test_of_any_string(text: str) -> None:
    says_the_same(text)
    assert letters_beyond_ascii(text) == sorted({letter for letter in text if not letter.isascii()})


@given(st.text("ab", max_size=300), st.integers(0, 70_000))
@settings(max_examples=50, deadline=None)
def test_a_word_that_stands_in_a_text_is_told_of_wherever_it_stands(text: str, before: int) -> None:
    words = ["abababab", "bbaab", "aab", "bb", "b"]
    data = b"x" * before + text.encode()
    assert Needles.of(words).there(data) == [n for n, word in enumerate(words) if word.encode() in data]


def test_of_public_contracts(shared) -> None:
    for path in sorted((shared / "cuad" / "txt").glob("*.txt")):
        says_the_same(path.read_text(encoding="utf-8"))

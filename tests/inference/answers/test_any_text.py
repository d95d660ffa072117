"""Documents are hostile: nothing raises on any text, and time stays in proportion to it."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.answers.values import Settled, values_of
from inference.clause_types import load_clause_types

FRAGMENTS = st.sampled_from(
    [
        *(
            "March 4, 2019",
            "____ day of May,",
            "2560",
            "03/04/05",
            "20__",
            "one hundred",
            "thirty (60) days",
            "years",
        ),
        *(
            "the Effective Date",
            "date hereof",
            "anniversary of",
            "until terminated",
            "renew",
            "successive",
            "[***]",
        ),
        *(
            "$1,000.",
            "USD",
            "million",
            "percent of the fees paid",
            "laws of",
            "State of",
            "New York",
            "conflict of laws",
        ),
        *(
            "Halden Mills LLC",
            '("',
            "“Buyer”",
            "(",
            ")",
            "and",
            "between",
            "Inc.",
            "d/b/a",
            "\n\n",
            "\u200b",
            "İ",
            "ß",
        ),
        *("unless notice", "prior to", "first", "fifth (5th)", "B.E.", "-", "/", "'", '"', ";", ".", ","),
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(FRAGMENTS, max_size=60).map(" ".join))
STATES = st.sampled_from(["found", "unclear", "not_found", "not_readable"])


def answers_over(text: str, spans: tuple[tuple[int, int], ...], state: str = "found") -> list[Settled]:
    """Every clause type with the same evidence."""
    return [Settled(each.name, each.answer_type, state, spans) for each in load_clause_types()]  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, cuts=st.lists(st.integers(0, 300), min_size=2, max_size=8), state=STATES)
def test_no_text_raises_and_only_what_was_found_has_a_value(text: str, cuts: list[int], state: str) -> None:
    places = sorted(min(cut, len(text)) for cut in cuts)
    spans = tuple((a, b) for a, b in zip(places[::2], places[1::2], strict=False) if a < b)
    values = values_of(text, answers_over(text, spans, state))
    assert len(values) == 41
    if state != "found" or not spans:
        assert values == [None] * 41


@settings(max_examples=60, deadline=None)
@given(text=TEXTS)
def test_the_same_evidence_gives_the_same_values(text: str) -> None:
    spans = ((0, len(text)),) if text else ()
    assert values_of(text, answers_over(text, spans)) == values_of(text, answers_over(text, spans))


HOSTILE = [
    "May " + "_ " * 40,
    "one hundred and ",
    "3 3 3 3-3/3/3 ",
    "(" * 50,
    '("',
    "laws of the State of ",
    "without regard to ",
    "unless sooner ended, ",
    "term of five years from the ",
    "renew for successive ",
    "$1,000,000 million ",
    "Halden Mills LLC (“Buyer”), and ",
    "a " * 30 + "anniversary ",
    "until " * 20,
    '"Launch Date" ',
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_takes_time_in_proportion(piece: str) -> None:
    def seconds(characters: int) -> float:
        text = (piece * (characters // len(piece) + 1))[:characters]
        step = max(1, characters // 30)
        spans = tuple((at, min(len(text), at + step)) for at in range(0, len(text), step))
        begun = time.process_time()
        values_of(text, answers_over(text, spans))
        return time.process_time() - begun

    short, long = seconds(10_000), seconds(100_000)
    assert long < 20
    assert long < 25 * max(short, 0.05)

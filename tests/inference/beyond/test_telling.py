"""What finds a passage again says the same as comparing texts one by one, in a small part of the room."""

import numpy as np
import pytest

from inference.beyond.definitions import defined_in, used_in
from inference.beyond.remember import remember
from inference.beyond.telling import Numbers, WordIndex, telling
from inference.compact.headings import headings_of, under
from inference.compact.segments import Segment
from inference.compact.similar import encoded_vectors, terms_of
from inference.types import SourceText
from tests.inference.conftest import CONTRACT

TEXTS = (
    "The Supplier shall sell flour to the Buyer.",
    "Buyer shall pay for flour within thirty days.",
    "",
    "of the and",
    "Governed by the laws of the State of New York.",
)


def likeness(one: str, other: str) -> float:
    """Word by word."""
    a, b = terms_of(one), terms_of(other)
    norms = np.linalg.norm(list(a.values())) * np.linalg.norm(list(b.values()))
    return float(sum(a[term] * b[term] for term in a.keys() & b.keys()) / norms) if norms else 0.0


@pytest.mark.parametrize(
    "asked", ["Who sells flour?", "New York law", "the", "Supplier shall sell flour to Buyer."]
)
def test_an_index_of_words_says_what_comparing_them_says(asked: str) -> None:
    index = WordIndex.of([telling(text) for text in TEXTS])
    expected = [likeness(asked, text) for text in TEXTS]
    assert index.cosines(telling(asked), len(TEXTS)) == pytest.approx(expected, abs=2e-3)


def test_an_index_of_nothing_finds_nothing() -> None:
    assert WordIndex.of([]).cosines(telling("flour"), 0).shape == (0,)


def test_vectors_of_a_byte_a_number_tell_passages_apart_as_whole_ones_do() -> None:
    memory = remember(SourceText("supply", CONTRACT, "en"))
    passages = [CONTRACT[a:b] for a, b in zip(memory.starts, memory.ends, strict=True)]
    whole = encoded_vectors(["Which law governs the contract?", *passages])
    assert whole is not None
    asked = whole[0].astype(np.float32)
    given = memory.cosines(telling("Which law governs the contract?"), asked)
    words = memory.words.cosines(telling("Which law governs the contract?"), len(passages))
    heads = headings_of(CONTRACT, _segments(memory.starts, memory.ends))
    below = encoded_vectors([under(head, words) for head, words in zip(heads, passages, strict=True)])
    assert below is not None
    assert given == pytest.approx((words + below.astype(np.float32) @ asked) / 2, abs=5e-3)


def _segments(starts: Numbers, ends: Numbers) -> list[Segment]:
    return [Segment(int(a), int(b), 0) for a, b in zip(starts, ends, strict=True)]


def test_terms_are_defined_once_and_used_as_whole_words() -> None:
    passages = (
        "“Business Day” means a day on which banks are open.",
        'The term "Rent" shall mean the sum in Schedule 1.',
        "“Rent” means something else.",
        "The “Tenant” shall pay.",
    )
    defined = defined_in(passages)
    assert defined == (("Business Day", 0), ("Rent", 1))
    assert dict(used_in("Rent is due each Business Day.", defined)) == {"Rent": 1, "Business Day": 0}
    assert list(used_in("Rental of Business Days, Rentals", defined)) == []

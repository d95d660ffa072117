"""Excerpts are ranges of documents and nothing else: whatever is quoted of one stands in its document at its place."""

import random
from itertools import pairwise

import pytest

from inference.beyond.excerpts import Excerpts, joined
from inference.types import CaseFile, Evidence, ReadRange, SourceText
from inference.verify import verify_evidence

LETTERS = "ab \n“ﬁ本\u0301🔑⟦⟧."


def drawn(seed: int) -> tuple[CaseFile, list[ReadRange]]:
    """Documents of odd letters, and ranges anywhere in them, some over one another."""
    draw = random.Random(seed)
    documents = tuple(
        SourceText(f"d{n}", "".join(draw.choices(LETTERS, k=draw.randint(1, 300)))) for n in range(4)
    )
    ranges = []
    for _ in range(draw.randint(1, 12)):
        own = draw.choice(documents)
        start = draw.randrange(len(own.content))
        ranges.append(ReadRange(own.id, start, draw.randint(start + 1, len(own.content))))
    return CaseFile(documents), ranges


@pytest.mark.parametrize("seed", range(40))
def test_any_quote_of_an_excerpt_is_the_document_at_its_offsets(seed: int) -> None:
    case_file, ranges = drawn(seed)
    excerpts = Excerpts.of(ranges, {each.id: each for each in case_file.documents})
    contents = {each.id: each.content for each in case_file.documents}
    draw = random.Random(-seed)
    for text in excerpts.case_file.documents:
        for _ in range(20):
            start = draw.randrange(len(text.content))
            end = draw.randint(start + 1, len(text.content))
            own = excerpts.in_document(Evidence(text.id, start, end, text.content[start:end], 1.0))
            assert contents[own.document_id][own.start : own.end] == own.quote
            if own.quote.strip():
                verify_evidence(own, contents)
            inside = [
                each
                for each in ranges
                if each.document_id == own.document_id and each.start < own.end and own.start < each.end
            ]
            unread = set(range(own.start, own.end)) - {at for r in inside for at in range(r.start, r.end)}
            assert not "".join(contents[own.document_id][at] for at in unread).strip()


@pytest.mark.parametrize("seed", range(40))
def test_all_that_was_wanted_stands_in_the_excerpts_once_and_in_order(seed: int) -> None:
    case_file, ranges = drawn(seed)
    own = joined(ranges, {each.id: each.content for each in case_file.documents})
    assert list(own) == sorted(own, key=lambda one: (one.document_id, one.start))
    for each in ranges:
        assert (
            sum(
                o.document_id == each.document_id and o.start <= each.start and each.end <= o.end for o in own
            )
            == 1
        )
    for one, other in pairwise(own):
        assert one.document_id != other.document_id or one.end < other.start


def test_ranges_with_a_word_between_them_stay_apart_and_those_with_a_space_become_one() -> None:
    contents = {"lease": "The rent is due. The roof leaks. It rains."}
    apart = (ReadRange("lease", 0, 16), ReadRange("lease", 33, 42))
    assert joined(apart, contents) == apart
    assert joined((ReadRange("lease", 0, 16), ReadRange("lease", 17, 32)), contents) == (
        ReadRange("lease", 0, 32),
    )


def test_a_quote_that_names_no_excerpt_has_no_place() -> None:
    excerpts = Excerpts.of([ReadRange("lease", 0, 3)], {"lease": SourceText("lease", "The rent.")})
    with pytest.raises(KeyError):
        excerpts.in_document(Evidence("lease", 0, 3, "The", 1.0))

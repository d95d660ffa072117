"""No quote leaves a reader unless it is the text at its offsets."""

from dataclasses import replace

import pytest

from inference.types import Answer, Coverage, Evidence, Usage
from inference.verify import QuoteMismatch, verify_answer, verify_evidence

TEXT = {"deed": "The tenant shall not assign. \U0001f511 The key stays."}
QUOTE = Evidence("deed", 0, 28, "The tenant shall not assign.", 0.9)
ANSWER = Answer("q", "deed", "found", 0.9, (QUOTE,), (), (), None, Coverage(46, 46), Usage(0.0, 9))


def test_an_exact_quote_passes_and_offsets_are_code_points() -> None:
    verify_evidence(QUOTE, TEXT)
    verify_evidence(Evidence("deed", 29, 44, "\U0001f511 The key stays", 0.5), TEXT)
    assert verify_answer(ANSWER, TEXT) is ANSWER


@pytest.mark.parametrize(
    "wrong",
    [
        replace(QUOTE, quote="The tenant shall assign."),
        replace(QUOTE, quote="The tenant ... assign."),
        replace(QUOTE, start=1),
        replace(QUOTE, start=28),
        replace(QUOTE, start=-28),
        replace(QUOTE, end=460),
        replace(QUOTE, document_id="lease"),
        Evidence("deed", 28, 29, " ", 0.9),
    ],
)
def test_a_quote_that_is_not_the_text_is_refused_wherever_it_stands(wrong: Evidence) -> None:
    for place in ("evidence", "possible", "nearest"):
        with pytest.raises(QuoteMismatch):
            verify_answer(replace(ANSWER, **{place: (wrong,)}), TEXT)


def test_the_refusal_repeats_no_word_of_the_document() -> None:
    with pytest.raises(QuoteMismatch) as refusal:
        verify_evidence(replace(QUOTE, quote="tenant"), TEXT)
    assert "tenant" not in str(refusal.value)


def test_found_without_evidence_is_refused() -> None:
    with pytest.raises(QuoteMismatch, match="no evidence"):
        verify_answer(replace(ANSWER, evidence=()), TEXT)


def test_an_answer_may_not_quote_another_document() -> None:
    with pytest.raises(QuoteMismatch, match="not about"):
        verify_answer(replace(ANSWER, document_id="lease"), TEXT | {"lease": "x"})

"""No quote leaves a reader unless it is the text at its offsets."""

from dataclasses import replace

import pytest

from inference.types import Answer, AskUsage, CaseAnswer, Coverage, Doubt, Evidence, TextValue, Usage
from inference.verify import (
    NOT_ITS_WORDS,
    NOTHING_QUOTED,
    QuoteMismatch,
    refusals,
    verify_answer,
    verify_case_answer,
    verify_evidence,
)

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


CASE_TEXT = TEXT | {
    "lease": "The tenant shall not assign. It may sublet.\r\n\u201cKey\u201d e\u0301 \ufb01le \u27e61\u27e7"
}
LEASE_QUOTE = Evidence("lease", 0, 28, "The tenant shall not assign.", 1.0)
FOUND = CaseAnswer(
    question_id="q",
    state="found",
    value=TextValue("no"),
    evidence=(QUOTE, LEASE_QUOTE),
    reason="It says so.",
    against="Nothing.",
    usage=AskUsage(100, 0.5, 10, 0.1),
    read_by="small",
    premises=(Evidence("lease", 29, 43, "It may sublet.", 0.0),),
    rule="a rule",
)
WRONG = [
    replace(LEASE_QUOTE, quote="The tenant shall assign."),
    replace(LEASE_QUOTE, quote="the tenant shall not assign."),
    replace(LEASE_QUOTE, quote="The tenant shall not assign. "),
    replace(LEASE_QUOTE, quote="The tenant\nshall not assign."),
    replace(LEASE_QUOTE, quote=""),
    replace(LEASE_QUOTE, start=29, end=57),  # the very words, and they stand elsewhere
    replace(LEASE_QUOTE, start=28, end=0),
    replace(LEASE_QUOTE, start=-len(CASE_TEXT["lease"]), end=28 - len(CASE_TEXT["lease"])),
    replace(LEASE_QUOTE, end=10**9),
    replace(LEASE_QUOTE, document_id="note"),
    replace(LEASE_QUOTE, score=float("nan")),
    replace(LEASE_QUOTE, score=1.1),
    Evidence("lease", 0.0, 28, "The tenant shall not assign.", 1.0),  # type: ignore[arg-type]
    Evidence("lease", False, True, "T", 1.0),
    Evidence("lease", 43, 45, "\r\n", 1.0),
    Evidence("lease", 45, 50, '"Key"', 1.0),
    Evidence("lease", 51, 53, "\u00e9", 1.0),
    Evidence("lease", 54, 57, "file", 1.0),
    Evidence("lease", 58, 61, "[1]", 1.0),
]


def test_a_found_answer_with_exact_quotes_of_several_documents_is_kept_as_it_is() -> None:
    assert verify_case_answer(FOUND, CASE_TEXT) is FOUND
    exact = [
        (45, 50, "\u201cKey\u201d"),
        (51, 53, "e\u0301"),
        (54, 57, "\ufb01le"),
        (58, 61, "\u27e61\u27e7"),
    ]
    assert refusals([Evidence("lease", *place, 1.0) for place in exact], CASE_TEXT) == {}


@pytest.mark.parametrize("place", ["evidence", "premises"])
@pytest.mark.parametrize("state", ["found", "unclear"])
@pytest.mark.parametrize("wrong", WRONG)
def test_an_answer_with_a_wrong_quote_is_unsupported_and_keeps_what_is_proved(
    wrong: Evidence, state: str, place: str
) -> None:
    answer = replace(FOUND, **{"state": state, place: (*getattr(FOUND, place), wrong)})  # type: ignore[arg-type]
    checked = verify_case_answer(answer, CASE_TEXT)
    assert checked.state == "unsupported"
    assert (checked.value, checked.rule) == (None, "")
    assert checked.evidence == FOUND.evidence
    assert checked.premises == FOUND.premises
    assert checked.reason.startswith(NOT_ITS_WORDS)
    assert len(checked.reason) > len(NOT_ITS_WORDS)
    assert "tenant" not in checked.reason
    assert verify_case_answer(checked, CASE_TEXT) is checked


def test_found_without_a_quote_is_unsupported_whatever_its_premises() -> None:
    checked = verify_case_answer(replace(FOUND, evidence=()), CASE_TEXT)
    assert (checked.state, checked.reason, checked.value) == ("unsupported", NOTHING_QUOTED, None)
    not_found = replace(FOUND, state="not_found", evidence=(), premises=(), value=None, rule="")
    assert verify_case_answer(not_found, CASE_TEXT) is not_found


def test_each_refusal_says_which_quote_and_why() -> None:
    outside, elsewhere = replace(LEASE_QUOTE, end=999), replace(LEASE_QUOTE, document_id="note")
    refused = refusals([QUOTE, outside, LEASE_QUOTE, elsewhere], CASE_TEXT)
    assert sorted(refused) == [1, 3]
    assert "outside the document" in refused[1]
    assert "not read" in refused[3]


def test_whether_support_was_judged_is_kept_as_long_as_something_is_quoted() -> None:
    judged = replace(FOUND, support="checked")
    assert verify_case_answer(judged, CASE_TEXT).support == "checked"
    half = replace(judged, evidence=(QUOTE, WRONG[0]))
    assert (verify_case_answer(half, CASE_TEXT).state, verify_case_answer(half, CASE_TEXT).support) == (
        "unsupported",
        "checked",
    )
    assert verify_case_answer(replace(judged, evidence=(WRONG[0],)), CASE_TEXT).support == ""


def test_a_doubt_whose_words_are_not_proved_is_left_out_and_the_answer_stands() -> None:
    proved = Doubt("cut", "The quote leaves something out.", LEASE_QUOTE, is_decisive=False)
    doubted = replace(FOUND, doubts=(proved, replace(proved, evidence=WRONG[0])))
    assert verify_case_answer(doubted, CASE_TEXT) == replace(FOUND, doubts=(proved,))

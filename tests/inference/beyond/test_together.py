"""Answers about parts of a matter become one: quotes are added up, a whole family is believed, nothing is made up."""

from dataclasses import replace

from inference.beyond.together import DISAGREE, Part, together
from inference.types import (
    AskUsage,
    CaseAnswer,
    CaseCoverage,
    CaseFile,
    DateValue,
    Evidence,
    Question,
    ReadRange,
    SourceText,
)

LEASE = "LEASE\n\nThis Lease ends on May 2, 2030.\n"
LETTER = "LETTER\n\nThe Lease ends on June 3, 2031.\n"
CASE = CaseFile((SourceText("lease", LEASE, "en"), SourceText("letter", LETTER, "en")))
END = Question("end", "End", "When does it end?", "date", "Expiration Date")
READ = ReadRange("lease", 7, 39)
COVERAGE = CaseCoverage(2, len(LEASE) + len(LETTER), 2, len(LEASE) + len(LETTER), (), (READ,), 2)


def quote(document_id: str, words: str) -> Evidence:
    content = {each.id: each.content for each in CASE.documents}[document_id]
    start = content.index(words)
    return Evidence(document_id, start, start + len(words), words, 0.9)


IN_LEASE = quote("lease", "This Lease ends on May 2, 2030.")
IN_LETTER = quote("letter", "The Lease ends on June 3, 2031.")


def part(state: str, *quotes: Evidence, family: str = "", reason: str = "") -> Part:
    usage = AskUsage(100, 0.5, 10, 0.25)
    support = "checked" if quotes else ""
    answer = CaseAnswer("end", state, None, quotes, reason, "", usage, "model", support=support)  # type: ignore[arg-type]
    return Part(answer, (), {}, frozenset({family} if family else ()))


def test_what_several_parts_found_is_found_once_with_all_quotes_and_all_costs() -> None:
    answer = together(
        END, [part("found", IN_LEASE), part("found", IN_LEASE, reason="It says so.")], CASE, COVERAGE
    )
    assert (answer.state, answer.evidence, answer.reason) == ("found", (IN_LEASE,), "It says so.")
    assert answer.value == DateValue("2030-05-02")
    assert answer.usage == AskUsage(200, 1.0, 20, 0.5)
    assert answer.support == "checked"
    assert answer.coverage == COVERAGE


def test_documents_that_say_different_days_give_both_readings() -> None:
    answer = together(END, [part("found", IN_LEASE), part("found", IN_LETTER)], CASE, COVERAGE)
    assert answer.evidence == (IN_LEASE, IN_LETTER)
    assert {each.iso for each in answer.value.readings} == {"2030-05-02", "2031-06-03"}  # type: ignore[union-attr]


def test_a_quote_nobody_judged_leaves_the_whole_answer_unchecked() -> None:
    unchecked = part("found", IN_LETTER)
    unchecked = replace(unchecked, answer=replace(unchecked.answer, support="unchecked"))
    assert together(END, [part("found", IN_LEASE), unchecked], CASE, COVERAGE).support == "unchecked"


def test_a_family_read_by_itself_is_believed_over_excerpts_of_many() -> None:
    itself = part("found", IN_LETTER, family="letter")
    excerpts = part("found", IN_LEASE, quote("letter", "June 3, 2031"))
    assert together(END, [excerpts, itself], CASE, COVERAGE).evidence == (IN_LEASE, IN_LETTER)


def test_of_two_quotes_of_one_place_the_wider_stands() -> None:
    itself = part("found", quote("lease", "This Lease ends on May"), family="lease")
    assert together(END, [part("found", IN_LEASE), itself], CASE, COVERAGE).evidence == (IN_LEASE,)
    assert together(END, [itself, part("found", IN_LEASE)], CASE, COVERAGE).evidence == (IN_LEASE,)


def test_where_the_family_by_itself_says_otherwise_the_answer_is_unclear_and_says_why() -> None:
    answer = together(END, [part("found", IN_LEASE), part("not_found", family="lease")], CASE, COVERAGE)
    assert (answer.state, answer.evidence, answer.reason) == ("unclear", (IN_LEASE,), DISAGREE)
    assert answer.value is None


def test_what_is_unclear_anywhere_is_not_called_absent() -> None:
    parts = [part("not_found"), part("unsupported", IN_LEASE, reason="It is superseded."), part("not_found")]
    answer = together(END, parts, CASE, COVERAGE)
    assert (answer.state, answer.reason) == ("unsupported", "It is superseded.")


def test_not_found_says_what_was_searched_and_read_again_and_nothing_else() -> None:
    answer = together(END, [part("not_found", reason="The lease has no end at all.")], CASE, COVERAGE)
    assert answer.state == "not_found"
    assert answer.reason == (
        f"Searched: 2 of 2 documents, {len(LEASE) + len(LETTER)} of {len(LEASE) + len(LETTER)} characters. "
        "Read again by the model: 32 characters of 1 documents, in 2 rounds."
    )


def test_a_quote_that_is_not_the_document_at_its_place_makes_the_answer_unsupported() -> None:
    moved = replace(IN_LEASE, start=IN_LEASE.start + 1, end=IN_LEASE.end + 1)
    answer = together(END, [part("found", moved)], CASE, COVERAGE)
    assert (answer.state, answer.evidence, answer.value) == ("unsupported", (), None)

"""The front door with the compact reader behind it."""

import pytest

from inference.answers.values import answering_modules
from inference.config import Profile, UnknownReader
from inference.reader import Reader, open_reader
from inference.types import (
    Answer,
    CaseFile,
    DateValue,
    JurisdictionValue,
    NoticeValue,
    Place,
    Question,
    SourceText,
)

Questions = tuple[Question, ...]


def ask(reader: Reader, text: str, questions: Questions, language: str | None = None) -> dict[str, Answer]:
    reading = reader.read(CaseFile((SourceText("one", text, language),)))
    return {answer.question_id: answer for answer in reader.ask(reading, questions)}


def test_the_governing_law_is_found_with_its_sentence_and_its_value(
    reader: Reader, contract: str, questions: Questions
) -> None:
    answer = ask(reader, contract, questions)["governing-law"]
    assert answer.state == "found"
    assert "laws of the State of New York" in answer.evidence[0].quote
    assert answer.value == JurisdictionValue((Place("New York", "United States"),))


def test_the_ban_on_assignment_is_found_in_its_own_sentence(
    reader: Reader, contract: str, questions: Questions
) -> None:
    answer = ask(reader, contract, questions)["anti-assignment"]
    assert answer.state == "found"
    assert "Neither party may assign" in answer.evidence[0].quote
    assert "governed by" not in answer.evidence[0].quote


def test_short_answers_are_the_words_themselves_and_not_their_sentence(
    reader: Reader, contract: str, questions: Questions
) -> None:
    answers = ask(reader, contract, questions)
    dated = answers["agreement-date"]
    assert dated.evidence[0].quote == "March 4, 2019"
    assert dated.value == DateValue("2019-03-04")
    everything = {each.quote for each in (*answers["parties"].evidence, *answers["parties"].possible)}
    assert {"Birchfield Foods, Inc.", "Halden Mills LLC"} <= everything


def test_the_notice_is_told_from_the_length_of_the_next_term(
    reader: Reader, contract: str, questions: Questions
) -> None:
    notice = ask(reader, contract, questions)["notice-period-to-terminate-renewal"]
    assert "ninety (90) days" in " ".join(each.quote for each in notice.evidence)
    assert notice.value == NoticeValue(90, "days")


def test_an_end_is_counted_from_a_date_that_was_not_asked_for(
    reader: Reader, contract: str, questions: Questions
) -> None:
    (only,) = (each for each in questions if each.id == "expiration-date")
    alone, among_all = ask(reader, contract, (only,)), ask(reader, contract, questions)
    assert list(alone) == ["expiration-date"]
    value = alone["expiration-date"].value
    assert isinstance(value, DateValue)
    assert value.iso == "2022-03-04"
    assert "2019-03-04" in value.note
    assert among_all["expiration-date"].value == value


def test_a_fingerprint_changes_with_the_code_that_computes_values() -> None:
    assert {path.name for path in answering_modules()} >= {"values.py", "dates.py", "parties.py", "expiry.py"}


def test_every_answer_has_a_state_and_all_quotes_are_the_text_at_their_offsets(
    reader: Reader, contract: str, questions: Questions
) -> None:
    answers = ask(reader, contract, questions)
    assert len(answers) == 41
    quotes = [q for a in answers.values() for q in (*a.evidence, *a.possible, *a.nearest)]
    assert len(quotes) > 41
    assert all(q.quote == contract[q.start : q.end] and q.quote for q in quotes)
    assert all((a.state == "found") == bool(a.evidence) for a in answers.values())


def test_not_found_says_how_much_was_read_and_shows_the_nearest_three(
    reader: Reader, contract: str, questions: Questions
) -> None:
    answer = ask(reader, contract, questions)["source-code-escrow"]
    assert answer.state == "not_found"
    assert answer.coverage.characters_read == answer.coverage.characters_total == len(contract)
    assert len(answer.nearest) == 3
    assert [n.score for n in answer.nearest] == sorted((n.score for n in answer.nearest), reverse=True)
    assert answer.miss_rate is not None
    assert 0 <= answer.miss_rate < 0.05


def test_a_text_in_another_language_is_not_readable_and_never_not_found(
    reader: Reader, contract: str, questions: Questions
) -> None:
    answers = ask(reader, contract, questions, language="de")
    assert {answer.state for answer in answers.values()} == {"not_readable"}
    assert all(answer.coverage.characters_read == 0 and not answer.nearest for answer in answers.values())
    assert reader.languages == {"en"}


def test_an_english_text_is_read_whether_or_not_its_language_was_told(
    reader: Reader, contract: str, questions: Questions
) -> None:
    told, untold = (ask(reader, contract, questions, language) for language in ("en-GB", None))
    assert {k: (a.state, a.evidence) for k, a in told.items()} == {
        k: (a.state, a.evidence) for k, a in untold.items()
    }


def test_an_empty_text_has_nothing_and_is_no_error(reader: Reader, questions: Questions) -> None:
    answers = ask(reader, " \n\n ", questions)
    assert {answer.state for answer in answers.values()} == {"not_found"}
    assert answers["parties"].coverage.share == 1.0


def test_a_question_of_the_firms_own_is_unclear_with_the_sentences_most_like_it(
    reader: Reader, contract: str
) -> None:
    own = Question("q", "Payment days", "When must the buyer pay for the flour ordered?", "text")
    answer = ask(reader, contract, (own,))["q"]
    assert answer.state == "unclear"
    assert not answer.evidence
    assert answer.value is None
    assert "Buyer shall pay for it within thirty days" in answer.possible[0].quote


def test_a_question_that_shares_no_word_with_the_text_points_nowhere(reader: Reader, contract: str) -> None:
    own = Question("q", "Zeppelins", "Helium zeppelins?", "text")
    answer = ask(reader, contract, (own,))["q"]
    assert (answer.state, answer.possible) == ("unclear", ())


def test_each_document_of_a_case_file_is_answered_on_its_own(
    reader: Reader, contract: str, questions: Questions
) -> None:
    case_file = CaseFile((SourceText("a", contract), SourceText("b", "Letter\n\nThank you for the flowers.")))
    answers = list(reader.ask(reader.read(case_file), questions))
    law = {a.document_id: a.state for a in answers if a.question_id == "governing-law"}
    assert law == {"a": "found", "b": "not_found"}
    assert len(answers) == 82


def test_usage_counts_the_tokens_of_the_document_and_shares_out_the_reading(
    reader: Reader, contract: str, questions: Questions
) -> None:
    reading = reader.read(CaseFile((SourceText("a", contract),)))
    answers = list(reader.ask(reading, questions))
    assert {answer.usage.tokens for answer in answers} == {reading.usage.tokens}
    assert sum(answer.usage.seconds for answer in answers) >= reading.usage.seconds


def test_the_same_text_gives_the_same_answers_and_the_fingerprint_names_the_weights(
    reader: Reader, contract: str, questions: Questions
) -> None:
    again = open_reader(Profile())
    assert again.fingerprint == reader.fingerprint
    assert len(reader.fingerprint.weights) == 64
    first, second = (ask(one, contract, questions) for one in (reader, again))
    assert {k: a.evidence for k, a in first.items()} == {k: a.evidence for k, a in second.items()}


def test_two_documents_may_not_share_an_id() -> None:
    with pytest.raises(ValueError, match="same id"):
        CaseFile((SourceText("a", "x"), SourceText("a", "y")))


def test_an_unknown_reader_is_refused_by_name() -> None:
    with pytest.raises(UnknownReader, match="'engine'"):
        Profile(kind="engine")

"""A matter longer than a model's window is asked: found with exact quotes, or not found with what was read again."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from inference.beyond.effort import Effort
from inference.beyond.pending import SoFar
from inference.beyond.reader import BeyondReader
from inference.beyond.reading import BeyondReading
from inference.engine.ask import Unanswered
from inference.engine.prompt import CaseFileTooLong
from inference.engine.reader import EngineReader
from inference.evaluation.needle.agreements import Agreements, Clause, asked_for, written
from inference.evaluation.needle.measure import is_right
from inference.types import CaseAnswer, CaseFile, Question, SourceText

Beyond = BeyondReader[object]


@pytest.fixture(scope="module")
def reader(standin: EngineReader) -> BeyondReader:  # type: ignore[type-arg]
    return BeyondReader(standin, Effort(passages=8))


@pytest.fixture(scope="module")
def reading(reader: Beyond, agreements: Agreements) -> BeyondReading:
    return reader.read(agreements.case_file)


def answers(reader: Beyond, reading: BeyondReading, questions: Sequence[Question]) -> dict[str, CaseAnswer]:
    return {each.question_id: each for each in reader.ask(reading, questions, second_reading=False)}


def test_the_model_itself_refuses_what_is_read_here(standin: EngineReader, agreements: Agreements) -> None:
    with pytest.raises(CaseFileTooLong):
        standin.read(agreements.case_file)


def test_clauses_anywhere_are_found_with_their_words_at_their_place(
    reader: Beyond, reading: BeyondReading, agreements: Agreements
) -> None:
    clauses = agreements.clauses[::13]
    found = answers(reader, reading, [asked_for(each.name) for each in clauses])
    assert [is_right(found[asked_for(each.name).id], each) for each in clauses] == [True] * len(clauses)
    for each in clauses:
        coverage = found[asked_for(each.name).id].coverage
        assert coverage is not None
        assert any(
            own.start <= each.start < own.end
            for own in coverage.read_again
            if own.document_id == each.document_id
        )
        assert coverage.share == 1.0
        assert 0 < coverage.characters_read_again < coverage.characters


def test_what_is_not_there_is_not_found_after_all_rounds_and_says_what_was_read(
    reader: Beyond, reading: BeyondReading, agreements: Agreements
) -> None:
    (answer,) = answers(reader, reading, [asked_for(agreements.absent[0])]).values()
    assert answer.state == "not_found"
    assert answer.coverage is not None
    assert answer.coverage.rounds == 3
    assert answer.reason == answer.coverage.sentence
    assert answer.reason.startswith("Searched: 6 of 6 documents")
    assert answer.usage.prefill_tokens > 0


def test_a_question_goes_on_to_the_next_passages_until_one_answers(
    standin: EngineReader, agreements: Agreements
) -> None:
    """The likeliest passages only speak of the clause; it is read in a later round."""
    clause = next(
        each
        for each in agreements.clauses
        if sum(f"clause {each.name}" in o.text for o in agreements.clauses) > 0
    )
    decoys = "".join(
        f"Clause {name}\nWhat does clause {clause.name} say? Clause {clause.name}.\n\n"
        for name in agreements.absent[:4]
    )
    case_file = CaseFile((*agreements.case_file.documents, SourceText("decoys", decoys, "en")))
    reader = BeyondReader(standin, Effort(rounds=4, passages=1, families=0))
    (answer,) = answers(reader, reader.read(case_file), [asked_for(clause.name)]).values()
    assert answer.coverage is not None
    assert answer.coverage.rounds > 1
    assert is_right(answer, clause)


def test_one_name_in_two_families_is_answered_from_both(
    standin: EngineReader, agreements: Agreements
) -> None:
    """Together they stand before the model, which quotes one; each family by itself gives its own."""
    clause, other = agreements.clauses[0], agreements.clauses[-1]
    *documents, last = agreements.case_file.documents
    content = last.content.replace(f"Clause {other.name}\n", f"Clause {clause.name}\n")
    case_file = CaseFile((*documents, SourceText(last.id, content, "en")))
    second = Clause(clause.name, other.text, last.id, content.index(other.text))
    reader = BeyondReader(standin, Effort(passages=8))
    (answer,) = answers(reader, reader.read(case_file), [asked_for(clause.name)]).values()
    assert {(each.document_id, each.start, each.quote) for each in answer.evidence} == {
        (each.document_id, each.start, each.text) for each in (clause, second)
    }


def test_questions_that_time_or_somebody_stops_are_named(
    reader: Beyond, reading: BeyondReading, agreements: Agreements
) -> None:
    questions = [asked_for(each.name) for each in agreements.clauses[:2]]
    for stop in ({"seconds": 0.0}, {"cancelled": lambda: True}):
        with pytest.raises(Unanswered) as stopped:
            list(reader.ask(reading, questions, second_reading=False, **stop))  # type: ignore[arg-type]
        assert stopped.value.question_ids == tuple(each.id for each in questions)
        assert stopped.value.why == ("deadline" if "seconds" in stop else "cancelled")


def paused(
    reader: Beyond,
    reading: BeyondReading,
    questions: Sequence[Question],
    so_far: dict[str, SoFar],
    given: dict[str, CaseAnswer],
) -> Sequence[str]:
    """One sitting, and who has no answer after it."""
    try:
        asking = reader.ask(reading, questions, second_reading=False, is_enough=lambda: True, so_far=so_far)
        given.update((each.question_id, each) for each in asking)
    except Unanswered as stopped:
        return stopped.question_ids
    return ()


def test_between_two_sittings_others_have_their_turn_and_what_was_read_is_not_read_again(
    reader: Beyond, reading: BeyondReading, agreements: Agreements
) -> None:
    names = [agreements.clauses[0].name, agreements.clauses[40].name, agreements.absent[0]]
    questions = [asked_for(each) for each in names]
    alone = answers(reader, reading, questions)
    given: dict[str, CaseAnswer] = {}
    so_far: dict[str, SoFar] = {}
    left = [each.id for each in questions]
    turns = 0
    while left:
        asked = [each for each in questions if each.id in left]
        left = paused(reader, reading, asked, so_far, given)
        assert set(left) == {each.id for each in questions} - set(given) == set(so_far)
        turns += 1
    assert turns > 3
    assert so_far == {}
    for each in questions:
        one, other = alone[each.id], given[each.id]
        assert (one.state, one.evidence, one.reason, one.usage.prefill_tokens) == (
            other.state,
            other.evidence,
            other.reason,
            other.usage.prefill_tokens,
        )
        assert one.coverage == other.coverage


def test_what_was_read_for_other_words_is_not_taken_for_these(
    reader: Beyond, reading: BeyondReading, agreements: Agreements
) -> None:
    clause, other = agreements.clauses[0], agreements.clauses[40]
    so_far: dict[str, SoFar] = {}
    question = asked_for(other.name)
    with pytest.raises(Unanswered):
        list(reader.ask(reading, [question], is_enough=lambda: True, second_reading=False, so_far=so_far))
    assert so_far[question.id].parts
    changed = replace(asked_for(clause.name), id=question.id)
    (answer,) = reader.ask(reading, [changed], second_reading=False, so_far=so_far)
    assert is_right(answer, clause)


def test_a_matter_that_is_not_remembered_wholly_is_not_asked(reader: Beyond, agreements: Agreements) -> None:
    reading = reader.begin(agreements.case_file)
    with pytest.raises(ValueError, match="remembered"):
        reader.ask(reading, [asked_for("Marven")])


def test_two_matters_know_nothing_of_each_other(
    reader: Beyond, reading: BeyondReading, agreements: Agreements
) -> None:
    """What one matter has is not found in the other, whichever was asked before."""
    other = reader.read(written(random.Random("other"), clauses=90, documents=6).case_file)
    own = next(
        each
        for each in agreements.clauses
        if not any(f"Clause {each.name}\n" in text.content for text in other.case_file.documents)
    )
    question = asked_for(own.name)
    assert answers(reader, reading, [question])[question.id].state == "found"
    elsewhere = answers(reader, other, [question])[question.id]
    assert elsewhere.evidence == ()
    contents = {each.content for each in other.case_file.documents}
    assert own.text not in "".join(contents)


def test_a_matter_without_any_words_has_nothing_to_be_found(standin: EngineReader) -> None:
    reader = BeyondReader(standin)
    (answer,) = answers(reader, reader.read(CaseFile((SourceText("e", ""),))), [asked_for("Marven")]).values()
    assert answer.state == "not_found"


def test_where_nothing_can_be_searched_nobody_says_that_it_is_not_there(standin: EngineReader) -> None:
    reader = BeyondReader(standin)
    case_file = CaseFile((SourceText("thai", "สัญญาเช่า", "th"), SourceText("empty", "")))
    (answer,) = answers(reader, reader.read(case_file), [asked_for("Marven")]).values()
    assert (answer.state, answer.evidence) == ("unclear", ())
    assert answer.reason.startswith("Searched: 1 of 2 documents, 0 of 9 characters.")
    assert answer.coverage is not None
    assert answer.coverage.unreadable == ("thai",)
    assert answer.coverage.read_again == ()


def test_what_can_be_compared_names_the_model_and_the_effort(standin: EngineReader) -> None:
    one, other = BeyondReader(standin), BeyondReader(standin, Effort(rounds=2))
    assert one.fingerprint != other.fingerprint
    assert one.fingerprint == BeyondReader(standin).fingerprint
    assert standin.fingerprint.code in one.fingerprint.code
    with pytest.raises(ValueError):
        Effort(rounds=0)

"""A case file is read once and asked again and again; every quote is exact, whoever stood beside it in a batch."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from inference.engine.ask import Unanswered
from inference.engine.loaded import LoadedModel
from inference.engine.prefill import Cancelled
from inference.engine.reader import EngineReader
from inference.engine.reading import EngineReading
from inference.types import CaseAnswer, CaseFile, Question, SourceText

from .plain_forks import PlainPrefix


class PlainReading(EngineReading):
    """A reading whose forks are the plain twin's: the whole case file is read again for every token."""

    plain: PlainPrefix

    @property
    def prefix(self) -> Any:
        return self.plain


@pytest.fixture(scope="module")
def reading(engine: EngineReader, case_file: CaseFile) -> EngineReading:
    return engine.read(case_file)


def said(answers: Sequence[CaseAnswer]) -> dict[str, tuple[object, ...]]:
    """What was answered, without what it cost."""
    return {
        each.question_id: (each.state, each.value, each.evidence, each.reason, each.against)
        for each in answers
    }


def ask_all(
    engine: EngineReader, reading: EngineReading, asked: Sequence[Question], **how: Any
) -> list[CaseAnswer]:
    return list(engine.ask(reading, asked, **how))


def test_every_quote_is_the_text_at_its_place(
    engine: EngineReader, reading: EngineReading, asked: Sequence[Question], case_file: CaseFile
) -> None:
    contents = {document.id: document.content for document in case_file.documents}
    answers = ask_all(engine, reading, asked, second_reading=False)

    assert {each.question_id for each in answers} == {question.id for question in asked}
    quotes = [quote for answer in answers for quote in answer.evidence]
    assert quotes
    assert all(contents[quote.document_id][quote.start : quote.end] == quote.quote for quote in quotes)
    assert all(0 < quote.score <= 1 for quote in quotes)


def test_batched_over_one_prefix_it_says_what_whole_forwards_one_by_one_say(
    engine: EngineReader, reading: EngineReading, asked: Sequence[Question], plain_model: Any
) -> None:
    plain = PlainReading(reading.case_file, reading.loaded, engine._template, engine._table)
    plain.plain = PlainPrefix(plain_model, plain.prompt.token_ids)
    some = asked[:3]
    one_by_one = [answer for each in some for answer in engine.ask(plain, [each], second_reading=True)]

    assert said(ask_all(engine, reading, some, second_reading=True)) == said(one_by_one)


def test_asked_again_it_answers_the_same_and_reads_nothing_again(
    engine: EngineReader, case_file: CaseFile, asked: Sequence[Question]
) -> None:
    heard: list[tuple[int, int]] = []
    reading = engine.read(case_file, progress=lambda done, total: heard.append((done, total)))
    first = ask_all(engine, reading, asked[:3], second_reading=False)
    steps = len(heard)
    again = ask_all(engine, reading, asked[:3], second_reading=False)

    assert heard[-1] == (reading.total, reading.total)
    assert [done for done, _ in heard] == sorted({done for done, _ in heard})
    assert said(again) == said(first)
    assert len(heard) == steps
    assert sum(each.usage.prefill_seconds_share for each in first) == pytest.approx(reading.usage.seconds)
    assert sum(each.usage.prefill_seconds_share for each in again) == pytest.approx(0, abs=1e-9)
    assert all(each.usage.prefill_tokens == reading.total for each in again)
    assert all(each.usage.decode_tokens > 0 and each.usage.seconds > 0 for each in again)


def test_called_off_while_reading_it_goes_on_where_it_was(
    engine: EngineReader, case_file: CaseFile, asked: Sequence[Question], reading: EngineReading
) -> None:
    begun = engine.begin(case_file)
    done: list[int] = []
    with pytest.raises(Cancelled):
        begun.prefill(progress=lambda at, _: done.append(at), cancelled=lambda: len(done) > 1)
    assert 0 < begun.done < begun.total
    with pytest.raises(ValueError, match="tokens of this case file were read"):
        next(engine.ask(begun, asked[:1], second_reading=False))

    begun.prefill(progress=lambda at, _: done.append(at))

    assert done == sorted(set(done))  # no chunk was read twice
    assert said(ask_all(engine, begun, asked[:2], second_reading=False)) == said(
        ask_all(engine, reading, asked[:2], second_reading=False)
    )


def test_called_off_while_asking_the_finished_answers_stand(
    engine: EngineReader, reading: EngineReading, asked: Sequence[Question]
) -> None:
    kept: list[CaseAnswer] = []

    def ask() -> None:
        for answer in engine.ask(reading, asked, cancelled=lambda: len(kept) >= 2, second_reading=False):
            kept.append(answer)

    with pytest.raises(Unanswered) as left:
        ask()

    assert len(kept) >= 2
    assert {each.question_id for each in kept} | set(left.value.question_ids) == {q.id for q in asked}
    assert len(kept) + len(left.value.question_ids) == len(asked)


def test_at_the_deadline_the_rest_is_left_unanswered(
    engine: EngineReader, reading: EngineReading, asked: Sequence[Question]
) -> None:
    with pytest.raises(Unanswered) as left:
        list(engine.ask(reading, asked, seconds=0, second_reading=False))

    assert left.value.why == "deadline"
    assert list(left.value.question_ids) == [question.id for question in asked]


def test_a_full_window_leaves_an_answer_unclear_and_the_others_whole(
    loaded: LoadedModel, case_file: CaseFile, asked: Sequence[Question]
) -> None:
    small = EngineReader(replace(loaded, window=EngineReader(loaded).begin(case_file).total + 150))
    long = Question("long", "Long", "Word by word by word. " * 60, "text")
    answers = {
        each.question_id: each
        for each in small.ask(small.read(case_file), [long, asked[0]], second_reading=False)
    }

    assert answers["long"].state == "unclear"
    assert answers["q0"].usage.decode_tokens > 0


def test_a_case_file_of_nothing_but_space_is_answered_without_quotes(engine: EngineReader) -> None:
    reading = engine.read(CaseFile((SourceText("blank", " \n"),)))
    questions = [Question(f"q{n}", f"Anything {n}", "Is there anything?", "text") for n in range(4)]

    assert all(not each.evidence and each.state != "found" for each in ask_all(engine, reading, questions))


def test_a_reading_of_another_model_is_refused(
    engine: EngineReader, loaded: LoadedModel, reading: EngineReading
) -> None:
    other = EngineReader(replace(loaded))
    with pytest.raises(ValueError, match="what it has read itself"):
        next(other.ask(reading, []))


def test_two_questions_of_one_id_are_refused(
    engine: EngineReader, reading: EngineReading, asked: Sequence[Question]
) -> None:
    with pytest.raises(ValueError, match="same id"):
        next(engine.ask(reading, [asked[0], asked[0]], second_reading=False))

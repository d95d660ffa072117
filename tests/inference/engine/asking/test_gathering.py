"""Questions come and go while others are asked; each is answered as it is alone, and what has begun is finished."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from inference.engine.ask import Unanswered
from inference.engine.batch import Batch, Manner
from inference.engine.decode import Finished
from inference.engine.gathering import Gathering, Joining, News
from inference.engine.prompt import Template
from inference.engine.reader import EngineReader
from inference.engine.reading import EngineReading
from inference.engine.script import Draft, DraftQuote
from inference.types import CaseAnswer, CaseFile, Question, SourceText

from .test_ask import said
from .test_batch import EFFECT, END, RENT, TERM, passage_of
from .test_batch import LEASE as DATED_LEASE

OURS = Manner(5, False, "somebody")


@pytest.fixture(scope="module")
def reading(engine: EngineReader, case_file: CaseFile) -> EngineReading:
    return engine.read(case_file)


@pytest.fixture(scope="module")
def alone(
    engine: EngineReader, reading: EngineReading, asked: Sequence[Question]
) -> dict[str, tuple[object, ...]]:
    """What each question is answered with nobody beside it."""
    return {key: words for each in asked for key, words in said(list(engine.ask(reading, [each]))).items()}


def told(*news: News) -> Callable[[], News]:
    """One piece of news a look, then nothing new."""
    left: Iterator[News] = iter(news)
    return lambda: next(left, News())


def ask(
    engine: EngineReader, reading: EngineReading, asked: Sequence[Question], news: Callable[[], News]
) -> tuple[list[CaseAnswer], tuple[str, ...]]:
    """The answers in their order; where some were left out, why and which."""
    answers: list[CaseAnswer] = []
    try:
        for answer in engine.ask(reading, asked, news=news):
            answers.append(answer)
    except Unanswered as left:
        return answers, (left.why, *left.question_ids)
    return answers, ()


@pytest.mark.parametrize("after", [1, 2, 9])
def test_whenever_questions_come_in_everybody_is_answered_as_alone(
    engine: EngineReader,
    reading: EngineReading,
    asked: Sequence[Question],
    alone: dict[str, tuple[object, ...]],
    after: int,
) -> None:
    news = [News()] * after + [News((Joining(tuple(asked[4:6])), Joining(tuple(asked[6:]), is_urgent=True)))]
    answers, left = ask(engine, reading, asked[:4], told(*news))

    assert said(answers) == alone
    assert left == ()


def test_who_joins_when_the_last_answer_was_given_is_asked_still(
    engine: EngineReader, reading: EngineReading, asked: Sequence[Question]
) -> None:
    given: list[str] = []
    late = iter([News((Joining((asked[1],)),))])
    answers = engine.ask(reading, asked[:1], news=lambda: next(late, News()) if given else News())
    for answer in answers:
        given.append(answer.question_id)

    assert given == ["q0", "q1"]


def test_an_urgent_question_goes_before_all_that_has_not_begun(
    engine: EngineReader, reading: EngineReading, asked: Sequence[Question]
) -> None:
    begun: list[str] = []
    urgent = Question("urgent", "Urgent", "What is it?", "text")
    heard = engine.ask(
        reading,
        asked,
        heard=lambda key, tokens: begun.append(key),
        second_reading=False,
        news=told(News((Joining((urgent,), is_urgent=True),))),
    )
    order = [answer.question_id for answer in heard]

    assert sorted(order) == sorted(["urgent", *(each.id for each in asked)])
    # Three are under way when it comes, and three at most may have entered with it by the time it ends.
    assert order.index("urgent") <= 5
    assert "1 question 1" in begun


def test_enough_finishes_what_has_begun_and_names_the_rest(
    engine: EngineReader,
    reading: EngineReading,
    asked: Sequence[Question],
    alone: dict[str, tuple[object, ...]],
) -> None:
    answers, left = ask(engine, reading, asked, lambda: News(is_enough=True))

    assert sorted(each.question_id for each in answers) == ["q0", "q1", "q2"]  # as many as go side by side
    assert left == ("enough", "q3", "q4", "q5", "q6")
    assert said(answers) == {key: words for key, words in alone.items() if key not in left}


def test_who_leaves_is_not_begun_and_holds_nobody_up(
    engine: EngineReader,
    reading: EngineReading,
    asked: Sequence[Question],
    alone: dict[str, tuple[object, ...]],
) -> None:
    joining = News((Joining(tuple(asked[4:])),))
    leaving = News(leaving=frozenset({"q5"}))
    answers, left = ask(engine, reading, asked[:4], told(joining, leaving))

    assert said(answers) == {f"q{n}": alone[f"q{n}"] for n in range(4)}
    assert left == ()  # nobody wants the others any more


def test_an_id_that_is_asked_already_is_refused(
    engine: EngineReader, reading: EngineReading, asked: Sequence[Question]
) -> None:
    with pytest.raises(ValueError, match="carries the id"):
        list(engine.ask(reading, asked[:2], news=lambda: News((Joining((asked[1],)),))))


def test_who_joins_pays_a_share_of_what_reading_took_and_not_the_rest_of_it(
    engine: EngineReader, case_file: CaseFile, asked: Sequence[Question]
) -> None:
    reading = engine.read(case_file)
    answers, _ = ask(engine, reading, asked[:6], told(News((Joining((asked[6],)),))))
    shares = {each.question_id: each.usage.prefill_seconds_share for each in answers}

    assert shares["q6"] <= reading.usage.seconds / 6
    assert sum(shares.values()) == pytest.approx(reading.usage.seconds)


@pytest.fixture
def dated(engine: EngineReader) -> EngineReading:
    return engine.begin(CaseFile((SourceText("lease", DATED_LEASE),)))


@pytest.fixture
def gathering(dated: EngineReading, template: Template) -> Gathering[Any]:
    """A value that is counted from other days and a question beside it, when it is enough."""

    def begin(questions: Sequence[Question], among: Any) -> Batch:
        return Batch(dated, questions, template, OURS, among)

    return Gathering(begin, [END, RENT], lambda: News(is_enough=True))


def test_a_day_is_asked_all_the_same_for_a_value_that_has_begun(
    gathering: Gathering[Any], dated: EngineReading
) -> None:
    assert gathering.waiting[2].key == "question 1"
    del gathering.waiting[2]  # in the model's hands
    gathering.look()
    assert [each.key for each in gathering.waiting] == ["day Agreement Date", "day Effective Date"]
    assert gathering.unanswered == ("rent", "end")

    assert take(gathering, "question 1", found(dated, TERM)) == []
    gathering.waiting.clear()
    assert take(gathering, "day Agreement Date", Draft("not found")) == []
    (answer,) = take(gathering, "day Effective Date", found(dated, EFFECT))
    assert answer.value is not None
    assert gathering.left_out == ("rent",)


def test_without_such_a_value_no_day_is_asked(gathering: Gathering[Any]) -> None:
    gathering.look()
    gathering.look()
    assert not gathering.waiting
    assert sorted(gathering.left_out) == ["end", "rent"]


def take(gathering: Gathering[Any], key: str, draft: Draft) -> list[CaseAnswer]:
    return list(gathering.take(Finished(key, draft, (), 2, 0.5)))


def found(reading: EngineReading, words: str) -> Draft:
    return Draft("found", (DraftQuote(words, passage_of(reading, words), 0.5),))

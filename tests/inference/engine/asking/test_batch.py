"""What a model wrote becomes an answer only when nothing is missing to it, and "found" only where it holds."""

from collections.abc import Sequence

import pytest

from inference.engine.batch import NOT_WHERE_IT_SAYS, Batch, Manner
from inference.engine.decode import Finished
from inference.engine.prompt import Template
from inference.engine.reader import EngineReader
from inference.engine.reading import EngineReading
from inference.engine.script import Draft, DraftQuote
from inference.engine.support import AGAINST, OPEN, SUPPORTS, Shares
from inference.types import CaseAnswer, CaseFile, DateValue, Question, SourceText

LEASE = (
    "LEASE made on 4 March 2019. It takes effect on 1 May 2019 (the “Effective Date”).\n\n"
    "The term continues for a period of three (3) years from the Effective Date.\n\n"
    "The Tenant pays on the first day. The Tenant pays on the first day.\n"
)
TERM = "The term continues for a period of three (3) years from the Effective Date."
EFFECT = "It takes effect on 1 May 2019"
END = Question("end", "End", "When does it end?", "date", "Expiration Date")
RENT = Question("rent", "Rent", "When is rent due?", "text")


@pytest.fixture
def reading(engine: EngineReader) -> EngineReading:
    return engine.begin(CaseFile((SourceText("lease", LEASE), SourceText("copy", LEASE))))


def begun(reading: EngineReading, template: Template, questions: Sequence[Question], judged: bool) -> Batch:
    return Batch(reading, questions, template, Manner(5, judged, "somebody"))


def take(batch: Batch, key: str, result: Draft | Shares) -> list[CaseAnswer]:
    return list(batch.take(Finished(key, result, (), 2, 0.5)))


def found(words: str, passage: int) -> Draft:
    return Draft("found", (DraftQuote(words, passage, 0.5),), "It says so.", "Nothing.")


def shares(verdict: str) -> Shares:
    return {each: 0.8 if each == verdict else 0.1 for each in (SUPPORTS, AGAINST, OPEN)}


def passage_of(reading: EngineReading, words: str, document: str = "lease") -> int:
    content = next(each.content for each in reading.case_file.documents if each.id == document)
    return reading.prompt.passage_at(document, content.index(words)).number


def test_the_passage_the_model_names_decides_which_of_equal_words_is_quoted(
    reading: EngineReading, template: Template
) -> None:
    batch = begun(reading, template, [RENT], judged=False)
    words = "The Tenant pays on the first day."
    (answer,) = take(batch, "question 1", found(words, passage_of(reading, words, "copy")))

    (evidence,) = answer.evidence
    assert (evidence.document_id, evidence.start) == ("copy", LEASE.index(words))
    assert evidence.quote == words
    assert (answer.state, answer.reason, answer.against) == ("found", "It says so.", "Nothing.")
    assert answer.read_by == "somebody"


def test_words_that_do_not_begin_in_the_passage_are_unsupported(
    reading: EngineReading, template: Template
) -> None:
    batch = begun(reading, template, [RENT], judged=True)
    (answer,) = take(batch, "question 1", found("Words of nobody", 1))

    assert (answer.state, answer.reason, answer.evidence) == ("unsupported", NOT_WHERE_IT_SAYS, ())
    assert not batch.unanswered


def test_found_without_a_quote_is_unsupported(reading: EngineReading, template: Template) -> None:
    (answer,) = take(begun(reading, template, [RENT], judged=True), "question 1", Draft("found"))

    assert answer.state == "unsupported"


def test_an_answer_waits_for_both_orders_of_its_second_reading(
    reading: EngineReading, template: Template
) -> None:
    batch = begun(reading, template, [RENT], judged=True)
    words = "The Tenant pays on the first day."
    assert take(batch, "question 1", found(words, passage_of(reading, words))) == []
    assert take(batch, "question 1 quote 1 order 1", shares(SUPPORTS)) == []
    assert batch.unanswered == ("rent",)
    (answer,) = take(batch, "question 1 quote 1 order 2", shares(SUPPORTS))

    assert answer.state == "found"
    assert (answer.usage.decode_tokens, answer.usage.seconds) == (6, 1.5)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (AGAINST, AGAINST, "do not support"),
        (OPEN, OPEN, "could not tell"),
        (SUPPORTS, AGAINST, "could not tell"),
    ],
)
def test_what_the_second_reading_does_not_support_is_not_found(
    reading: EngineReading, template: Template, first: str, second: str, said: str
) -> None:
    batch = begun(reading, template, [RENT], judged=True)
    words = "The Tenant pays on the first day."
    take(batch, "question 1", found(words, passage_of(reading, words)))
    take(batch, "question 1 quote 1 order 1", shares(first))
    (answer,) = take(batch, "question 1 quote 1 order 2", shares(second))

    assert answer.state == "unsupported"
    assert said in answer.reason
    assert [each.quote for each in answer.evidence] == [words]  # shown, but not as found
    assert answer.value is None


def test_a_liking_for_the_first_choice_decides_nothing(reading: EngineReading, template: Template) -> None:
    batch = begun(reading, template, [RENT], judged=True)
    words = "The Tenant pays on the first day."
    take(batch, "question 1", found(words, passage_of(reading, words)))
    take(batch, "question 1 quote 1 order 1", {SUPPORTS: 0.6, AGAINST: 0.3, OPEN: 0.1})
    (answer,) = take(batch, "question 1 quote 1 order 2", {SUPPORTS: 0.15, AGAINST: 0.25, OPEN: 0.6})

    assert (
        answer.state == "found"
    )  # in the mean of both orders it leads, though each liked its own first choice


def test_of_several_quotes_those_stay_that_support(reading: EngineReading, template: Template) -> None:
    batch = begun(reading, template, [RENT], judged=True)
    rent = "The Tenant pays on the first day."
    quotes = tuple(DraftQuote(words, passage_of(reading, words), 0.5) for words in (rent, EFFECT))
    take(batch, "question 1", Draft("found", quotes))
    for turn in (1, 2):
        take(batch, f"question 1 quote 2 order {turn}", shares(AGAINST))
    take(batch, "question 1 quote 1 order 1", shares(SUPPORTS))
    (answer,) = take(batch, "question 1 quote 1 order 2", shares(SUPPORTS))

    assert [each.quote for each in answer.evidence] == [rent]


def test_an_end_waits_for_the_days_it_is_counted_from_and_pays_for_asking_them(
    reading: EngineReading, template: Template
) -> None:
    batch = begun(reading, template, [END, RENT], judged=False)
    assert [each.key for each in batch.waiting] == [
        "day Agreement Date",
        "day Effective Date",
        "question 1",
        "question 2",
    ]
    assert take(batch, "question 1", found(TERM, passage_of(reading, TERM))) == []
    assert take(batch, "day Agreement Date", Draft("not found")) == []
    (answer,) = take(batch, "day Effective Date", found(EFFECT, passage_of(reading, EFFECT)))

    assert isinstance(answer.value, DateValue)
    assert answer.value.iso == "2022-05-01"
    assert answer.rule == answer.value.note
    assert [premise.quote for premise in answer.premises] == [EFFECT]
    assert answer.usage.decode_tokens == 6
    assert batch.unanswered == ("rent",)


def test_days_that_were_asked_for_are_not_asked_again(reading: EngineReading, template: Template) -> None:
    first = begun(reading, template, [END], judged=False)
    for key in ("question 1", "day Agreement Date"):
        take(first, key, Draft("not found"))
    take(first, "day Effective Date", found(EFFECT, passage_of(reading, EFFECT)))
    second = begun(reading, template, [END], judged=False)
    (answer,) = take(second, "question 1", found(TERM, passage_of(reading, TERM)))

    assert [premise.quote for premise in answer.premises] == [EFFECT]

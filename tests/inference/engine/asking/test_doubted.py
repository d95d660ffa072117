"""Rules look at every quote of a found answer first: what they settle is not asked of a model, the rest is told it."""

import json
from collections.abc import Sequence

import pytest

from inference.doubts.examine import BACK, CUT
from inference.engine.batch import Batch, Manner
from inference.engine.decode import Finished
from inference.engine.lines import answer_line
from inference.engine.prompt import Template
from inference.engine.reader import EngineReader
from inference.engine.reading import EngineReading
from inference.engine.script import Draft, DraftQuote
from inference.engine.support import AGAINST, ORDERS, SUPPORTS, VERDICTS, Shares, judgement_text
from inference.types import CaseAnswer, CaseFile, Question, SourceText

LEASE = (
    "LEASE\n\nThe Tenant may not sublet the flat.\n\nThe Tenant may keep a dog. Dogs of the Landlord are not let in.\n"
    "\nThe Tenant may paint the walls.\n"
)
SUBLET = Question("sublet", "Subletting", "May the tenant sublet the flat?", "text")
DOG = Question("dog", "Animals", "May the tenant keep dogs of the landlord?", "text")
PAINT = Question("paint", "Painting", "May the tenant paint the walls?", "text")
CUT_QUOTE, DOUBTFUL, CLEAR = (
    "sublet the flat",
    "The Tenant may keep a dog.",
    "The Tenant may paint the walls.",
)


@pytest.fixture
def reading(engine: EngineReader) -> EngineReading:
    return engine.begin(CaseFile((SourceText("lease", LEASE),)))


def begun(reading: EngineReading, template: Template, question: Question, can_judge: bool) -> Batch:
    return Batch(reading, [question], template, Manner(5, can_judge, "somebody"))


def take(batch: Batch, key: str, result: Draft | Shares) -> list[CaseAnswer]:
    return list(batch.take(Finished(key, result, (), 0, 0.0)))


def found(*quotes: str) -> Draft:
    return Draft("found", tuple(DraftQuote(words, 1, 0.5) for words in quotes), "It says so.", "Nothing.")


def judge(batch: Batch, verdicts: Sequence[str]) -> list[CaseAnswer]:
    """The second reading's verdict on each quote, in both orders."""
    answers: list[CaseAnswer] = []
    for number, verdict in enumerate(verdicts, start=1):
        shares = {each: 0.8 if each == verdict else 0.1 for each in VERDICTS}
        for turn in (1, 2):
            answers += take(batch, f"question 1 quote {number} order {turn}", shares)
    return answers


@pytest.mark.parametrize("can_judge", [True, False])
def test_a_quote_cut_from_its_denial_is_unsupported_and_no_model_is_asked(
    reading: EngineReading, template: Template, can_judge: bool
) -> None:
    batch = begun(reading, template, SUBLET, can_judge)
    batch.waiting.clear()
    (answer,) = take(batch, "question 1", found(CUT_QUOTE))

    assert (answer.state, answer.reason, answer.support) == ("unsupported", CUT, "unchecked")
    assert [each.quote for each in answer.evidence] == [CUT_QUOTE]  # shown, but not as found
    assert [(each.kind, each.is_decisive) for each in answer.doubts] == [("cut", True)]
    assert not batch.waiting


def test_a_weak_doubt_makes_an_answer_unclear_where_nobody_can_judge(
    reading: EngineReading, template: Template
) -> None:
    (answer,) = take(begun(reading, template, DOG, can_judge=False), "question 1", found(DOUBTFUL))

    assert (answer.state, answer.reason, answer.value, answer.support) == ("unclear", BACK, None, "unchecked")
    assert [each.evidence.quote for each in answer.doubts] == ["Dogs of the Landlord are not let in."]


@pytest.mark.parametrize(("verdict", "state"), [(SUPPORTS, "found"), (AGAINST, "unsupported")])
def test_a_model_that_can_judge_has_the_last_word_on_a_weak_doubt(
    reading: EngineReading, template: Template, verdict: str, state: str
) -> None:
    batch = begun(reading, template, DOG, can_judge=True)
    assert take(batch, "question 1", found(DOUBTFUL)) == []
    (answer,) = judge(batch, [verdict])

    assert (answer.state, answer.support) == (state, "checked")
    assert [each.kind for each in answer.doubts] == ["taken back"]


def test_the_second_reading_is_told_what_is_doubted(reading: EngineReading, template: Template) -> None:
    batch = begun(reading, template, DOG, can_judge=True)
    batch.waiting.clear()
    take(batch, "question 1", found(DOUBTFUL))
    (answer,) = judge(batch, [SUPPORTS])
    told = judgement_text(DOG, DOUBTFUL, 1, ORDERS[0], answer.doubts)

    assert BACK in told
    assert "Dogs of the Landlord are not let in." in told
    asked = batch.waiting[0]
    assert asked.tokens == template.turn(told, "Judgement: ")
    assert asked.tokens != template.turn(judgement_text(DOG, DOUBTFUL, 1, ORDERS[0]), "Judgement: ")


@pytest.mark.parametrize(("can_judge", "support"), [(True, "checked"), (False, "unchecked")])
def test_an_answer_says_whether_its_support_was_judged(
    reading: EngineReading, template: Template, can_judge: bool, support: str
) -> None:
    batch = begun(reading, template, PAINT, can_judge)
    answers = take(batch, "question 1", found(CLEAR))
    (answer,) = judge(batch, [SUPPORTS]) if can_judge else answers

    assert (answer.state, answer.support, answer.doubts, answer.reason) == (
        "found",
        support,
        (),
        "It says so.",
    )
    assert json.loads(answer_line(answer))["support"] == support


def test_where_nothing_is_quoted_there_is_no_support_to_judge(
    reading: EngineReading, template: Template
) -> None:
    (answer,) = take(begun(reading, template, PAINT, can_judge=True), "question 1", Draft("not found"))

    assert (answer.state, answer.support) == ("not_found", "")


def test_a_quote_that_a_rule_takes_away_leaves_the_others(reading: EngineReading, template: Template) -> None:
    batch = begun(reading, template, SUBLET, can_judge=False)
    (answer,) = take(batch, "question 1", found(CUT_QUOTE, CLEAR))

    assert answer.state == "found"
    assert [each.quote for each in answer.evidence] == [CLEAR]
    assert [each.kind for each in answer.doubts] == ["cut"], "and the answer says what was taken away"


def test_a_line_of_answers_shows_each_doubt_with_its_words(
    reading: EngineReading, template: Template
) -> None:
    (answer,) = take(begun(reading, template, SUBLET, can_judge=False), "question 1", found(CUT_QUOTE))
    (doubt,) = json.loads(answer_line(answer))["doubts"]

    assert (doubt["kind"], doubt["sentence"], doubt["is_decisive"]) == ("cut", CUT, True)
    assert LEASE[doubt["start"] : doubt["end"]] == doubt["quote"] == "not "
    assert doubt["file"] == "lease"

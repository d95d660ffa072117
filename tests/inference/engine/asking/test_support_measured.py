"""What a second reading lets through is counted, whoever judges."""

from dataclasses import replace

import pytest

from inference.engine.loaded import LoadedModel
from inference.evaluation.negatives import FAMILIES, SupportCase, support_cases
from inference.evaluation.support import Family, ScriptedReader, measure
from inference.types import AskUsage, CaseAnswer
from inference.verify import verify_case_answer

CASES = support_cases()


def found(case: SupportCase) -> CaseAnswer:
    """The answer of a reader that says yes to everything."""
    usage = AskUsage(0, 0.0, 0, 0.0)
    return CaseAnswer(case.question.id, "found", None, (case.quote,), "", "", usage, "yes")


def test_whoever_believes_everything_lets_every_wrong_answer_through() -> None:
    assert measure(CASES, found)[-1] == Family("all", 330, 330, 330, 330)


def test_whoever_knows_lets_none_through_and_loses_none() -> None:
    def knowing(case: SupportCase) -> CaseAnswer:
        return found(case) if case.supports else replace(found(case), state="unsupported")

    counted = measure(CASES, knowing)
    assert [each.family for each in counted] == [*FAMILIES, "all"]
    assert all((each.wrong, each.wrong_found) == (66, 0) for each in counted[:-1])
    assert counted[-1] == Family("all", 330, 0, 330, 330)


@pytest.mark.parametrize("place", [0, 1, 400, 401])
def test_a_scripted_wrong_answer_goes_through_the_second_reading_of_a_real_model(
    loaded: LoadedModel, place: int
) -> None:
    reader, case = ScriptedReader(loaded), CASES[place]
    answer = reader.answer(case)
    assert answer.state in ("found", "unsupported")
    assert answer.usage.decode_tokens > 0, "the model was asked"
    assert [(each.start, each.end, each.quote) for each in answer.evidence] == [
        (case.quote.start, case.quote.end, case.quote.quote)
    ]
    contents = {document.id: document.content for document in case.case_file.documents}
    assert verify_case_answer(answer, contents) is answer
    assert replace(reader.answer(case), usage=answer.usage) == answer


def test_the_counts_of_a_model_are_those_of_its_answers(loaded: LoadedModel) -> None:
    some = CASES[:6]
    answered = [ScriptedReader(loaded).answer(case) for case in some]
    total = measure(some, ScriptedReader(loaded).answer)[-1]
    assert (total.wrong, total.right) == (3, 3)
    assert total.wrong_found + total.right_found == sum(answer.state == "found" for answer in answered)

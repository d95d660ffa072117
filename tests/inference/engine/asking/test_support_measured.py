"""What rules and a second reading let through is counted, whoever judges."""

import json
from dataclasses import replace

import pytest

from inference.engine.loaded import LoadedModel
from inference.evaluation.negatives import FAMILIES, support_cases
from inference.evaluation.support import Family, ScriptedReader, by_rules, main, measure
from inference.verify import verify_case_answer

CASES = support_cases()


def test_whoever_believes_everything_lets_every_wrong_answer_through() -> None:
    assert measure(CASES, lambda case: "found")[-1] == Family("all", 330, 330, 0, 0, 330, 330)


def test_whoever_knows_lets_none_through_and_loses_none() -> None:
    counted = measure(CASES, lambda case: "found" if case.supports else "unsupported")
    assert [each.family for each in counted] == [*FAMILIES, "all"]
    assert all((each.wrong, each.wrong_found) == (66, 0) for each in counted[:-1])
    assert counted[-1] == Family("all", 330, 0, 0, 330, 330, 330)


def test_rules_alone_let_none_of_the_first_negatives_through_and_lose_no_twin() -> None:
    total = measure(CASES, by_rules)[-1]
    assert (total.wrong_found, total.right_found) == (0, 330)


def test_rules_alone_are_counted_without_a_model_on_negatives_they_were_not_made_with(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--scripted", "--json"]) == 0
    sets = json.loads(capsys.readouterr().out)["sets"]
    assert list(sets) == ["first, even frames", "first, odd frames", "second", "fresh"]
    totals = {name: families[-1] for name, families in sets.items()}
    assert [total["wrong"] for total in totals.values()] == [168, 162, 90, 72]
    assert all(
        total["wrong_found"] + total["wrong_unclear"] + total["wrong_unsupported"] == total["wrong"]
        for total in totals.values()
    )
    assert totals["fresh"]["wrong_found"] <= 39, "no rule may get worse on what none was made for"
    assert totals["fresh"]["right_found"] >= 66


def test_the_counts_are_printed_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--scripted"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("definition only") == 4
    assert "unsupported" in printed


def test_who_judges_must_be_said() -> None:
    with pytest.raises(SystemExit):
        main([])


@pytest.mark.parametrize("place", [0, 1, 260, 320, 600, 601])
def test_a_scripted_wrong_answer_goes_through_the_second_reading_of_a_real_model(
    loaded: LoadedModel, place: int
) -> None:
    reader, case = ScriptedReader(loaded), CASES[place]
    answer = reader.answer(case)
    assert answer.state in ("found", "unsupported")
    is_settled = any(doubt.is_decisive for doubt in answer.doubts)
    assert (answer.usage.decode_tokens == 0) is is_settled, "the model is asked unless a rule has settled it"
    assert answer.support == ("unchecked" if is_settled else "checked")
    assert [(each.start, each.end, each.quote) for each in answer.evidence] == [
        (case.quote.start, case.quote.end, case.quote.quote)
    ]
    contents = {document.id: document.content for document in case.case_file.documents}
    assert verify_case_answer(answer, contents) is answer
    assert replace(reader.answer(case), usage=answer.usage) == answer


def test_the_counts_of_a_model_are_those_of_its_answers(loaded: LoadedModel) -> None:
    some, reader = CASES[:6], ScriptedReader(loaded)
    states = [reader.answer(case).state for case in some]
    total = measure(some, lambda case: reader.answer(case).state)[-1]
    assert (total.wrong, total.right) == (3, 3)
    assert total.wrong_found + total.right_found == states.count("found")

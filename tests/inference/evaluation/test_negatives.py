"""The negatives are what they are said to be: exact quotes that do not answer, each beside a twin that does."""

from collections import Counter

from inference.evaluation.negatives import FAMILIES, fresh_cases, second_cases, support_cases
from inference.verify import verify_evidence

CASES = support_cases()
OTHERS = (*second_cases(), *fresh_cases())


def test_there_are_more_than_three_hundred_in_five_families_and_as_many_twins() -> None:
    negatives = Counter(case.family for case in CASES if not case.supports)
    twins = Counter(case.family for case in CASES if case.supports)
    assert negatives == twins == Counter(dict.fromkeys(FAMILIES, 66))
    assert len({case.id for case in CASES}) == len(CASES)


def test_there_are_more_than_sixty_fresh_ones_in_every_family() -> None:
    for cases, number in ((second_cases(), 90), (fresh_cases(), 72)):
        negatives = Counter(case.family for case in cases if not case.supports)
        assert negatives == Counter(case.family for case in cases if case.supports)
        assert set(negatives) == set(FAMILIES)
        assert negatives.total() == number
    assert not {case.quote.quote for case in CASES} & {case.quote.quote for case in OTHERS}


def test_every_quote_is_exact_and_stands_once() -> None:
    for case in (*CASES, *OTHERS):
        contents = {document.id: document.content for document in case.case_file.documents}
        verify_evidence(case.quote, contents)
        assert contents["agreement"].count(case.quote.quote) == 1
        words = "".join((*contents.values(), case.question.name, case.question.definition))
        assert not set("«»{}") & set(words)


def test_no_two_cases_ask_the_same_of_the_same_contract() -> None:
    asked = Counter(
        (case.question.name, case.question.definition, *(text.content for text in case.case_file.documents))
        for case in CASES
    )
    assert set(asked.values()) == {1}


def test_a_superseded_clause_is_quoted_as_its_twin_is_and_only_the_amendment_differs() -> None:
    pairs = [case for case in (*CASES, *OTHERS) if case.family == "superseded"]
    for negative, twin in zip(pairs[::2], pairs[1::2], strict=True):
        assert (negative.supports, twin.supports) == (False, True)
        assert negative.quote == twin.quote
        assert negative.case_file.documents[0] == twin.case_file.documents[0]
        assert negative.case_file.documents[1] != twin.case_file.documents[1]


def test_in_a_carve_out_the_exception_follows_the_quote() -> None:
    for case in CASES:
        if case.family == "carve-out":
            text = case.case_file.documents[0].content
            rest = text[case.quote.end :].split("\n", 1)[0]
            assert bool(rest.strip(" .")) is not case.supports

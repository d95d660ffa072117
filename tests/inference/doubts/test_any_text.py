"""Whatever a document says, rules take time in proportion to it and point to exact words."""

import time

import pytest

from inference.doubts.examine import Examiner
from inference.evaluation.negatives import fresh_cases, second_cases, support_cases
from inference.types import CaseFile, Evidence, Question, SourceText
from inference.verify import verify_evidence

QUESTION = Question("q", "Assignment", "May the Tenant assign the lease to a bank?", "text")
HOSTILE = [
    "“" * 50,
    "(the “A",
    "A B C D ",
    "nothing ",
    "neither a ",
    "Section 1. ",
    "1.1.1.1.1",
    "is hereby ",
    "If a, if b ",
    "no no no no ",
    "\n1.\n(a) ",
    "(" * 40,
    " \t\n",
    "not: ",
    "the Tenant’s ",
    "“X” means, ",
    "合同不得转让。",
]


def seconds(unit: str, length: int) -> float:
    text = "AMENDMENT amend the Lease (the “Tenant”)\n" + unit * (length // len(unit))
    case_file = CaseFile((SourceText("first", text), SourceText("second", text)))
    middle = len(text) // 2
    quote = Evidence("first", middle, middle + 2_000, text[middle : middle + 2_000], 1.0)
    begun = time.process_time()
    for doubt in Examiner(case_file).doubts(QUESTION, quote):
        verify_evidence(doubt.evidence, {"first": text, "second": text})
    return time.process_time() - begun


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_costs_in_proportion_to_its_length(unit: str) -> None:
    short, long = (min(seconds(unit, length) for _ in range(2)) for length in (20_000, 80_000))
    assert long < 5.0
    assert long < 10 * short + 0.05  # four times the text; squared it would be sixteen


def test_every_doubt_about_an_authored_case_points_to_exact_words() -> None:
    kinds = set()
    for case in (*support_cases(), *second_cases(), *fresh_cases()):
        contents = {document.id: document.content for document in case.case_file.documents}
        for doubt in Examiner(case.case_file).doubts(case.question, case.quote):
            verify_evidence(doubt.evidence, contents)
            kinds.add(doubt.kind)
    assert kinds == {
        "superseded",
        "definition only",
        "negation",
        "wrong party",
        "cut",
        "carve-out",
        "taken back",
        "condition",
    }


@pytest.mark.parametrize("place", [0, 3, 40])
def test_a_quote_of_any_part_of_a_document_can_be_examined(place: int) -> None:
    text = "The Tenant may not assign. \r\n\r\n(a) ﬁle “x” é"
    quote = Evidence("one", place, len(text), text[place:], 1.0)
    for doubt in Examiner(CaseFile((SourceText("one", text),))).doubts(QUESTION, quote):
        verify_evidence(doubt.evidence, {"one": text})

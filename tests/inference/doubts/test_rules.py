"""Each rule doubts what it is for and leaves the same words alone where they do answer."""

import pytest

from inference.doubts.examine import Examiner
from inference.types import CaseFile, Doubt, Evidence, Question, SourceText

OPENING = "LEASE\n\nQuayside Estates Ltd (the “Landlord”) and Marlow & Finch LLP (the “Tenant”) agree:\n\n"


def doubts(marked: str, definition: str, answer_type: str = "text") -> tuple[Doubt, ...]:
    """What is held against the words between « and », in a lease of our own."""
    marked = f"{OPENING}1. {marked}\n\n2. Headings do not matter.\n"
    start, end = marked.index("«"), marked.index("»") - 1
    text = marked.replace("«", "").replace("»", "")
    question = Question("q", "Question", definition, answer_type)
    return Examiner(CaseFile((SourceText("lease", text),))).doubts(
        question, Evidence("lease", start, end, text[start:end], 0.5)
    )


DOUBTED = [
    ("negation", "«The Tenant may not sublet the flat.»", "May the tenant sublet the flat?"),
    ("negation", "«Neither party shall be obliged to insure.»", "Must a party insure?"),
    ("negation", "«Nothing in this Lease keeps the Tenant from competing.»", "Which words forbid competing?"),
    ("wrong party", "«The Tenant shall repair the roof.»", "Must the landlord repair the roof?"),
    ("wrong party", "«Marlow & Finch LLP shall repair the roof.»", "Must the landlord repair the roof?"),
    ("wrong party", "«The roof is repaired by the Tenant.»", "Must the landlord repair the roof?"),
    ("carve-out", "«The Tenant may sublet», except to a bank.", "May the tenant sublet to a bank?"),
    ("carve-out", "«The Tenant may sublet to anyone other than a bank.»", "May the tenant sublet to a bank?"),
    ("taken back", "«The Tenant may sublet». Banks stay outside.", "May the tenant sublet to banks?"),
    ("condition", "«The Tenant may sublet» if the Landlord agrees.", "May the tenant sublet?"),
    ("cut", "The Tenant may not «sublet the flat».", "May the tenant sublet the flat?"),
    (
        "cut",
        "The Tenant has no right: (a) to keep bees; or (b) «to sublet the flat».",
        "May the tenant sublet the flat?",
    ),
    ("definition only", "«“Sublease” means a lease to another.»", "May the tenant grant a sublease?"),
    ("definition only", "“Sublease” means «a lease to another».", "May the tenant grant a sublease?"),
]


@pytest.mark.parametrize(("kind", "marked", "definition"), DOUBTED)
def test_words_that_do_not_answer_are_doubted(kind: str, marked: str, definition: str) -> None:
    found = doubts(marked, definition)
    assert kind in {doubt.kind for doubt in found}
    assert all(doubt.sentence.endswith(".") for doubt in found)


ANSWERS = [
    ("«The Tenant may sublet the flat.»", "May the tenant sublet the flat?"),
    ("«The Tenant may not sublet the flat.»", "Which words forbid the tenant to sublet the flat?"),
    ("«The Tenant shall not be obliged to pay more than USD 5.»", "Must the tenant pay?"),
    ("«The Tenant shall not sublet without the Landlord's consent.»", "A rule that rights cannot pass on."),
    ("«The Landlord shall repair the roof.»", "Must the landlord repair the roof?"),
    ("«Each party shall repair what it breaks.»", "Must the landlord repair?"),
    ("«The roof is repaired by the Landlord.»", "Must the landlord repair the roof?"),
    ("«The Tenant may sublet to anyone, a bank included.»", "May the tenant sublet to a bank?"),
    ("«The Tenant may sublet», except on Sundays.", "May the tenant sublet to a bank?"),
    ("«Banks are left out of this duty.»", "A carve-out from a duty."),
    ("No subletting. «The Tenant shall live in the flat.»", "Must the tenant live in the flat?"),
    ("«“Sublease” means a lease to another, which the Tenant may grant; it shall be in writing.»", "May it?"),
    ("«Leases granted where the Tenant did not object stay in force.»", "Are leases granted in force?"),
]


@pytest.mark.parametrize(("marked", "definition"), ANSWERS)
def test_words_that_answer_are_left_alone(marked: str, definition: str) -> None:
    assert [doubt for doubt in doubts(marked, definition) if doubt.kind != "condition"] == []
    assert not any(doubt.is_decisive for doubt in doubts(marked, definition))


def test_a_definition_answers_a_question_for_a_fact() -> None:
    marked, definition = "«“Term” means three years.»", "When does the term end? It must be a day."
    assert doubts(marked, definition, "date") == ()
    assert doubts(marked, definition)[0].kind == "definition only"


def test_a_doubt_shows_the_words_that_raised_it() -> None:
    (doubt, *_) = doubts("«The Tenant may sublet», except to a bank.", "May the tenant sublet to a bank?")
    assert (doubt.evidence.document_id, doubt.evidence.quote) == ("lease", "except to a bank.")
    assert doubt.is_decisive


def test_the_decisive_doubt_comes_first() -> None:
    found = doubts("The Tenant may not «sublet the flat» if he is late.", "May the tenant sublet the flat?")
    assert [doubt.is_decisive for doubt in found] == sorted(
        (doubt.is_decisive for doubt in found), reverse=True
    )
    assert {doubt.kind for doubt in found} >= {"cut", "condition"}

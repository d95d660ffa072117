"""Words of an earlier instrument are doubted where a later one of the same parties takes them out of force."""

import pytest

from inference.doubts.examine import Examiner
from inference.doubts.superseded import section_of
from inference.types import CaseFile, Doubt, Evidence, Question, SourceText

MASTER = """SUPPLY AGREEMENT

Halden Mills LLC (“Supplier”) and Birchfield Foods, Inc. (“Buyer”) agree:

4.1 Buyer shall pay each invoice within thirty days.

4.2 Supplier's liability is limited to USD 5,000.

5. Notices.
(a) Notices go by post.
(b) Notices take effect on receipt.
"""
PAY = "Buyer shall pay each invoice within thirty days."
OPENING = "FIRST AMENDMENT\n\nHalden Mills LLC and Birchfield Foods, Inc. amend their Agreement:\n\n"


def doubts(later: str, quote: str = PAY, opening: str = OPENING) -> tuple[Doubt, ...]:
    """What is held against words of the master where this stands in the amendment behind it."""
    documents = (SourceText("master", MASTER), SourceText("amendment", f"{opening}1. {later}\n"))
    start = MASTER.index(quote)
    question = Question("pay", "Time for payment", "Within how many days are invoices to be paid?", "text")
    return Examiner(CaseFile(documents)).doubts(
        question, Evidence("master", start, start + len(quote), quote, 1.0)
    )


@pytest.mark.parametrize(
    ("later", "is_decisive"),
    [
        ("Section 4.1 of the Agreement is hereby deleted.", True),
        ("Section 4 of the Agreement is hereby amended to read as follows: “Buyer pays at once.”", True),
        ("The Agreement is hereby terminated.", True),
        ("In Section 4.1 of the Agreement “thirty” is replaced by “ten”.", False),
        ("The time for payment of invoices is replaced by ten days.", False),
        ("Supplier gives up payment of invoices.", False),
    ],
)
def test_a_later_instrument_of_the_same_parties_takes_words_out_of_force(
    later: str, is_decisive: bool
) -> None:
    (doubt,) = (each for each in doubts(later) if each.kind == "superseded")
    assert doubt.is_decisive is is_decisive
    assert doubt.evidence.document_id == "amendment"
    assert later in doubt.evidence.quote


@pytest.mark.parametrize(
    "later",
    [
        "Section 4.2 of the Agreement is hereby deleted.",
        "Section 41 of the Agreement is hereby deleted.",
        "Section 4.1 of the Agreement is amended by adding the words “in cash”.",
        "The address for notices is changed to 4 Harbour Road.",
        "If Buyer pays late, Section 4.1 may be replaced by the parties.",
        "Section 4.1 of this Amendment is replaced whenever the parties say so.",
    ],
)
def test_a_change_of_something_else_is_no_doubt(later: str) -> None:
    assert doubts(later) == ()


def test_an_instrument_of_other_people_changes_nothing() -> None:
    others = "FIRST AMENDMENT\n\nQuayside Estates Ltd and Elmira Shipping S.A. amend their Agreement:\n\n"
    assert doubts("Section 4.1 of the Agreement is hereby deleted.", opening=others) == ()


def test_a_document_that_changes_nothing_by_its_own_word_changes_nothing() -> None:
    letter = "LETTER\n\nHalden Mills LLC writes to Birchfield Foods, Inc.:\n\n"
    assert doubts("Section 4.1 of the Agreement is hereby deleted.", opening=letter) == ()


def test_an_earlier_amendment_does_not_reach_a_later_document() -> None:
    amendment = SourceText("amendment", f"{OPENING}1. Section 4.1 is hereby deleted.\n")
    start = MASTER.index(PAY)
    examiner = Examiner(CaseFile((amendment, SourceText("master", MASTER))))
    question = Question("pay", "Payment", "Must invoices be paid?", "text")
    assert examiner.doubts(question, Evidence("master", start, start + len(PAY), PAY, 1.0)) == ()


@pytest.mark.parametrize(
    ("words", "section"),
    [
        (PAY, "4.1"),
        ("Supplier's liability", "4.2"),
        ("by post", "5(a)"),
        ("take effect", "5(b)"),
        ("agree:", ""),
    ],
)
def test_a_place_stands_in_the_section_last_numbered_before_it(words: str, section: str) -> None:
    assert section_of(MASTER, MASTER.index(words)) == section

"""The Excel file: every finding, the source of every quote, and no cell that acts."""

import hashlib
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from review.accounts.models import User
from review.documents.models import Document
from review.findings.models import Finding
from review.findings.services import ChosenSpan, accept_finding, add_finding, edit_finding, reject_finding
from review.matters.models import Matter
from review.playbooks.models import Question
from review.reports.export_xlsx import CELL_LIMIT, export_xlsx, safe
from review.tenancy.models import AuditEvent
from tests.cast import AGREEMENT, GOVERNING_LAW, deliver, find


@pytest.fixture
def exported(ada: User, matter: Matter, as_person: Any) -> Any:
    """`exported()` is the Excel file of the matter, opened again."""

    def export() -> openpyxl.Workbook:
        with as_person(ada):
            return openpyxl.load_workbook(BytesIO(export_xlsx(matter, by=ada)))

    return export


def rows(book: openpyxl.Workbook, sheet: str) -> list[dict[str, Any]]:
    heads, *lines = book[sheet].iter_rows(values_only=True)
    return [dict(zip(heads, line, strict=True)) for line in lines]


def test_a_finding_is_one_row_and_its_quote_one_source(exported: Any, finding: Finding) -> None:
    book = exported()
    assert book.sheetnames == ["Findings", "Sources", "Documents", "Warnings", "Clause types", "About"]

    (row,) = rows(book, "Findings")
    assert (row["Document"], row["Path"]) == ("Supply agreement.txt", "Contracts/Supply agreement.txt")
    assert (row["Clause type"], row["Severity"]) == ("Governing Law", "Medium")
    assert (row["Machine state"], row["Human state"]) == ("Found", "Unreviewed")
    assert (row["Quotes"], row["Page"], row["Score"]) == (GOVERNING_LAW, "1", 0.91)

    (source,) = rows(book, "Sources")
    assert AGREEMENT[source["Start"] : source["End"]] == source["Quote"] == GOVERNING_LAW
    assert source["SHA-256 of the text"] == hashlib.sha256(AGREEMENT.encode()).hexdigest()
    assert (source["Document"], source["Page"]) == ("Supply agreement.txt", "1")

    (document,) = rows(book, "Documents")
    assert (document["State"], document["Pages"]) == ("Ready", 1)


def test_dates_and_amounts_are_real_ones(
    exported: Any, ben: User, finding: Finding, document: Document, as_person: Any
) -> None:
    liability = find(
        document, "cap-on-liability", "The liability of each party is limited to one million pounds."
    )
    with as_person(ben):
        edit_finding(finding, by=ben, value="2027-03-31")
        pounds = {"kind": "yes", "amounts": [{"minor": 100_000_000, "currency": "GBP"}], "rule": ""}
        edit_finding(liability, by=ben, value=pounds)

    dated, capped = rows(exported(), "Findings")
    assert (dated["Value"].date(), dated["Amount"], dated["Currency"]) == (date(2027, 3, 31), None, None)
    assert (capped["Value"], capped["Amount"], capped["Currency"]) == (
        "Yes: GBP 1,000,000.00",
        1_000_000,
        "GBP",
    )


def test_what_people_settled_is_in_it_with_who_and_why(
    exported: Any, ben: User, document: Document, finding: Finding, as_person: Any
) -> None:
    liability = find(
        document, "cap-on-liability", "The liability of each party is limited to one million pounds."
    )
    words = "the laws of England and Wales"
    start = AGREEMENT.index(words)
    with as_person(ben):
        span = ChosenSpan(start, start + len(words))
        edit_finding(finding, by=ben, value="England and Wales", spans=[span], reason="Shorter.")
        reject_finding(liability, by=ben, reason="Not a cap.")

    edited, rejected = rows(exported(), "Findings")
    assert (edited["Human state"], edited["Value"], edited["Quotes"]) == (
        "Edited",
        "England and Wales",
        words,
    )
    assert (edited["Decided by"], edited["Reason"]) == ("Ben", "Shorter.")
    assert edited["Decided at"] is not None
    assert (rejected["Human state"], rejected["Reason"]) == ("Rejected", "Not a cap.")


def test_possible_passages_are_counted_and_not_shown_until_somebody_accepts_one(
    exported: Any, ben: User, document: Document, as_person: Any
) -> None:
    possible = find_possible(document, "exclusivity", GOVERNING_LAW)
    (row,) = rows(exported(), "Findings")
    assert (row["Quotes"], row["Value"], row["Possible passages not shown"]) == (None, None, 1)
    assert rows(exported(), "Sources") == []

    with as_person(ben):
        accept_finding(possible, by=ben)
    (row,) = rows(exported(), "Findings")
    assert (row["Quotes"], row["Possible passages not shown"]) == (GOVERNING_LAW, 0)


def test_what_a_person_added_is_in_it(
    exported: Any, ben: User, document: Document, question: Question, as_person: Any
) -> None:
    start = AGREEMENT.index(GOVERNING_LAW)
    with as_person(ben):
        add_finding(document, question, by=ben, spans=[ChosenSpan(start, start + len(GOVERNING_LAW))])
    (row,) = rows(exported(), "Findings")
    assert (row["Added by"], row["Human state"], row["Decided by"]) == ("Person", "Accepted", "Ben")


HOSTILE = (
    '=HYPERLINK("http://evil.example","Open") is the price.',
    "+44 is the dialling code.",
    "-1 is the adjustment.",
    "@SUM(A1:A9) is the total.",
)


def test_no_cell_is_a_formula_or_a_link(exported: Any, ada: User, bundle: Any) -> None:
    content = "\n".join(HOSTILE) + "\n"
    document = deliver(bundle, ada, name='=cmd|" /C calc"!A0.txt', content=content)
    for key, quote in zip(("exclusivity", "non-compete", "audit-rights", "insurance"), HOSTILE, strict=True):
        find(document, key, quote)

    book = exported()
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert not [cell.value for cell in cells if isinstance(cell.value, str) and cell.value[:1] in "=+-@\t\r"]
    assert {row["Quote"] for row in rows(book, "Sources")} == {f"'{quote}" for quote in HOSTILE}


def test_a_quote_longer_than_a_cell_is_shortened_and_says_so() -> None:
    assert safe("a" * CELL_LIMIT) == "a" * CELL_LIMIT
    for character, units in (("a", 1), ("𝒜", 2)):
        shortened = safe(character * 40_000)
        assert shortened.endswith("[Shortened here: 40,000 characters in all. The rest is in the document.]")
        assert CELL_LIMIT - units < len(shortened.encode("utf-16-le")) // 2 <= CELL_LIMIT


def test_headings_stay_in_sight_and_can_be_filtered(exported: Any, finding: Finding) -> None:
    book = exported()
    for name in ("Findings", "Sources", "Documents"):
        assert book[name].freeze_panes == "B2"
        assert book[name].auto_filter.ref.startswith("A1:")


def test_about_says_what_the_file_is(exported: Any, finding: Finding, matter: Matter) -> None:
    facts = dict(exported()["About"].iter_rows(values_only=True))
    assert (facts["Matter"], facts["Client-matter number"]) == (matter.name, "10023-0007")
    assert facts["Reader"] == "compact, fingerprint weights:code"
    assert (facts["Findings"], facts["Machine: found"], facts["People: unreviewed"]) == (1, 1, 1)
    assert "does not mean that it was reviewed" in facts["What this file contains"]


def test_an_empty_matter_makes_an_empty_file(exported: Any) -> None:
    assert rows(exported(), "Findings") == []


def test_the_export_is_in_the_audit_trail(exported: Any, ada: User, matter: Matter, as_person: Any) -> None:
    exported()
    with as_person(ada):
        event = AuditEvent.objects.get(action="matter.exported")
    assert (event.actor_id, event.subject_id, event.detail["kind"]) == (ada.pk, matter.pk, "xlsx")


def find_possible(document: Document, key: str, quote: str) -> Finding:
    """What the machine is not sure of: unclear, with one passage that is folded away."""
    from review.engine import Answered, Passage
    from review.findings.models import ReviewRun
    from review.findings.reading import store_answers
    from review.ids import uuid7
    from review.tenancy.context import in_context

    with in_context(document.organization_id, matter=document.matter_id):
        question = Question.objects.get(key=key)
        run = ReviewRun.objects.create(
            organization_id=document.organization_id,
            matter_id=document.matter_id,
            recipe_hash=uuid7().hex,
            reader="compact",
            reader_fingerprint="weights:code",
            question_ids=[str(question.pk)],
        )
        start = document.text.content.index(quote)
        answer = Answered(
            question_id=str(question.pk),
            state="unclear",
            score=0.2,
            value=True,
            passages=(Passage(start, start + len(quote), quote, 0.2, False),),
            nearest=(),
            characters_read=len(document.text.content),
            characters_total=len(document.text.content),
        )
        store_answers({str(question.pk): run}, document.text, {str(question.pk): question}, [answer])
        return Finding.objects.select_related("text").get(run=run)

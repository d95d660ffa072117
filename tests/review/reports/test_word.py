"""The Word report: what is bad, worst first, each line with its source, and what nobody has checked."""

import re
from io import BytesIO
from typing import Any

import docx
import pytest

from review.accounts.models import User
from review.documents.models import Document
from review.findings.models import Finding
from review.findings.services import accept_finding, reject_finding
from review.matters.models import Matter
from review.reports.export_docx import export_docx
from review.tenancy.models import AuditEvent
from tests.cast import AGREEMENT, GOVERNING_LAW, deliver, find

ASSIGNMENT = "Neither party may assign this Agreement without the prior written consent of the other."


@pytest.fixture
def exported(ada: User, matter: Matter, as_person: Any) -> Any:
    """`exported()` is the report of the matter, opened again."""

    def export() -> Any:
        with as_person(ada):
            return docx.Document(BytesIO(export_docx(matter, by=ada)))

    return export


def red_flags(report: Any) -> list[list[str]]:
    """The rows of the red-flag table that are findings."""
    (table,) = [table for table in report.tables if table.cell(0, 2).text == "Words relied on"]
    return [texts for row in table.rows if (texts := [cell.text for cell in row.cells])[0].isdigit()]


def words(report: Any) -> str:
    return "\n".join(
        [
            *(p.text for p in report.paragraphs),
            *(c.text for t in report.tables for r in t.rows for c in r.cells),
        ]
    )


def test_every_line_carries_its_source(exported: Any, finding: Finding) -> None:
    (row,) = red_flags(exported())
    number, document, relied_on, _value, review = row
    assert number == "1"
    assert document.splitlines()[0] == "Supply agreement.txt"
    quote, source = relied_on.splitlines()
    assert quote == f"“{GOVERNING_LAW}”"
    start = AGREEMENT.index(GOVERNING_LAW)
    assert source == f"Supply agreement.txt, page 1, characters {start} to {start + len(GOVERNING_LAW)}"
    assert review.startswith("○ Not yet reviewed")


def test_worst_comes_first(exported: Any, document: Document) -> None:
    find(document, "governing-law", GOVERNING_LAW)  # medium
    find(document, "insurance", "The liability of each party is limited to one million pounds.")  # low
    find(document, "anti-assignment", ASSIGNMENT)  # high
    find(document, "parties", "Northwind Mills Limited")  # information
    assert [row[2].splitlines()[0] for row in red_flags(exported())] == [
        f"“{ASSIGNMENT}”",
        f"“{GOVERNING_LAW}”",
        "“The liability of each party is limited to one million pounds.”",
        "“Northwind Mills Limited”",
    ]


def test_the_machine_being_done_is_not_a_review(
    exported: Any, ben: User, document: Document, finding: Finding, as_person: Any
) -> None:
    assignment = find(document, "anti-assignment", ASSIGNMENT)
    assert "2 of 2 lines in this report were chosen by the machine alone" in words(exported())
    assert "does not mean that a line was reviewed" in words(exported())

    with as_person(ben):
        accept_finding(finding, by=ben)
    assert "1 of 2 lines" in words(exported())
    reviews = [row[4] for row in red_flags(exported())]
    assert [review.splitlines()[0] for review in reviews] == ["○ Not yet reviewed", "● Accepted"]
    assert reviews[1].splitlines()[1].startswith("Ben, ")

    with as_person(ben):
        accept_finding(assignment, by=ben)
    assert "A person has settled every line" in words(exported())


def test_what_was_rejected_is_left_out_and_counted(
    exported: Any, ben: User, finding: Finding, as_person: Any
) -> None:
    with as_person(ben):
        reject_finding(finding, by=ben, reason="A recital.")
    report = exported()
    assert not [table for table in report.tables if table.cell(0, -1).text == "Review"]
    assert GOVERNING_LAW not in words(report)
    assert re.search(r"Rejected by a reviewer and left out\n1\n", words(report) + "\n")


def test_a_copy_says_nothing_again(
    exported: Any, ada: User, bundle: Any, document: Document, finding: Finding
) -> None:
    copy = deliver(bundle, ada, name="Copy of the agreement.txt", content=AGREEMENT)
    find(copy, "governing-law", GOVERNING_LAW)
    report = exported()
    assert [row[1].splitlines()[0] for row in red_flags(report)] == ["Supply agreement.txt"]
    assert "On identical copies of a document that is in the table\n1\n" in words(report)
    assert "Identical to Contracts/Supply agreement.txt." in words(report)


def test_a_document_that_was_not_read_is_named(exported: Any, document: Document) -> None:
    report = exported()
    assert "Not everything was read. 1 document not read and not covered" in words(report)
    assert "Contracts/Supply agreement.txt" in words(report)


def test_characters_word_cannot_carry_do_not_stop_the_report(exported: Any, ada: User, bundle: Any) -> None:
    document = deliver(
        bundle, ada, name="odd.txt", content="Exclusive\x0bsupply\x01 of \x1f goods\nfor ever.\n"
    )
    find(document, "exclusivity", "Exclusive\x0bsupply\x01 of \x1f goods\nfor ever.")
    (row,) = red_flags(exported())
    assert row[2].splitlines()[0] == "“Exclusive supply of goods for ever.”"


def test_an_empty_matter_makes_a_report_that_says_so(exported: Any) -> None:
    assert "Nothing has been delivered yet." in words(exported())


def test_the_report_names_the_matter_and_who_made_it(exported: Any, finding: Finding, matter: Matter) -> None:
    report = exported()
    assert report.core_properties.title == f"Red flag report: {matter.name}"
    assert report.core_properties.author == "Ada"
    cover = words(report)
    for fact in ("Marlowe & Finch LLP", "Project Harrow", "10023-0007", "Client of Project Harrow"):
        assert fact in cover
    heads = [section.header.paragraphs[0].text for section in report.sections]
    assert heads == ["Project Harrow  |  10023-0007\tPrivileged and confidential"] * 2


def test_the_export_is_in_the_audit_trail(exported: Any, ada: User, matter: Matter, as_person: Any) -> None:
    exported()
    with as_person(ada):
        event = AuditEvent.objects.get(action="matter.exported")
    assert (event.actor_id, event.subject_id, event.detail["kind"]) == (ada.pk, matter.pk, "docx")

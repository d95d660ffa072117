"""A past review's spreadsheet beside what the reader found: agreements, its misses and theirs, and nothing lost."""

from typing import Any

import pytest

from review.documents.models import Document, ReadingState
from review.errors import Conflict, Invalid, NotAllowed, NotFound
from review.jobs.models import Job
from review.matters.models import MatterRole
from review.matters.services import add_member
from review.measurement.access import access_backtest, access_comparison
from review.measurement.errors import WrongMapping
from review.measurement.mapping import checked
from review.measurement.models import BackTest, Comparison, Ruling, Verdict
from review.measurement.selectors import (
    extents_of,
    figures_of,
    latest_run,
    lines_of,
    sheets_of,
    view_of,
    with_ruling,
)
from review.measurement.services import adjudicate, cancel_backtest, open_backtest
from review.playbooks.selectors import active_questions
from review.tenancy.models import AuditEvent
from tests.cast import (
    AGREEMENT,
    GOVERNING_LAW,
    LEASE,
    SCOTTISH_LAW,
    as_job,
    as_person,
    back_test,
    compare_as_guessed,
    deliver,
    find,
    spreadsheet,
)
from tests.workers import work_off

NO_ASSIGNMENT = "Neither party may assign this Agreement without the prior written consent of the other."
CAP = "The liability of each party is limited to one million pounds."
HEADINGS = ["File", "Governing law", "Anti-assignment", "Cap on liability", "Expiration date", "Reviewer"]


@pytest.fixture
def lease(bundle: Any, ada: Any) -> Document:
    return deliver(bundle, ada, name="Lease of warehouse.txt", content=LEASE)


@pytest.fixture
def found(document: Document, lease: Document) -> None:
    """What the reader says: law twice, a cap folded, and things that are not there."""
    find(document, "governing-law", GOVERNING_LAW, value="England and Wales")
    find(document, "anti-assignment", None)
    find(document, "cap-on-liability", CAP, state="unclear", is_quiet=False)
    find(document, "expiration-date", "This Agreement continues for three years from its date.")
    find(lease, "governing-law", SCOTTISH_LAW, value="Scotland")
    find(lease, "anti-assignment", None)
    find(lease, "cap-on-liability", "The term is ten years from 1 June 2019.")
    find(lease, "expiration-date", "LEASE OF WAREHOUSE", state="unclear", is_quiet=False)


PLANTED = [
    HEADINGS,
    # agrees in words, was missed by the reader, was folded by the reader, differs
    ["Supply agreement.txt", GOVERNING_LAW, f"“{NO_ASSIGNMENT}”", CAP, "31 December 2030", "B.O."],
    # agrees in the value, agrees that nothing is there, was missed by the people, was left open
    ["lease OF warehouse", "Scotland", "n/a", "", "None", "B.O."],
    ["Side letter.pdf", "England", "n/a", "n/a", "n/a", "B.O."],
    ["", "England"],
]


def lines(backtest: BackTest) -> dict[tuple[str, str], Comparison]:
    run = latest_run(backtest)
    rows = Comparison.objects.select_related("document", "question").filter(run=run)
    return {
        (row.document.name if row.document else row.named, row.question.key if row.question else ""): row
        for row in rows
    }


def test_planted_agreements_and_misses_are_found(ada: Any, matter: Any, found: None) -> None:
    backtest = back_test(matter, ada, PLANTED)

    with as_person(ada):
        assert backtest.state == "done"
        verdicts = {key: row.verdict for key, row in lines(backtest).items()}
    supply, lease = "Supply agreement.txt", "Lease of warehouse.txt"
    assert verdicts == {
        (supply, "governing-law"): Verdict.AGREE,
        (supply, "anti-assignment"): Verdict.READER_MISSED,
        (supply, "cap-on-liability"): Verdict.FOLDED,
        (supply, "expiration-date"): Verdict.DIFFER,
        (lease, "governing-law"): Verdict.AGREE,
        (lease, "anti-assignment"): Verdict.AGREE_NOTHING,
        (lease, "cap-on-liability"): Verdict.PEOPLE_MISSED,
        (lease, "expiration-date"): Verdict.LEFT_OPEN,
        ("Side letter.pdf", ""): Verdict.NOT_COMPARABLE,
        ("", ""): Verdict.NOT_COMPARABLE,
    }


def test_every_line_has_the_words_of_both_sides(ada: Any, matter: Any, found: None) -> None:
    backtest = back_test(matter, ada, PLANTED)

    with as_person(ada):
        rows = with_ruling(Comparison.objects.select_related("text", "finding", "question").all())
        by_verdict = {line.comparison.verdict: line for line in lines_of(rows)}
        missed = by_verdict["reader_missed"]
        assert missed.comparison.people == f"“{NO_ASSIGNMENT}”"
        start = AGREEMENT.index(NO_ASSIGNMENT)
        assert [(at.start, at.words, at.page) for at in missed.suggested] == [(start, NO_ASSIGNMENT, 1)]
        assert missed.shown == ()
        assert [at.words for at in by_verdict["people_missed"].shown] == [
            "The term is ten years from 1 June 2019."
        ]
        assert [at.words for at in by_verdict["folded"].folded] == [CAP]
        assert by_verdict["folded"].shown == ()
        differ = by_verdict["differ"]
        assert differ.comparison.people == "31 December 2030"
        assert [at.words for at in differ.shown] == [
            "This Agreement continues for three years from its date."
        ]
        assert by_verdict["not_comparable"].comparison.reason
    assert backtest.state == "done"


def test_what_came_closest_is_shown_where_the_reader_missed_it(
    ada: Any, matter: Any, document: Document
) -> None:
    find(document, "anti-assignment", CAP, state="unclear", is_quiet=False)
    backtest = back_test(matter, ada, [["File", "Anti-assignment"], [document.name, NO_ASSIGNMENT]])

    with as_person(ada):
        rows = with_ruling(Comparison.objects.filter(run__backtest=backtest))
        (line,) = lines_of(rows.select_related("text", "finding", "question"))
        assert line.comparison.verdict == Verdict.READER_MISSED
        assert ([at.words for at in line.nearest], line.folded) == ([CAP], ())


def test_no_row_and_no_document_is_lost(ada: Any, matter: Any, document: Document, lease: Document) -> None:
    twin = "Supply agreement"
    rows = [HEADINGS[:2], [twin, "x"], ["Side letter", "y"], ["", "z"], [f"old/{twin}.txt", "again"]]
    backtest = back_test(matter, ada, rows)

    with as_person(ada):
        found = lines(backtest)
        assert found[("Supply agreement.txt", "governing-law")].row_numbers == [2, 5]
        assert found[("Supply agreement.txt", "governing-law")].people == "x\n\nagain"
        assert found[("Side letter", "")].reason == "No document of the matter is called that."
        assert found[("Side letter", "")].row_numbers == [3]
        assert found[("", "")].reason == "This row names no document."
        assert found[("Lease of warehouse.txt", "")].reason == "The spreadsheet does not name this document."
        figures = figures_of(latest_run(backtest))  # type: ignore[arg-type]
        assert (figures.without_document, figures.without_row) == (2, 1)


def test_two_documents_of_one_name_are_told_apart_by_their_path_or_not_at_all(
    ada: Any, matter: Any, bundle: Any, document: Document
) -> None:
    from review.measurement.match_documents import DocumentNames, Known

    names = DocumentNames(
        [Known(document.pk, "A/Deed.pdf", "Deed.pdf"), Known(bundle.pk, "B/Deed.pdf", "Deed.pdf")]
    )
    assert names.match("B/Deed.pdf").document == bundle.pk
    assert (names.match("Deed").document, names.match("Deed").candidates) == (None, 2)
    copies = DocumentNames(
        [
            Known(document.pk, "A/Deed.pdf", "Deed.pdf"),
            Known(bundle.pk, "B/Deed.pdf", "Deed.pdf", is_copy=True),
        ]
    )
    assert copies.match("deed").document == document.pk


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Contracts/Supply agreement.txt", "exactly"),
        ("SUPPLY AGREEMENT.TXT", "letter case"),
        ("Supply agreement", "without its ending"),
        ("supply_agreement.pdf", "letters alone"),
        ("C:\\Deal\\Supply agreement.txt", "another folder"),
    ],
)
def test_a_document_is_matched_however_it_is_named(
    ada: Any, matter: Any, document: Document, cell: str, name: str
) -> None:
    backtest = back_test(matter, ada, [HEADINGS[:2], [cell, "n/a"], ["Other", "n/a"]])

    with as_person(ada):
        assert ("Supply agreement.txt", "governing-law") in lines(backtest)


def test_what_was_not_read_is_not_comparable(
    ada: Any, matter: Any, document: Document, lease: Document
) -> None:
    find(lease, "governing-law", SCOTTISH_LAW)
    with as_job(document):
        Document.objects.filter(pk=document.pk).update(reading=ReadingState.NOT_READABLE)
    rows = [HEADINGS[:2], [document.name, "England"], [lease.name, "#REF!"]]

    backtest = back_test(matter, ada, rows)

    with as_person(ada):
        found = lines(backtest)
        assert (
            found[(document.name, "governing-law")].reason == "This document is not readable by this reader."
        )
        assert found[(lease.name, "governing-law")].reason == "The cell holds an error of a formula."


def test_an_empty_cell_counts_as_people_say(ada: Any, matter: Any, document: Document) -> None:
    find(document, "governing-law", GOVERNING_LAW)
    find(document, "anti-assignment", None)
    rows = [HEADINGS[:3], [document.name, "", ""]]

    nothing = back_test(matter, ada, rows)
    unseen = back_test(matter, ada, rows, empty_is_nothing=False)

    with as_person(ada):
        assert lines(nothing)[(document.name, "governing-law")].verdict == Verdict.PEOPLE_MISSED
        assert lines(nothing)[(document.name, "anti-assignment")].verdict == Verdict.AGREE_NOTHING
        assert {row.reason for row in lines(unseen).values()} == {"The people left the cell empty."}


def test_the_columns_are_guessed_from_headings_and_cells(ada: Any, matter: Any, document: Document) -> None:
    rows = [
        ["Project Harrow, review of 2021"],
        [
            "No.",
            "Agreement",
            "Governing Law",
            "Governing Law-Answer",
            "Anti-Assignment (Y/N)",
            "Agreement date",
            "Remarks",
        ],
        ["1", "Supply agreement", GOVERNING_LAW, "England", "Yes", "3 March 2021", "urgent"],
    ]
    backtest = spreadsheet(matter, ada, rows)

    with as_person(ada):
        view = view_of(sheets_of(backtest)[0])
    assert view.heading_row == 2
    assert [(column.is_, str(column.meaning)) for column in view.columns if column.is_] == [
        ("document", "quote"),
        ("governing-law", "quote"),
        ("governing-law", "value"),
        ("anti-assignment", "yes_no"),
        ("agreement-date", "value"),
    ]


def test_a_mapping_that_does_not_add_up_is_refused_where_it_was_given(
    ada: Any, matter: Any, document: Document
) -> None:
    backtest = spreadsheet(matter, ada, [HEADINGS, [document.name, "England"]])

    def refusal(*chosen: tuple[int, str, str], heading_row: int = 1) -> tuple[str, int | None]:
        with as_person(ada), pytest.raises(WrongMapping) as refused:
            checked(
                sheets=extents_of(sheets_of(backtest)),
                sheet=1,
                heading_row=heading_row,
                chosen=chosen,
                nothing="",
                empty_is_nothing=True,
                questions=active_questions(),
            )
        return str(refused.value), refused.value.column

    document_column, law = (0, "document", "quote"), (1, "governing-law", "quote")
    assert refusal(law) == ("Say which column names the document.", None)
    assert refusal(document_column) == ("Say for at least one column which question it answers.", None)
    assert refusal(document_column, law, (2, "document", "quote")) == (
        "Only one column can name the document.",
        2,
    )
    assert refusal(document_column, (1, "no-such", "quote")) == ("There is no such question in your firm.", 1)
    assert refusal(document_column, (1, "governing-law", "guess")) == (
        "Say what the cells of this column mean.",
        1,
    )
    assert refusal(document_column, (99, "governing-law", "quote")) == (
        "There is no such column in this sheet.",
        99,
    )
    assert refusal(document_column, law, heading_row=9)[0].startswith("There are no rows below the headings.")


def test_a_hostile_file_is_refused_in_a_sentence(ada: Any, matter: Any) -> None:
    with as_person(ada):
        backtest = open_backtest(matter, name="a.xlsx", size=9, chunks=[b"%PDF-1.7\n"], by=ada)
        with pytest.raises(Invalid, match="larger than 20 MB"):
            open_backtest(matter, name="b.xlsx", size=21 << 20, chunks=[], by=ada)
        with pytest.raises(Invalid, match="This file is empty"):
            open_backtest(matter, name="b.xlsx", size=0, chunks=[], by=ada)
    work_off(matter, "sheet")

    with as_person(ada):
        backtest.refresh_from_db()
        assert backtest.state == "refused"
        assert backtest.sentence == "This file is a PDF; a spreadsheet is .xlsx or .csv."


def test_an_excel_file_is_compared_like_any_other(ada: Any, matter: Any, document: Document) -> None:
    import io

    import openpyxl

    find(document, "governing-law", GOVERNING_LAW)
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (HEADINGS[:2], [document.name, GOVERNING_LAW]):
        book.active.append(row)
    book.save(file)
    with as_person(ada):
        content = file.getvalue()
        backtest = open_backtest(matter, name="review.xlsx", size=len(content), chunks=[content], by=ada)
    work_off(matter, "sheet")
    with as_person(ada):
        backtest.refresh_from_db()
        assert (backtest.state, backtest.sentence) == ("to_map", "")
    compare_as_guessed(backtest, ada)
    work_off(matter, "compare")
    with as_person(ada):
        assert lines(backtest)[(document.name, "governing-law")].verdict == Verdict.AGREE


def test_a_lawyer_says_who_was_right_and_the_figures_follow(
    ada: Any, ben: Any, matter: Any, found: None
) -> None:
    backtest = back_test(matter, ada, PLANTED)
    with as_person(ben):
        found_lines = lines(backtest)
        before = figures_of(latest_run(backtest)).total  # type: ignore[arg-type]
        assert (before.comparable, before.agreed, before.disagreements, before.undecided) == (8, 3, 5, 5)
        assert before.agreement == 3 / 8
        rulings = {
            ("Supply agreement.txt", "anti-assignment"): Ruling.PEOPLE,
            ("Supply agreement.txt", "expiration-date"): Ruling.BOTH,
            ("Lease of warehouse.txt", "cap-on-liability"): Ruling.READER,
        }
        for key, ruling in rulings.items():
            adjudicate(found_lines[key], ruling=ruling, by=ben, note="Looked at it.")
        after = figures_of(latest_run(backtest)).total  # type: ignore[arg-type]
        assert (after.agreed, after.undecided, after.reader_right, after.people_right) == (3, 2, 5, 5)
        assert AuditEvent.objects.filter(action="backtest.adjudicated").count() == 3


def test_a_ruling_is_changed_by_another_and_both_are_kept(ada: Any, matter: Any, found: None) -> None:
    backtest = back_test(matter, ada, PLANTED)
    with as_person(ada):
        missed = lines(backtest)[("Supply agreement.txt", "anti-assignment")]
        for ruling in (Ruling.READER, Ruling.UNDECIDED):
            adjudicate(missed, ruling=ruling, by=ada)
        assert [each.ruling for each in missed.adjudications.all()] == ["reader", "undecided"]
        assert figures_of(latest_run(backtest)).total.undecided == 5  # type: ignore[arg-type]
        agreed = lines(backtest)[("Supply agreement.txt", "governing-law")]
        with pytest.raises(Conflict, match="do not disagree"):
            adjudicate(agreed, ruling=Ruling.READER, by=ada)


def test_other_columns_make_another_run_and_keep_the_first(ada: Any, matter: Any, found: None) -> None:
    backtest = back_test(matter, ada, PLANTED)
    compare_as_guessed(backtest, ada, nothing="nothing at all")
    with as_person(ada), pytest.raises(Conflict, match="compared already"):
        compare_as_guessed_again(backtest, ada)
    work_off(matter, "compare")

    with as_person(ada):
        assert [run.comparisons.count() for run in backtest.runs.order_by("ordinal")] == [10, 10]
        # "n/a" now counts as words
        assert lines(backtest)[("Lease of warehouse.txt", "anti-assignment")].verdict == Verdict.READER_MISSED


def compare_as_guessed_again(backtest: BackTest, by: Any) -> None:
    from review.measurement.mapping import Mapping
    from review.measurement.services import start_comparison

    run = backtest.runs.latest("ordinal")
    start_comparison(backtest, mapping=Mapping.of(run.mapping), by=by)


def test_a_comparison_is_cancelled_and_leaves_nothing_running(ada: Any, matter: Any, found: None) -> None:
    backtest = spreadsheet(matter, ada, PLANTED)
    compare_as_guessed(backtest, ada)
    with as_person(ada):
        cancelled = cancel_backtest(backtest, by=ada)
        assert cancelled.state == "to_map"
        with pytest.raises(Conflict):
            cancel_backtest(backtest, by=ada)
    assert work_off(matter, "compare") == 0
    with as_job(matter):
        assert set(Job.objects.filter(kind="compare").values_list("state", flat=True)) == {"cancelled"}
        assert not Comparison.objects.exists()


def test_the_findings_and_their_decisions_stay_as_they_are(ada: Any, matter: Any, finding: Any) -> None:
    from review.findings.models import Disposition, Evidence, Finding

    with as_person(ada):
        before = [model.objects.count() for model in (Finding, Evidence, Disposition)]
    back_test(matter, ada, [HEADINGS[:3], ["Supply agreement.txt", "Peru", NO_ASSIGNMENT]])
    with as_person(ada):
        assert [model.objects.count() for model in (Finding, Evidence, Disposition)] == before


def test_a_reader_of_the_matter_sees_and_does_not_rule(ada: Any, cleo: Any, matter: Any, found: None) -> None:
    from review.matters.services import lift_exclusion

    backtest = back_test(matter, ada, PLANTED)
    with as_person(ada):
        lift_exclusion(matter, cleo, by=ada)
        add_member(matter, cleo, role=MatterRole.READ_ONLY, by=ada)
    with as_person(cleo):
        assert access_backtest(cleo, backtest.pk) == backtest
        with pytest.raises(NotAllowed):
            access_backtest(cleo, backtest.pk, to="review")


def test_cleo_and_dan_cannot_tell_it_exists(
    ada: Any, cleo: Any, dan: Any, matter: Any, other_matter: Any, found: None
) -> None:
    backtest = back_test(matter, ada, PLANTED)
    with as_person(ada):
        line = Comparison.objects.exclude(question=None).first()
        assert line is not None
    for stranger in (cleo, dan):
        with as_person(stranger):
            assert not BackTest.objects.exists()
            assert not Comparison.objects.exists()
            with pytest.raises(NotFound):
                access_backtest(stranger, backtest.pk)
            with pytest.raises(NotFound):
                access_comparison(stranger, line.pk)


def test_no_word_of_a_cell_reaches_a_job_or_the_audit_trail(ada: Any, matter: Any, found: None) -> None:
    back_test(matter, ada, PLANTED)
    with as_job(matter):
        jobs = Job.objects.filter(kind__in=("sheet", "compare"))
        said = [job.error for job in jobs] + [str(event.detail) for event in AuditEvent.objects.all()]
    assert not any("consent" in words or "Scotland" in words for words in said)

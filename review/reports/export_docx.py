"""A matter as a Word report: cover, summary, red flags with their sources, documents, how it was made."""

from collections import Counter
from collections.abc import Iterable
from io import BytesIO
from itertools import groupby

from docx.document import Document as Report
from docx.enum.section import WD_SECTION

from review.accounts.models import User
from review.documents.models import Document, DocumentState, ReadingState
from review.findings.models import MachineState, ReviewState
from review.matters.models import Matter, Side, Structure
from review.tenancy.audit import record

from .material import SEVERITIES, Line, Material, Source, gather
from .word_layout import chapter, lay_out, new_report, notice, running_heads
from .word_table import Cell, Rows, Words
from .words import counted, day, number, on_one_line, short_day

SEVERITY_WORDS = {
    "high": ("High", "F8D7D3"),
    "medium": ("Medium", "FCEBC8"),
    "low": ("Low", "E4EEDD"),
    "information": ("For information", "E3EAF3"),
    "": ("Not graded", "ECEFF3"),
}
MARKS = {
    ReviewState.UNREVIEWED: ("○ Not yet reviewed", "FFF6E0"),
    ReviewState.ACCEPTED: ("● Accepted", "E9F5EC"),
    ReviewState.EDITED: ("● Edited", "E8F1FB"),
    ReviewState.VERIFIED: ("● Verified", "DCEFE1"),
    ReviewState.REJECTED: ("Rejected", "ECECEC"),
}
NOTICE, WARNING = "F3F6FA", "FFF6E0"
RED_FLAG_WIDTHS = (1.1, 5.2, 12.6, 3.4, 3.6)  # centimetres
LONG_QUOTES = 1200  # characters; a longer row may break over two pages


def export_docx(matter: Matter, *, by: User) -> bytes:
    """The red flag report of a matter as the bytes of a Word file; recorded in the audit trail."""
    material = gather(matter)
    report = new_report(
        title=f"Red flag report: {matter.name}", author=by.name, subject=f"Client-matter {matter.number}"
    )
    lay_out(report.sections[0], landscape=False)
    report.sections[0].different_first_page_header_footer = True
    _heads(report, material)
    _cover(report, material, by)
    _summary(report, material)
    _across(report, material)
    _red_flags(report, material)
    _documents(report, material)
    _how_it_was_made(report, material)
    record(by, "matter.exported", matter, kind="docx", findings=len(material.red_flags))
    file = BytesIO()
    report.save(file)
    return file.getvalue()


def _heads(report: Report, material: Material) -> None:
    running_heads(
        report.sections[-1],
        head=(f"{material.matter.name}  |  {material.matter.number}", "Privileged and confidential"),
        foot=f"{material.organization.name}, {day(material.made_at)}",
    )


def _cover(report: Report, material: Material, by: User) -> None:
    matter = material.matter
    report.add_paragraph(on_one_line(material.organization.name), style="Firm")
    report.add_paragraph("Red flag report", style="Title")
    report.add_paragraph(on_one_line(matter.name), style="Lead")
    facts = Rows(report, (4.4, 11.6))
    brief = (
        ("Client", matter.client.name),
        ("Client-matter number", matter.number),
        ("Client side", Side(matter.side).label if matter.side else ""),
        ("Deal structure", Structure(matter.structure).label if matter.structure else ""),
        ("Materiality", matter.materiality),
        ("Scope", matter.scope),
        ("Prepared by", by.name),
        ("Date", day(material.made_at)),
    )
    for word, fact in brief:
        if fact:
            facts.add(Cell([Words(word, bold=True)]), fact)
    report.add_paragraph()
    _review_notice(report, material)


def _review_notice(report: Report, material: Material) -> None:
    flags = material.red_flags
    open_flags = sum(not line.is_reviewed for line in flags)
    if not flags:
        notice(report, "No clause was found that would have to be shown here.", fill=NOTICE)
    elif open_flags:
        notice(
            report,
            f"{number(open_flags)} of {counted(len(flags), 'line')} in this report were chosen by the machine"
            " alone and nobody has checked them; each is marked “Not yet reviewed”. That the machine is done"
            " does not mean that a line was reviewed.",
            lead="This report is not fully reviewed.",
            fill=WARNING,
        )
    else:
        notice(report, "A person has settled every line of this report.", lead="Reviewed.", fill=NOTICE)
    if material.not_covered:
        notice(
            report,
            f"{counted(len(material.not_covered), 'document')} not read and not covered by this report;"
            " section 3 gives the reason for each.",
            lead="Not everything was read.",
            fill=WARNING,
        )
    if material.warnings:
        suspicious = sum(each.state == "suspicious" for each in material.warnings)
        still_open = sum(each.is_open for each in material.warnings)
        notice(
            report,
            f"{counted(len(material.warnings), 'passage')} that people would not see, or that address a machine, stand"
            f" in these documents. People called {number(suspicious)} of them suspicious and have not looked at"
            f" {number(still_open)}. The Excel export lists each with its words.",
            lead="Some words are hidden, or meant for a machine.",
            fill=WARNING,
        )


def _summary(report: Report, material: Material) -> None:
    chapter(report, "1  Summary", new_page=True)
    report.add_paragraph(
        f"{counted(len(material.documents), 'file')} with {counted(material.pages, 'page')} were delivered;"
        f" {number(material.read)} were read. The report shows {counted(len(material.red_flags), 'line')}."
    )
    report.add_heading("Red flags by severity", 2)
    _severity_table(report, material.red_flags)
    report.add_heading("What is not in the table of red flags", 2)
    left_out = Rows(report, (11.6, 4.4))
    not_found = material.by_machine_state[MachineState.NOT_FOUND.label]
    for words, count in (
        ("Rejected by a reviewer and left out", material.rejected),
        ("On identical copies of a document that is in the table", material.repeated),
        ("Possible passages the machine is less sure of, folded away on the screen", material.possible),
        ("Questions answered “not found” (a document and a clause type each)", not_found),
    ):
        left_out.add(words, number(count))
    if clauses := _most_frequent(material.red_flags):
        report.add_heading("Clause types with the gravest flags", 2)
        frequent = Rows(report, (8.0, 4.0, 4.0), ("Clause type", "Severity", "Documents"))
        for name, severity, documents in clauses:
            frequent.add(name, _severity(severity), documents)


def _severity_table(report: Report, flags: list[Line]) -> None:
    counts = Rows(report, (5.2, 3.6, 3.6, 3.6), ("Severity", "Lines", "Reviewed", "Not yet reviewed"))
    total = Counter(line.finding.question.severity for line in flags)
    reviewed = Counter(line.finding.question.severity for line in flags if line.is_reviewed)
    for severity in SEVERITIES:
        if total[severity] or severity in ("high", "medium", "low"):
            figures = (total[severity], reviewed[severity], total[severity] - reviewed[severity])
            counts.add(_severity(severity), *map(number, figures))
    figures = (total.total(), reviewed.total(), total.total() - reviewed.total())
    counts.add("All", *map(number, figures), fill=NOTICE)


def _severity(severity: str) -> Cell:
    words, fill = SEVERITY_WORDS.get(severity, SEVERITY_WORDS[""])
    return Cell([Words(words)], fill)


def _most_frequent(flags: list[Line]) -> list[tuple[str, str, str]]:
    """The clause types of the gravest severity there is, by the number of documents that have them."""
    worst = next((line.finding.question.severity for line in flags), None)
    documents: dict[str, set[object]] = {}
    for line in flags:
        if line.finding.question.severity == worst:
            documents.setdefault(line.finding.question.name, set()).add(line.document.pk)
    ranked = sorted(documents.items(), key=lambda each: (-len(each[1]), each[0]))
    return [(name, worst or "", number(len(in_these))) for name, in_these in ranked[:12]]


def _across(report: Report, material: Material) -> None:
    section = report.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    lay_out(section, landscape=True)
    _heads(report, material)


def _red_flags(report: Report, material: Material) -> None:
    chapter(report, "2  Red flags", at_top=True)
    flags = material.red_flags
    if not flags:
        report.add_paragraph("There are none.")
        return
    report.add_paragraph(
        "Worst first, then by clause type. Every line carries its source: the document, the page and the"
        " characters of the document’s text. Quotes are verbatim and whole; only line breaks are set as spaces."
    )
    rows = Rows(report, RED_FLAG_WIDTHS, ("No.", "Document", "Words relied on", "Value", "Review"))
    of_severity = Counter(line.finding.question.severity for line in flags)
    severity, index = None, 0
    for question, lines in groupby(flags, key=lambda line: line.finding.question):
        if question.severity != severity:
            severity = question.severity
            words, fill = SEVERITY_WORDS.get(severity, SEVERITY_WORDS[""])
            rows.band(f"{words.upper()}   {counted(of_severity[severity], 'line')}", fill=fill)
        rows.band(question.name, fill=NOTICE)
        for line in lines:
            index += 1
            _flag(rows, index, line)


def _flag(rows: Rows, index: int, line: Line) -> None:
    document = [Words(line.document.name, bold=True)]
    if line.document.path != line.document.name:
        document.append(Words(line.document.path, "Source"))
    quotes = []
    for source in line.sources:
        quotes.append(Words(f"“{on_one_line(source.quote)}”", "Quote text"))
        quotes.append(Words(_source(line, source), "Source"))
    length = sum(len(source.quote) for source in line.sources)
    rows.add(
        str(index), Cell(document), Cell(quotes), line.value, _review(line), together=length < LONG_QUOTES
    )


def _review(line: Line) -> Cell:
    state, standing = ReviewState(line.standing.review_state), line.standing
    mark, fill = MARKS[state]
    words = [Words(mark, bold=True)]
    if state == ReviewState.UNREVIEWED:
        words.append(Words("Text chosen by the machine", "Source"))
    elif standing.decided_at:
        words.append(Words(f"{standing.decided_by}, {short_day(standing.decided_at)}", "Source"))
    if standing.reason:
        words.append(Words(standing.reason, "Source"))
    return Cell(words, fill)


def _source(line: Line, source: Source) -> str:
    pages = "page" if source.page == source.last_page else "pages"
    return (
        f"{line.document.name}, {pages} {source.pages},"
        f" characters {number(source.start)} to {number(source.end)}"
    )


def _documents(report: Report, material: Material) -> None:
    chapter(report, "3  Documents", new_page=True)
    if material.not_covered:
        report.add_heading(f"Not covered by this report: {number(len(material.not_covered))}", 2)
        _schedule(report, material.not_covered)
    covered = [document for document in material.documents if document not in material.not_covered]
    if covered:
        report.add_heading(f"Delivered and accounted for: {number(len(covered))}", 2)
        _schedule(report, covered)
    if not material.documents:
        report.add_paragraph("Nothing has been delivered yet.")


def _schedule(report: Report, documents: Iterable[Document]) -> None:
    rows = Rows(report, (1.1, 12.0, 1.8, 3.6, 7.4), ("No.", "Document", "Pages", "State", "Remark"))
    for index, document in enumerate(documents, start=1):
        pages = number(document.page_count) if document.page_count else ""
        remark = document.sentence or document.reading_sentence
        rows.add(str(index), document.path, pages, _state(document), remark)


def _state(document: Document) -> str:
    if document.state != DocumentState.READY:
        return DocumentState(document.state).label
    if document.reading == ReadingState.NONE:
        return "Not yet read"
    return ReadingState(document.reading).label


def _how_it_was_made(report: Report, material: Material) -> None:
    chapter(report, "4  How this report was made")
    for name, fingerprint in material.readers:
        report.add_paragraph(f"Reader: {name}. Fingerprint: {fingerprint}.")
    approved = sum(approval.state == "approved" for _, approval in material.approvals)
    report.add_paragraph(
        f"{number(approved)} of {number(len(material.approvals))} clause types and questions"
        f" {'is' if approved == 1 else 'are'} approved for use with this reader by the firm’s knowledge lawyer; the"
        " Excel file of the same matter says for each by whom, when, and on how many judged cells."
    )
    for words in (
        "The reader chooses passages; it does not write text. A quote is stored only if it equals the document’s"
        " text at its place, character for character, and the place is kept with it. Page numbers are computed"
        " from that place.",
        "Characters are counted in Unicode code points from the beginning of the text as extracted; the Excel file"
        " of the same matter gives the SHA-256 of each text, so that any quote can be checked against it.",
        "“Not found” means that the reader read the whole text of a document and chose no passage of it. It is not a"
        " person’s statement that the clause is absent.",
    ):
        report.add_paragraph(words)

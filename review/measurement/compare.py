"""The step of a COMPARE job: each row of the spreadsheet beside what the reader found in the document it names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from review.documents.models import Document, DocumentState, ReadingState
from review.findings.models import Finding, MachineState, Origin
from review.findings.selectors import current_findings
from review.jobs.errors import LeaseLost
from review.jobs.services import Claimed, begin, extend, finish, withdraw
from review.playbooks.models import Question
from review.tenancy.context import in_context

from .agreement import places_of, quote_says_the_same, value_says_the_same
from .mapping import Mapping
from .match_documents import DocumentNames, Known, Match
from .models import BackTest, BackTestRun, BackTestState, Comparison, Verdict
from .said import Meaning, Said, said_in, together

UNREAD = {
    ReadingState.NONE: "The reader has not read this document.",
    ReadingState.PENDING: "The reader has not read this document yet.",
    ReadingState.RUNNING: "The reader has not read this document yet.",
    ReadingState.NOT_READABLE: "This document is not readable by this reader.",
    ReadingState.FORBIDDEN: "The AI terms do not allow reading this document.",
    ReadingState.FAILED: "Reading this document failed.",
}


@dataclass(slots=True)
class Named:
    """A document as the spreadsheet speaks of it: in which rows, and what their cells hold."""

    words: str
    match: Match
    rows: list[int] = field(default_factory=list)
    cells: list[Sequence[str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one answer of the reader stands to what the people say."""

    verdict: Verdict
    matched: tuple[int, ...] = ()
    reason: str = ""


def compare(job: Claimed) -> None:
    """Compare every row and store every line of the result; only current machine findings count."""
    with begin(job):
        run = BackTestRun.objects.select_related("backtest").get(pk=job.subject_id)
        if run.backtest.state != BackTestState.COMPARING:
            withdraw(job)
            return
        mapping = Mapping.of(run.mapping)
        rows = run.backtest.sheets.get(ordinal=mapping.sheet).rows
        questions = {each.key: each for each in Question.objects.all()}
        known = known_documents(run.matter_id)
    named = named_documents(rows, mapping, DocumentNames(known))
    lines: list[Comparison] = []
    for done, each in enumerate(named, start=1):
        with in_context(job.organization_id, matter=job.matter_id):
            lines += _lines(run, mapping, questions, each)
        if done % 5 == 0 and not extend(job, done=done, total=len(named)):
            raise LeaseLost
    lines += _left_out(run, known, named)
    for ordinal, line in enumerate(lines, start=1):
        line.ordinal = ordinal
    with finish(job):
        Comparison.objects.bulk_create(lines, batch_size=500)
        BackTest.objects.filter(pk=run.backtest_id).update(state=BackTestState.DONE)


def known_documents(matter_id: UUID) -> list[Known]:
    """The documents of a matter that have text, as a spreadsheet may name them."""
    ready = Document.objects.filter(matter_id=matter_id, state=DocumentState.READY).order_by("path", "pk")
    rows = ready.values_list("pk", "path", "name", "duplicate_of_id")
    return [Known(key, path, name, twin is not None) for key, path, name, twin in rows]


def named_documents(
    rows: Sequence[tuple[int, Sequence[str]]], mapping: Mapping, names: DocumentNames
) -> list[Named]:
    """Every document the rows name, in their order; several rows about one document are taken together."""
    by_key: dict[Any, Named] = {}
    for number, cells in rows:
        if number <= mapping.heading_row:
            continue
        words = cells[mapping.document] if mapping.document < len(cells) else ""
        match = names.match(words)
        key = match.document or (words.casefold() if words else number)
        named = by_key.setdefault(key, Named(words, match))
        named.rows.append(number)
        named.cells.append(cells)
    return list(by_key.values())


def _lines(
    run: BackTestRun, mapping: Mapping, questions: dict[str, Question], named: Named
) -> Iterator[Comparison]:
    place = {
        "organization_id": run.organization_id,
        "matter_id": run.matter_id,
        "run": run,
        "named": named.words[:500],
        "row_numbers": named.rows,
    }
    if named.match.document is None:
        yield Comparison(**place, verdict=Verdict.NOT_COMPARABLE, reason=_unmatched(named))
        return
    document = Document.objects.select_related("text").get(pk=named.match.document)
    findings = _findings(document)
    for key in dict.fromkeys(key for _, key, _ in mapping.columns):
        question = questions[key]
        said, words = _said(mapping, question, named)
        finding = findings.get(question.pk)
        judgement = _unread(document) if finding is None else judge(finding, said)
        is_missed = judgement.verdict in (Verdict.READER_MISSED, Verdict.DIFFER)
        yield Comparison(
            **place,
            document=document,
            text=document.text,
            question=question,
            finding=finding,
            verdict=judgement.verdict,
            reason=judgement.reason,
            people=words,
            suggested=places_of(said.quotes, document.text.content) if is_missed and document.text else [],
            matched=list(judgement.matched),
        )


def _unmatched(named: Named) -> str:
    if not named.words:
        return "This row names no document."
    if named.match.candidates > 1:
        return f"{named.match.candidates} documents of the matter are called that."
    return "No document of the matter is called that."


def _unread(document: Document) -> Judgement:
    reason = UNREAD.get(ReadingState(document.reading), "The reader was not asked this question yet.")
    return Judgement(Verdict.NOT_COMPARABLE, reason=reason)


def _findings(document: Document) -> dict[UUID, Finding]:
    """The newest machine finding of each question about the document's current text."""
    findings = current_findings(document.matter_id).filter(document=document, origin=Origin.MACHINE)
    return {finding.question_id: finding for finding in findings.prefetch_related("evidence")}


def _said(mapping: Mapping, question: Question, named: Named) -> tuple[Said, str]:
    """What the cells say about a question, and their words as they stand."""
    cells = [
        (row[at] if at < len(row) else "", Meaning(meaning))
        for row in named.cells
        for at, key, meaning in mapping.columns
        if key == question.key
    ]
    said = together(
        said_in(cell, meaning, is_yes_no=question.answer_type == "yes_no", conventions=mapping.conventions)
        for cell, meaning in cells
    )
    return said, "\n\n".join(dict.fromkeys(cell for cell, _ in cells if cell))


def judge(finding: Finding, said: Said) -> Judgement:
    """How the reader's answer stands to the people's. Quotes shown first count as found; folded ones apart."""
    state = MachineState(finding.state)
    if state in (MachineState.NOT_READABLE, MachineState.FAILED):
        return Judgement(Verdict.NOT_COMPARABLE, reason=state.label + ".")
    if not said.is_there and not said.is_absent:
        reason = "The cell holds an error of a formula." if said.broken else "The people left the cell empty."
        return Judgement(Verdict.NOT_COMPARABLE, reason=reason)
    if said.is_absent:
        return Judgement(_where_people_have_nothing(finding, state))
    return _where_people_have_it(finding, state, said)


def _where_people_have_nothing(finding: Finding, state: MachineState) -> Verdict:
    if state == MachineState.FOUND:
        return Verdict.AGREE if finding.value is False else Verdict.PEOPLE_MISSED
    return Verdict.AGREE_NOTHING if state == MachineState.NOT_FOUND else Verdict.LEFT_OPEN


def _where_people_have_it(finding: Finding, state: MachineState, said: Said) -> Judgement:
    quotes = list(finding.evidence.all())
    matched = [quote for quote in quotes if quote_says_the_same(quote.quote, said)]
    numbers = tuple(quote.ordinal for quote in matched)
    if state == MachineState.FOUND:
        is_bare = not said.words and finding.value is not False
        agrees = (
            is_bare or any(quote.is_quiet for quote in matched) or value_says_the_same(finding.value, said)
        )
        return Judgement(Verdict.AGREE if agrees else Verdict.DIFFER, numbers)
    if state == MachineState.UNCLEAR and matched:
        return Judgement(Verdict.FOLDED, numbers)
    return Judgement(Verdict.READER_MISSED)


def _left_out(run: BackTestRun, known: Sequence[Known], named: Sequence[Named]) -> Iterator[Comparison]:
    """A line for each document of the matter that no row names, copies aside."""
    here = {each.match.document for each in named}
    for each in known:
        if each.id not in here and not each.is_copy:
            yield Comparison(
                organization_id=run.organization_id,
                matter_id=run.matter_id,
                run=run,
                document_id=each.id,
                verdict=Verdict.NOT_COMPARABLE,
                reason="The spreadsheet does not name this document.",
            )

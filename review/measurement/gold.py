"""What people settled, as gold: for each cell the right words, whether nothing is there, and what the reader showed.

A cell that nobody settled is nobody's word and is not here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from review.findings.models import Finding, MachineState, Origin, ReviewState
from review.findings.selectors import Quote, Standing, current_findings, standings
from review.matters.models import Matter


@dataclass(frozen=True, slots=True)
class JudgedCell:
    """One document and question that people settled."""

    document_id: UUID
    text_id: UUID
    question_id: UUID
    reader_fingerprint: str
    answers: tuple[Quote, ...]  # right words; none where nothing is there
    shown: tuple[Quote, ...]  # what the reader showed first
    value: Any = None  # that holds
    without_place: bool = False  # people say it is there and did not mark where

    @property
    def has_answer(self) -> bool:
        return bool(self.answers) or self.without_place


def judged_cells(matter: Matter) -> Iterator[JudgedCell]:
    """Every cell of a matter that people settled, identical copies left out."""
    cells: dict[tuple[UUID, UUID], list[Finding]] = {}
    for finding in _of_settled_cells(matter):
        cells.setdefault((finding.document_id, finding.question_id), []).append(finding)
    stand = standings(finding for findings in cells.values() for finding in findings)
    for findings in cells.values():
        if (cell := _judged(findings, stand)) is not None:
            yield cell


def _of_settled_cells(matter: Matter) -> list[Finding]:
    """All current findings of the cells in which people settled one, in two queries."""
    current: Any = current_findings(matter).filter(document__duplicate_of=None)
    settled = current.exclude(review_state=ReviewState.UNREVIEWED)
    cells = set(settled.values_list("document_id", "question_id"))
    around = current.filter(
        document_id__in={document for document, _ in cells},
        question_id__in={question for _, question in cells},
    )
    findings = (
        around.select_related("run")
        .prefetch_related("evidence")
        .order_by("document__path", "document_id", "question__position")
    )
    return [finding for finding in findings if (finding.document_id, finding.question_id) in cells]


def _judged(findings: Sequence[Finding], stand: dict[UUID, Standing]) -> JudgedCell | None:
    machine = next((each for each in findings if each.origin == Origin.MACHINE), None)
    if (
        machine is None
        or machine.run is None
        or machine.state in (MachineState.NOT_READABLE, MachineState.FAILED)
    ):
        return None
    standing = stand[machine.pk]
    added = tuple(
        quote
        for each in findings
        if each.origin == Origin.PERSON and stand[each.pk].is_settled and not stand[each.pk].is_rejected
        for quote in stand[each.pk].quotes
    )
    shown = tuple(quote for quote in _machine_quotes(machine) if quote.is_quiet)
    if not standing.is_settled and shown:
        return None  # people added something beside quotes that nobody has judged
    kept = standing.quotes if standing.is_settled and not standing.is_rejected else ()
    answers = _distinct((*kept, *added))
    return JudgedCell(
        document_id=machine.document_id,
        text_id=machine.text_id,
        question_id=machine.question_id,
        reader_fingerprint=machine.run.reader_fingerprint,
        answers=answers,
        shown=shown,
        value=standing.value if kept else None,
        without_place=not answers and _is_there_somewhere(machine, standing),
    )


def _is_there_somewhere(machine: Finding, standing: Standing) -> bool:
    """A "not found" that people rejected, or gave a value: it is there, and nobody marked where."""
    if machine.state != MachineState.NOT_FOUND:
        return False
    return standing.is_rejected or (standing.is_settled and standing.value not in (None, False, ""))


def _machine_quotes(finding: Finding) -> tuple[Quote, ...]:
    rows = finding.evidence.all()
    return tuple(Quote(each.start, each.end, each.quote, each.score, each.is_quiet) for each in rows)


def _distinct(quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    return tuple({(quote.start, quote.end): quote for quote in quotes}.values())

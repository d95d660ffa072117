"""Everything about one cell: what was found with its quotes in context, how it stands, what was said about it."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.urls import reverse

from review.accounts.models import User
from review.annotation.models import Comment, Flag
from review.documents.models import Document
from review.documents.selectors import page_numbers_of
from review.findings.models import Disposition, Finding, MachineState, Origin
from review.findings.recipes import Present, present_questions
from review.findings.selectors import Quote, Standing, current_findings, stale_findings, standings
from review.findings.values import note_of
from review.matters.access import role_on
from review.matters.models import Matter, MatterRole
from review.playbooks.models import Question

from .case_quotes import Whole, wholes_of
from .cells import Cell, cells_of
from .learned import meaning_of_scores
from .passages import Heading, around, headings, section_at
from .values import HINTS, editable_value, shown_value

MOST_SHOWN = 10  # passages of one fold


@dataclass(frozen=True, slots=True)
class QuoteCard:
    """A verbatim quote as the drawer shows it: with a sentence of context, its page and its section."""

    start: int
    end: int
    quote: str
    before: str
    after: str
    page: int
    section: str
    url: str
    citation: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One decision in the history of a finding."""

    who: str
    did: str
    at: Any
    reason: str
    value: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding of the cell: the machine's, or one that a person added."""

    finding: Finding
    standing: Standing
    value: str
    value_note: str
    editable: str
    hint: str
    quotes: list[QuoteCard]
    possible: list[QuoteCard]
    unlikely: list[QuoteCard]
    nearest: list[QuoteCard]
    history: list[Line]
    comments: list[Comment]
    flagged: bool
    stale: bool
    base: str
    own: bool
    may_verify: bool
    meaning: str  # of its scores, where they are not the measured chance of a clause type
    is_outdated: bool  # an answer to earlier words of the question, or made before it was learned
    whole: Whole | None  # the answer about the whole case file that it is a part of

    @property
    def measure(self) -> str:
        """What the score of a passage is called."""
        return self.finding.measure.capitalize()

    @property
    def offers_nothing(self) -> bool:
        """Whether the machine has no passage to accept: then accepting says that there is none."""
        return not (self.quotes or self.possible or self.unlikely or self.added)

    @property
    def miss_rate(self) -> str:
        """How often "not found" was wrong when that was measured, as a share of a hundred."""
        measured = self.finding.coverage.get("miss_rate")
        if measured is None:
            return ""
        return f"{measured:.1%}" if measured else "none"

    @property
    def thorough_recall(self) -> str:
        """How much is seen without the unlikely ones, as it was measured, as a share of a hundred."""
        measured = self.finding.coverage.get("thorough_recall")
        return "" if measured is None else f"{measured:.0%}"

    @property
    def added(self) -> bool:
        """Whether a person found it."""
        return self.finding.origin == Origin.PERSON


def drawer_of(matter: Matter, document: Document, question: Question, user: User) -> dict[str, Any]:
    """What the drawer of a cell shows."""
    found = (
        current_findings(matter)
        .filter(document_id=document.pk, question_id=question.pk)
        .select_related("text", "added_by", "question", "run__head", "run__firm_head")
    )
    findings = sorted(found, key=_precedence)
    stand = standings(findings)
    maker = _Cards(document, findings[0].text.content if findings else "")
    history, comments = _history(findings, question), _comments(findings)
    flagged = set(Flag.objects.filter(finding__in=findings).values_list("finding_id", flat=True))
    (present,) = present_questions(matter.pk, [question])
    cases = wholes_of([each.case_answer_id for each in findings if each.case_answer_id], document)
    entries = [
        _entry(finding, stand[finding.pk], present, user, maker, history, comments, flagged, cases)
        for finding in findings
    ]
    maker.number_pages()
    return {
        "matter": matter,
        "document": document,
        "question": question,
        "entries": entries,
        "first": entries[0] if entries else None,
        "cell": one_cell(matter, document, question),
        "may_review": role_on(user, matter.pk) in (MatterRole.LEAD, MatterRole.REVIEWER),
        "viewer_url": reverse("document", args=[document.pk]),
    }


def one_cell(matter: Matter, document: Document, question: Question) -> Cell:
    """The cell as the grid shows it now."""
    return cells_of(matter, [document], [question])[document.pk][0]


class _Cards:
    """Makes quote cards of one text; page numbers are filled in for all of them at once."""

    def __init__(self, document: Document, content: str) -> None:
        self._document = document
        self._content = content
        self._headings: list[Heading] = headings(content)
        self._made: list[tuple[list[QuoteCard], int]] = []
        self._url = reverse("document", args=[document.pk])

    def of(self, quotes: list[Quote], finding: Finding) -> list[QuoteCard]:
        cards: list[QuoteCard] = []
        for quote in quotes:
            before, after = around(self._content, quote.start, quote.end)
            section = section_at(self._headings, quote.start)
            url = f"{self._url}?finding={finding.pk}"
            cards.append(
                QuoteCard(
                    quote.start, quote.end, quote.quote, before, after, 0, section, url, "", quote.score
                )
            )
            self._made.append((cards, len(cards) - 1))
        return cards

    def near(self, places: list[dict[str, Any]], finding: Finding) -> list[QuoteCard]:
        quotes = [
            Quote(each["start"], each["end"], self._content[each["start"] : each["end"]], each.get("score"))
            for each in places[:3]
        ]
        return self.of(quotes, finding)

    def number_pages(self) -> None:
        if not self._made or self._document.text_id is None:
            return
        offsets = [cards[at].start for cards, at in self._made]
        for (cards, at), page in zip(
            self._made, page_numbers_of(self._document.text_id, offsets), strict=True
        ):
            card = cards[at]
            citation = f"{self._document.name}, page {page}, characters {card.start} to {card.end}"
            url = f"{card.url}&start={card.start}&end={card.end}"
            cards[at] = replace(card, page=page, url=url, citation=citation)


def _entry(
    finding: Finding,
    standing: Standing,
    present: Present,
    user: User,
    maker: _Cards,
    history: dict[UUID, list[Line]],
    comments: dict[UUID, list[Comment]],
    flagged: set[UUID],
    cases: dict[UUID, Whole],
) -> Entry:
    shown = {(quote.start, quote.end) for quote in standing.quotes}
    possible = [quote for quote in standing.possible if (quote.start, quote.end) not in shown]
    low = finding.coverage.get("thorough") or 0.0
    question = present.question
    return Entry(
        finding=finding,
        standing=standing,
        value=shown_value(question.answer_type, standing.value),
        value_note=note_of(standing.value),
        editable=editable_value(question.answer_type, standing.value),
        hint=HINTS.get(question.answer_type, ""),
        quotes=maker.of(list(standing.quotes), finding),
        possible=maker.of([each for each in possible if (each.score or 0.0) >= low][:MOST_SHOWN], finding),
        unlikely=maker.of([each for each in possible if (each.score or 0.0) < low][:MOST_SHOWN], finding),
        nearest=maker.near(finding.nearest, finding),
        history=history.get(finding.pk, []),
        comments=comments.get(finding.pk, []),
        flagged=finding.pk in flagged,
        stale=not standing.is_settled and bool(stale_findings(finding)),
        base=f"/findings/{finding.pk}/",
        own=standing.decided_by_id == user.pk,
        may_verify=standing.is_settled
        and standing.review_state != "verified"
        and standing.decided_by_id != user.pk,
        meaning=meaning_of_scores(question, finding),
        is_outdated=question.is_own
        and finding.run is not None
        and finding.run.asked_hash != present.hash_for(finding.run.reader),
        whole=cases.get(finding.case_answer_id) if finding.case_answer_id else None,
    )


def _precedence(finding: Finding) -> tuple[bool, bool, Any]:
    return (finding.state != MachineState.FOUND, finding.origin == Origin.PERSON, finding.created_at)


DID = {
    "accepted": "accepted it",
    "rejected": "rejected it",
    "edited": "edited it",
    "verified": "verified it",
    "undone": "took the decision back",
}


def _history(findings: list[Finding], question: Question) -> dict[UUID, list[Line]]:
    lines: dict[UUID, list[Line]] = {}
    rows = Disposition.objects.filter(finding__in=findings).select_related("decided_by")
    for row in rows.order_by("finding_id", "-ordinal"):
        did = DID[row.outcome] + (", carried over from an earlier reading" if row.carried_from_id else "")
        value = shown_value(question.answer_type, row.value) if row.outcome == "edited" else ""
        lines.setdefault(row.finding_id, []).append(
            Line(row.decided_by.name, did, row.decided_at, row.reason, value)
        )
    return lines


def _comments(findings: list[Finding]) -> dict[UUID, list[Comment]]:
    comments: dict[UUID, list[Comment]] = {}
    for comment in (
        Comment.objects.filter(finding__in=findings).select_related("author").order_by("created_at")
    ):
        comments.setdefault(comment.finding_id, []).append(comment)
    return comments

"""Quotes of answers about whole case files as cards: each with its document, page, context and a way to open it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.urls import reverse

from review.documents.models import Document
from review.documents.selectors import page_numbers_of
from review.readers.money import cost_in_words
from review.readings.case_families import family_names_in
from review.readings.models import CaseAnswer, CaseDoubt, CaseQuote, Role
from review.readings.sections import Covered, covered_by
from review.readings.selectors import with_quotes

from .passages import around, headings, section_at


@dataclass(frozen=True, slots=True)
class CaseCard:
    """A verbatim quote of some document of a case file; `is_premise` when a value was computed from it."""

    document: str
    document_id: UUID
    language: str
    start: int
    end: int
    quote: str
    before: str
    after: str
    page: int
    section: str
    url: str
    citation: str
    score: float | None
    is_premise: bool
    family: str = ""  # of its document, where the answer goes across families


@dataclass(frozen=True, slots=True)
class DoubtCard:
    """What a rule holds against a quote, and the way to the words that raised it."""

    sentence: str
    is_decisive: bool
    document: str
    page: int
    url: str

    @property
    def label(self) -> str:
        """How much it weighs, in words."""
        return "Speaks against it" if self.is_decisive else "Doubt"

    @property
    def place(self) -> str:
        """Where the link leads."""
        return f"See page {self.page}"


@dataclass(frozen=True, slots=True)
class Whole:
    """The answer about a whole case file that a finding is a part of, as the drawer of one document shows it."""

    answer: CaseAnswer
    elsewhere: list[CaseCard]  # evidence in other documents
    premises: list[CaseCard]
    doubts: list[DoubtCard]
    cost: str

    @property
    def reason(self) -> str:
        return reason_of(self.answer, self.doubts)

    @property
    def covered(self) -> Covered | None:
        """What it rests on, where its case file was read in sections."""
        return covered_by(self.answer)


def wholes_of(answer_ids: Iterable[UUID], document: Document) -> dict[UUID, Whole]:
    """Those answers, for the drawer of one document."""
    answers = list(with_quotes(CaseAnswer.objects.filter(pk__in=list(answer_ids))))
    cards, doubts = cards_of(answers), doubts_of(answers)
    return {
        answer.pk: Whole(
            answer=answer,
            elsewhere=[
                card for card in cards[answer.pk] if not card.is_premise and card.document_id != document.pk
            ],
            premises=[card for card in cards[answer.pk] if card.is_premise],
            doubts=doubts[answer.pk],
            cost=cost_in_words(answer.device_seconds, answer.price_minor, answer.currency),
        )
        for answer in answers
    }


def cards_of(answers: Iterable[CaseAnswer]) -> dict[UUID, list[CaseCard]]:
    """The cards of each answer, evidence before premises; needs `quotes` with their texts and documents."""
    by_answer = {answer.pk: list(answer.quotes.all()) for answer in answers}
    by_text: dict[UUID, list[CaseQuote]] = {}
    for quote in (quote for quotes in by_answer.values() for quote in quotes):
        by_text.setdefault(quote.text_id, []).append(quote)
    made = {card: shown for quotes in by_text.values() for card, shown in _of_one_text(quotes)}
    return {key: [made[quote.pk] for quote in quotes] for key, quotes in by_answer.items()}


def with_families(answer: CaseAnswer, cards: Iterable[CaseCard]) -> list[CaseCard]:
    """The cards of an answer across a matter by the families their documents are in now, evidence before premises."""
    names = family_names_in(answer.case_file)
    places = {document_id: place for place, document_id in enumerate(names)}
    named = [replace(card, family=names.get(card.document_id, "")) for card in cards]
    return sorted(named, key=lambda card: (card.is_premise, places.get(card.document_id, 0), card.start))


def doubts_of(answers: Iterable[CaseAnswer]) -> dict[UUID, list[DoubtCard]]:
    """What rules hold against the quotes of each answer, in a query for each text that is doubted."""
    by_answer = {answer.pk: list(answer.doubts.all()) for answer in answers}
    by_text: dict[UUID, list[CaseDoubt]] = {}
    for doubt in (doubt for doubts in by_answer.values() for doubt in doubts):
        by_text.setdefault(doubt.text_id, []).append(doubt)
    pages: dict[UUID, int] = {}
    for text_id, doubts in by_text.items():
        numbers = page_numbers_of(text_id, [doubt.start for doubt in doubts])
        pages.update(zip([doubt.pk for doubt in doubts], numbers, strict=True))
    return {key: [_doubt(each, pages[each.pk]) for each in doubts] for key, doubts in by_answer.items()}


def reason_of(answer: CaseAnswer, doubts: Iterable[DoubtCard]) -> str:
    """The model's own reason; empty where nothing stands in its place but the doubts that are shown anyway."""
    left = answer.reason
    for doubt in doubts:
        left = left.replace(doubt.sentence, "")
    return answer.reason if left.strip() else ""


def _doubt(doubt: CaseDoubt, page: int) -> DoubtCard:
    document = doubt.text.document
    url = f"{reverse('document', args=[document.pk])}?start={doubt.start}&end={doubt.end}"
    return DoubtCard(doubt.sentence, doubt.is_decisive, document.name, page, url)


def _of_one_text(quotes: list[CaseQuote]) -> list[tuple[UUID, CaseCard]]:
    text = quotes[0].text
    found = headings(text.content)
    pages = page_numbers_of(text.pk, [quote.start for quote in quotes])
    return [
        (quote.pk, _card(quote, page, section_at(found, quote.start)))
        for quote, page in zip(quotes, pages, strict=True)
    ]


def _card(quote: CaseQuote, page: int, section: str) -> CaseCard:
    document = quote.text.document
    before, after = around(quote.text.content, quote.start, quote.end)
    return CaseCard(
        document=document.name,
        document_id=document.pk,
        language=document.language,
        start=quote.start,
        end=quote.end,
        quote=quote.quote,
        before=before,
        after=after,
        page=page,
        section=section,
        url=f"{reverse('document', args=[document.pk])}?start={quote.start}&end={quote.end}",
        citation=f"{document.name}, page {page}, characters {quote.start} to {quote.end}",
        score=quote.score,
        is_premise=quote.role == Role.PREMISE,
    )

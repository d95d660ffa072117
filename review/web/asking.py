"""The Ask box of a matter: a question in one's own words, how far it is, and its answers with quotes to open."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from review.accounts.models import User
from review.asking.access import access_inquiry
from review.asking.selectors import InquiryView, inquiries_of, inquiry_views
from review.asking.services import LONGEST, ask_matter, cancel_inquiry, resume_inquiry
from review.errors import ReviewError
from review.matters.access import MAY, access_matter, role_on
from review.matters.models import Matter
from review.readers.selectors import reader_of
from review.readings.models import CaseAnswer
from review.readings.sections import Covered, covered_by

from .answers import answer
from .case_quotes import CaseCard, DoubtCard, cards_of, doubts_of, reason_of, with_families
from .costs import ACROSS
from .progress import streamed
from .runs import live_figures
from .signed_in import SignedInRequest, signed_in


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """One answer with a card for every quote, and what speaks against them."""

    answer: CaseAnswer
    cards: list[CaseCard]
    doubts: list[DoubtCard]

    @property
    def reason(self) -> str:
        return reason_of(self.answer, self.doubts)

    @property
    def covered(self) -> Covered | None:
        """What it rests on, where its case file was read in sections."""
        return covered_by(self.answer)

    @property
    def families(self) -> list[str]:
        """The families whose words it quotes, where the whole matter was asked."""
        return list(dict.fromkeys(card.family for card in self.cards if card.family))


@dataclass(frozen=True, slots=True)
class Shown:
    """A question with what the page needs of it: its figures while it goes on, and its answers."""

    view: InquiryView
    prefix: str  # of its figures in the stream
    live: dict[str, Any]
    found: list[ShownAnswer]
    others: list[ShownAnswer]
    may_cancel: bool
    may_resume: bool

    @property
    def is_alone(self) -> bool:
        """Whether there is one answer and it found nothing: it is what was asked for, and is not folded away."""
        return not self.found and len(self.others) == 1


@require_http_methods(["GET", "POST"])
@signed_in
def ask(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """The box and what was asked before; a POST asks."""
    asking = request.method == "POST"
    matter = access_matter(request.user, matter_id, to="review" if asking else "read")
    words, wrong = request.POST.get("question", ""), ""
    is_across = request.POST.get("over") == ACROSS
    if asking:
        try:
            inquiry = ask_matter(matter, words, is_across=is_across, by=request.user)
            return redirect(f"{reverse('ask', args=[matter_id])}#question-{inquiry.pk}")
        except ReviewError as refusal:
            wrong = str(refusal)
    views = inquiries_of(matter)
    context = {
        "matter": matter,
        "reader": reader_of(matter.pk),
        "asked": [_shown(view, request.user, matter) for view in views],
        "is_open": any(not view.run.is_over for view in views),
        "words": words,
        "is_across": is_across,
        "wrong": wrong,
        "longest": LONGEST,
        "may_ask": role_on(request.user, matter_id) in MAY["review"],
    }
    return answer(request, "asking/ask.html#list", context, at="ask", status=422 if wrong else 200)


@require_GET
@signed_in
def inquiry(request: SignedInRequest, inquiry_id: UUID) -> HttpResponse:
    """One question, as a part of the page or as a page of its own."""
    found = access_inquiry(request.user, inquiry_id)
    (view,) = inquiry_views([found])
    context = {"matter": found.matter, "shown": _shown(view, request.user, found.matter)}
    return answer(request, "asking/one.html#question", context, at="ask")


async def ask_events(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Server-sent events of all questions of a matter that are under way."""
    return await streamed(request, lambda user: _figures(user, matter_id))


@require_POST
@signed_in
def cancel(request: SignedInRequest, inquiry_id: UUID) -> HttpResponse:
    """Call a question off; what was answered stays."""
    found = access_inquiry(request.user, inquiry_id, to="review")
    cancel_inquiry(found, by=request.user)
    return redirect(f"{reverse('ask', args=[found.matter_id])}#question-{inquiry_id}")


@require_POST
@signed_in
def resume(request: SignedInRequest, inquiry_id: UUID) -> HttpResponse:
    """Go on with a question that ended without all its answers."""
    found = access_inquiry(request.user, inquiry_id, to="review")
    resume_inquiry(found, by=request.user)
    return redirect(f"{reverse('ask', args=[found.matter_id])}#question-{inquiry_id}")


def _figures(user: User, matter_id: UUID) -> dict[str, Any]:
    views = inquiries_of(access_matter(user, matter_id))
    figures: dict[str, Any] = {"over": int(all(view.run.is_over for view in views))}
    for view in views:
        live = live_figures(view.run)
        figures |= {
            f"{view.inquiry.pk}-stage": _stage(view),
            f"{view.inquiry.pk}-done": live["tokens_done"],
            f"{view.inquiry.pk}-total": live["tokens_total"],
            f"{view.inquiry.pk}-rate": live["tokens_rate"],
            f"{view.inquiry.pk}-left": live["tokens_left"],
        }
    return figures


def _stage(view: InquiryView) -> str:
    """What has to change for the page to fetch the question again."""
    return f"{view.stage} {len(view.answers)} {view.run.cause}"


def _shown(view: InquiryView, user: User, matter: Matter) -> Shown:
    cards, doubts = cards_of(view.answers), doubts_of(view.answers)
    if view.run.run.is_across:
        cards = {each.pk: with_families(each, cards[each.pk]) for each in view.answers}
    shown = {each.pk: ShownAnswer(each, cards[each.pk], doubts[each.pk]) for each in view.answers}
    may_ask = role_on(user, matter.pk) in MAY["review"]
    return Shown(
        view=view,
        prefix=f"{view.inquiry.pk}-",
        live={**live_figures(view.run), "stage": _stage(view)},
        found=[shown[each.pk] for each in view.found],
        others=[shown[each.pk] for each in view.others],
        may_cancel=may_ask and not view.run.is_over,
        may_resume=may_ask and view.run.may_go_on,
    )

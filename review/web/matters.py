"""The list of matters, the home of one, its brief and what was agreed about AI."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from review.documents.models import Document, DocumentState
from review.documents.selectors import progress_of
from review.errors import Invalid, NotAllowed
from review.findings.models import MachineState, ReviewState
from review.findings.reading import read_matter
from review.findings.terms import agree_ai_terms, agree_teaching
from review.matters.access import MAY, access_matter, role_on
from review.matters.models import AiTerms, Client, Matter, MatterRole
from review.matters.services import (
    ai_terms_of,
    change_brief,
    client_numbered,
    create_matter,
    may_teach,
)
from review.playbooks.selectors import active_questions
from review.readers.selectors import chosen_reader, reader_of, readers_in_use
from review.tenancy.access import access_membership
from review.tenancy.models import Role

from . import selectors
from .activity import told
from .answers import answer
from .delivering import deliverable_matters
from .forms import BriefForm, NewMatterForm, TeachingForm, TermsForm
from .kept import panel_context
from .progress import figures_of, for_template
from .signed_in import SignedInRequest, safe_next, signed_in
from .warnings import warned_documents


@require_GET
@signed_in
def matters(request: SignedInRequest) -> HttpResponse:
    """The matters a person is on; for a guest, those they may deliver to."""
    membership = access_membership(request.user)
    sizes = selectors.sizes_of_matters()
    rows = [{"matter": matter, "size": sizes.get(matter.pk)} for matter in request.shell.matters]
    context = {
        "rows": rows,
        "deliverable": deliverable_matters(request.user),
        "may_open": membership.role != Role.GUEST,
        "administers": membership.role == Role.ADMINISTRATOR,
        "nobody": not rows,
    }
    return answer(request, "matters/list.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def new_matter(request: SignedInRequest) -> HttpResponse:
    """Open a matter, for a client known by its number or a new one."""
    membership = access_membership(request.user)
    if membership.role == Role.GUEST:
        raise NotAllowed("Guests deliver files; somebody of the firm opens the matter.")
    form = NewMatterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        matter = _opened(request, membership.organization_id, form.cleaned_data)
        return redirect("upload", matter.pk)
    clients = list(Client.objects.order_by("name"))
    status = 422 if form.is_bound else 200
    return answer(request, "matters/new.html", {"form": form, "clients": clients}, status=status)


def _opened(request: SignedInRequest, organization_id: UUID, brief: dict[str, Any]) -> Matter:
    client = client_numbered(
        brief.pop("client_number"),
        name=brief.pop("client_name"),
        by=request.user,
        organization_id=organization_id,
    )
    return create_matter(client, by=request.user, **brief)


@require_GET
@signed_in
def matter(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """The home of a matter: how much there is, what is wrong, how far the review has come."""
    found = access_matter(request.user, matter_id)
    questions = active_questions()
    tally = selectors.tally_of(found)
    settled = tally.count(settled=True)
    role = role_on(request.user, matter_id)
    size = selectors.size_of(found)
    context = {
        "matter": found,
        "leads": role == MatterRole.LEAD,
        "may_review": role in MAY["review"],
        "may_deliver": role in MAY["upload"],
        "size": size,
        "tokens": in_round_words(size.tokens),
        "progress": progress_of(matter_id=found.pk),
        "figures": for_template(figures_of(found)),
        "severities": selectors.by_severity(tally, questions),
        "answered": tally.count(),
        "expected": max(tally.count(), _expected(found, len(questions))),
        "found": tally.count(state=MachineState.FOUND),
        "settled": settled,
        "rejected": tally.count(review_state=ReviewState.REJECTED),
        "verified": tally.count(review_state=ReviewState.VERIFIED),
        "problems": selectors.problem_groups(found),
        "warned": (warned := warned_documents(found)),
        "warnings": sum(each.total for each in warned),
        "open_warnings": sum(each.open for each in warned),
        "bundles": selectors.bundles_of(found)[:5],
        "heat": selectors.heat_map(found, questions),
        "activity": [told(event) for event in selectors.activity_of(found, 12)],
        "terms": ai_terms_of(found),
        "people": selectors.people_on(found),
        **panel_context(request, found),
    }
    return answer(request, "matters/home.html", context, at="matter")


def in_round_words(number: int) -> tuple[str, str]:
    """A large number as people say it: ("4.9", "million")."""
    for size, word in ((1_000_000, "million"), (1_000, "thousand")):
        if number >= size:
            share = number / size
            return (f"{share:.1f}" if share < 10 else f"{share:.0f}"), word
    return str(number), ""


def _expected(matter: Matter, questions: int) -> int:
    """How many answers the readable documents will have; copies of one file are settled once."""
    readable = Document.objects.filter(matter_id=matter.pk, state=DocumentState.READY)
    return readable.filter(duplicate_of=None).count() * questions


@require_http_methods(["GET", "POST"])
@signed_in
def brief(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """What the matter is about, and what was agreed about AI; changed by its leads."""
    found = access_matter(request.user, matter_id, to="lead" if request.method == "POST" else "read")
    form = BriefForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        change_brief(found, by=request.user, **{name: form.cleaned_data[name] for name in form.changed_data})
        messages.success(request, "The brief is saved.")
        return redirect("brief", matter_id)
    context = {
        "matter": found,
        "form": form,
        "leads": role_on(request.user, matter_id) == MatterRole.LEAD,
        "terms": ai_terms_of(found),
        "terms_form": TermsForm(initial={"ai_terms": found.ai_terms, "of": "matter"}),
        "teaches": may_teach(found),
        "teaching_form": TeachingForm(initial={"may_teach": "yes" if found.may_teach else "no"}),
        "reader": reader_of(found.pk),
        "chosen": chosen_reader(found.pk),
        "readers": readers_in_use(),
    }
    return answer(request, "matters/brief.html", context, at="matter", status=422 if form.is_bound else 200)


@require_POST
@signed_in
def terms(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """Record what was agreed about AI, for the matter or for its client."""
    found = access_matter(request.user, matter_id, to="lead")
    form = TermsForm(request.POST)
    if not form.is_valid():
        raise Invalid("Choose allowed, compact reader only, or forbidden, and for whom it was agreed.")
    subject = found.client if form.cleaned_data["of"] == "client" else found
    agree_ai_terms(subject, AiTerms(form.cleaned_data["ai_terms"]), by=request.user)
    messages.success(request, "What was agreed about AI is recorded.")
    return redirect(f"{reverse('brief', args=[matter_id])}#ai-terms")


@require_POST
@signed_in
def teaching(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """Record whether decisions may teach the firm's other matters, for the matter or for its client."""
    found = access_matter(request.user, matter_id, to="lead")
    form = TeachingForm(request.POST)
    if not form.is_valid():
        raise Invalid("Choose yes or no, and for whom it was agreed.")
    subject = found.client if form.cleaned_data["whose"] == "client" else found
    agree_teaching(subject, form.cleaned_data["may_teach"] == "yes", by=request.user)
    messages.success(request, "What was agreed about teaching other matters is recorded.")
    return redirect(f"{reverse('brief', args=[matter_id])}#teaching")


@require_POST
@signed_in
def read_now(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """Make a reading due for everything readable. Raises AiForbidden in the words of who forbade it."""
    found = access_matter(request.user, matter_id, to="review")
    due = read_matter(found, by=request.user)
    messages.success(request, f"{due} documents will be read." if due != 1 else "One document will be read.")
    return redirect(safe_next(request, reverse("matter", args=[matter_id])))

"""The questions of the firm: the list of columns, and the firm's own ones added, reworded, retired and moved."""

from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from review.errors import Invalid
from review.findings.reading import read_matter
from review.findings.recipes import readable_documents
from review.matters.access import MAY, access_matter, role_on
from review.matters.models import Matter
from review.matters.services import AiForbidden
from review.playbooks.access import access_question, access_questions, may_change_questions
from review.playbooks.errors import NameTaken
from review.playbooks.models import Question
from review.playbooks.selectors import all_questions
from review.playbooks.services import (
    add_question,
    move_question,
    restore_question,
    retire_question,
    reword_question,
)
from review.readers.errors import NoWholeReader
from review.readers.models import ReaderProfile
from review.readers.selectors import reader_of
from review.readings.services import refuse_reader

from . import selectors
from .answers import answer
from .costs import cost_of_one
from .forms import QuestionForm
from .signed_in import SignedInRequest, signed_in

BY_LIKENESS = (
    "answered by likeness, with the passages that have most in common with these words, until 20 findings of a"
    " matter have been accepted or rejected. Then that matter learns from them."
)


@require_GET
@signed_in
def questions(request: SignedInRequest) -> HttpResponse:
    """Every column of the firm in order, the retired ones too."""
    membership = access_questions(request.user)
    everything = all_questions()
    context = {
        "questions": everything,
        "active": sum(question.is_active for question in everything),
        "own": sum(question.is_own for question in everything),
        "may_change": may_change_questions(request.user, membership),
        "moved": request.GET.get("moved", ""),
        "way": request.GET.get("way", ""),
    }
    return answer(request, "questions/list.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def new_question(request: SignedInRequest) -> HttpResponse:
    """Add a question of the firm's own."""
    membership = access_questions(request.user, to="change")
    form = QuestionForm(request.POST or None)
    added = _added(request, form, membership.organization_id)
    if added is not None:
        messages.success(request, f"{added.name} is the last column now. Nothing has been asked yet.")
        return redirect("question", added.pk)
    context = {"form": form, "how": _how_it_is_answered(None)}
    return answer(request, "questions/new.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@signed_in
def add_column(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """The same from the grid of a matter, whose documents may be asked at once."""
    found = access_matter(request.user, matter_id)
    membership = access_questions(request.user, to="change")
    form = QuestionForm(request.POST or None)
    reviews = role_on(request.user, matter_id) in MAY["review"]
    whole = _whole_reader(found) if reviews else None
    added = _added(request, form, membership.organization_id)
    if added is not None:
        words = f"The column {added.name} was added."
        to = f"{reverse('grid', args=[matter_id])}?clause={added.key}"
        if whole and request.POST.get("read") == "whole":
            query = urlencode({"estimate": "yes", "question": added.key})
            to = f"{reverse('new_run', args=[matter_id])}?{query}"
        elif reviews and request.POST.get("read"):
            words = f"{words} {_asked_at_once(request, found)}"
        messages.success(request, words)
        return redirect(to)
    context = {
        "matter": found,
        "form": form,
        "documents": readable_documents(found),
        "reviews": reviews,
        "whole": whole,
        "cost": cost_of_one(found, whole) if whole else None,
        "how": _how_it_is_answered(whole),
    }
    return answer(request, "questions/new.html", context, at="grid", status=_status(form))


@require_http_methods(["GET", "POST"])
@signed_in
def question(request: SignedInRequest, question_id: UUID) -> HttpResponse:
    """One question: its words, where it has been asked, what matters learned of it; reworded by a POST."""
    found = access_question(request.user, question_id, to="change" if request.method == "POST" else "read")
    form = QuestionForm(request.POST) if request.method == "POST" else QuestionForm.saying(found)
    if form.is_bound and form.is_valid():
        try:
            if reword_question(found, form.wording(), by=request.user):
                words = "The question is changed. What was read before answers its earlier words, and is marked stale."
                messages.success(request, words)
            return redirect("question", question_id)
        except Invalid as refusal:
            _refuse(form, refusal)
    membership = access_questions(request.user)
    context = {
        "question": found,
        "form": form,
        "may_change": may_change_questions(request.user, membership),
        "asked": selectors.asked_in_matters(found, request.shell.matters, request.user),
        "together": selectors.learned_together(found) if found.is_own else None,
    }
    return answer(request, "questions/one.html", context, status=_status(form))


@require_POST
@signed_in
def retire(request: SignedInRequest, question_id: UUID) -> HttpResponse:
    """Take a column out of every grid."""
    found = access_question(request.user, question_id, to="change")
    retire_question(found, by=request.user)
    messages.success(request, f"{found.name} is retired. What was found and decided about it is kept.")
    return redirect(_list_at(found))


@require_POST
@signed_in
def restore(request: SignedInRequest, question_id: UUID) -> HttpResponse:
    """Bring a retired column back."""
    found = access_question(request.user, question_id, to="change")
    restore_question(found, by=request.user)
    messages.success(request, f"{found.name} is a column again.")
    return redirect(_list_at(found))


@require_POST
@signed_in
def move(request: SignedInRequest, question_id: UUID) -> HttpResponse:
    """Change places with the column before or after; the button that was pressed has the keyboard again."""
    found = access_question(request.user, question_id, to="change")
    way: Literal["up", "down"] = "down" if request.POST.get("way") == "down" else "up"
    move_question(found, way, by=request.user)
    return redirect(_list_at(found, moved=str(found.pk), way=way))


def _added(request: SignedInRequest, form: QuestionForm, organization_id: UUID) -> Question | None:
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return add_question(form.wording(), by=request.user, organization_id=organization_id)
    except Invalid as refusal:
        _refuse(form, refusal)
    return None


def _whole_reader(matter: Matter) -> ReaderProfile | None:
    """The reader of whole case files that may be asked in a matter, if any."""
    profile = reader_of(matter.pk)
    try:
        refuse_reader(matter, profile)
    except (NoWholeReader, AiForbidden):
        return None
    return profile


def _how_it_is_answered(whole: ReaderProfile | None) -> str:
    """Who answers a new question of the firm's own, and by what."""
    if whole is None:
        return f"No reader was trained on it: it is {BY_LIKENESS}"
    return (
        f"{whole.name} reads this matter whole, and answers the question in a run that you start once you have seen"
        " what it takes. If you have the documents asked at once, the compact reader looks at them one by one, and the"
        f" question is {BY_LIKENESS}"
    )


def _asked_at_once(request: SignedInRequest, matter: Matter) -> str:
    try:
        due = read_matter(matter, by=request.user)
    except AiForbidden as forbidden:
        return str(forbidden)
    return "One document will be asked." if due == 1 else f"{due} documents will be asked."


def _refuse(form: QuestionForm, refusal: Invalid) -> None:
    form.add_error("name" if isinstance(refusal, NameTaken) else None, str(refusal))


def _status(form: QuestionForm) -> int:
    return 422 if form.is_bound else 200


def _list_at(question: Question, **query: str) -> str:
    """The list at a question. A browser heeds no autofocus on a page with a fragment, so it is one or the other."""
    if query:
        return f"{reverse('questions')}?{urlencode(query)}"
    return f"{reverse('questions')}#question-{question.pk}"

"""Families on the documents page: what hangs on what and why, and a person's joining and parting."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from review.documents.access import access_document
from review.documents.families import (
    Held,
    held_ties,
    join_family,
    part_family,
    places_of,
    undo_family,
)
from review.documents.models import Document, DocumentState, TieWord
from review.errors import Invalid
from review.matters.access import access_matter
from review.matters.models import Matter

from .signed_in import SignedInRequest, signed_in

UNPLACED = (True, "9999", 0)
CHOOSABLE = 2000  # documents in a list to choose from


@dataclass(frozen=True, slots=True)
class Member:
    """A document in its family: how deep it hangs, on what, and by whose word."""

    document: Document
    depth: int = 0
    held: Held | None = None
    master: Document | None = None

    @property
    def indent(self) -> int:
        """How far the line is set in beside those that hang on the agreement itself, in pixels."""
        return max(0, self.depth - 1) * 20

    @property
    def by_person(self) -> bool:
        return self.held is not None and bool(self.held.said_by)


@dataclass(frozen=True, slots=True)
class Families:
    """The families of a matter line by line, what might belong together, and what people took apart."""

    members: list[Member]
    suggested: list[Member]
    parted: list[Member]
    by_document: dict[UUID, Member]


def families_of(matter: Matter) -> Families:
    """What holds in a matter now, each family in reading order."""
    held = held_ties(matter.pk)
    involved = {*held, *(each.master_id for each in held.values() if each.master_id)}
    documents = Document.objects.in_bulk(involved)
    used = {key: each for key, each in held.items() if each.is_used}
    places = places_of(matter.pk) if used else {}
    below: dict[UUID, list[UUID]] = {}
    for key in sorted(used, key=lambda key: (places.get(key, UNPLACED), documents[key].path)):
        below.setdefault(used[key].master_id, []).append(key)  # type: ignore[arg-type]
    heads = sorted((key for key in below if key not in used), key=lambda key: documents[key].path)
    members: list[Member] = []
    waiting = [(key, 0) for key in reversed(heads)]
    while waiting:
        key, depth = waiting.pop()
        members.append(_member(documents, key, held.get(key), depth))
        waiting += [(each, depth + 1) for each in reversed(below.get(key, []))]
    others = [_member(documents, key, each) for key, each in held.items() if not each.is_used]
    others.sort(key=lambda each: each.document.path)
    return Families(
        members,
        [each for each in others if each.held and each.held.said == TieWord.LIKELY],
        [each for each in others if each.held and each.held.said == TieWord.PARTED],
        {each.document.pk: each for each in members if each.master},
    )


def _member(documents: dict[UUID, Document], key: UUID, held: Held | None, depth: int = 0) -> Member:
    master = documents.get(held.master_id) if held is not None and held.master_id is not None else None
    return Member(documents[key], depth, held, master)


def joinable(matter: Matter) -> list[Document]:
    """The documents that may be joined: those with a text of their own, by path."""
    ready = Document.objects.filter(matter_id=matter.pk, state=DocumentState.READY, duplicate_of=None)
    return list(ready.exclude(text=None).only("id", "path").order_by("path")[:CHOOSABLE])


@require_POST
@signed_in
def join(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """Say that one document hangs on another."""
    found = access_matter(request.user, matter_id, to="review")
    document = access_document(request.user, _chosen(request, "document"), to="review")
    master = access_document(request.user, _chosen(request, "master"), to="review")
    if document.matter_id != found.pk:
        raise Invalid("Choose two documents of this matter.")
    join_family(document, master, by=request.user, note=request.POST.get("note", ""))
    return _changed(request, document, f"{document.name} is read together with {master.name}.")


def _chosen(request: SignedInRequest, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise Invalid("Choose the document, and the one it hangs on.") from None


@require_POST
@signed_in
def part(request: SignedInRequest, document_id: UUID) -> HttpResponse:
    """Say that a document hangs on none."""
    document = access_document(request.user, document_id, to="review")
    part_family(document, by=request.user, note=request.POST.get("note", ""))
    return _changed(request, document, f"{document.name} stands by itself.")


@require_POST
@signed_in
def undo(request: SignedInRequest, document_id: UUID) -> HttpResponse:
    """Take back what a person said last of a document's family."""
    document = access_document(request.user, document_id, to="review")
    undo_family(document, by=request.user)
    return _changed(request, document, f"What was said of {document.name} is taken back.")


def _changed(request: SignedInRequest, document: Document, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    to = reverse("documents", args=[document.matter_id]) + "#families"
    return HttpResponse(headers={"HX-Redirect": to}) if request.htmx else redirect(to)

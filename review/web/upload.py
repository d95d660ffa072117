"""The upload page, and the chunks its script sends. The form works without scripts too."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from review.documents.models import DocumentState
from review.errors import Invalid
from review.intake.services import (
    accept_stream,
    append_chunk,
    close_bundle,
    expect_file,
    open_bundle,
    received,
)
from review.matters.models import Matter, MatterRole

from . import selectors
from .answers import answer
from .delivering import delivering, own_bundle, own_file
from .progress import figures_of, for_template
from .signed_in import SignedInRequest, signed_in

FILES_AT_ONCE = 5000


@require_http_methods(["GET", "POST"])
@signed_in
def upload(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """Deliver files: the page, and the plain form that works without scripts."""
    with delivering(request.user, matter_id) as (matter, role):
        if request.method == "POST":
            return _delivered(request, matter)
        guest = role == MatterRole.GUEST_UPLOADER
        bundles = selectors.bundles_of(matter)
        if guest:
            bundles = [row for row in bundles if row[0].delivered_by_id == request.user.pk]
        context = {
            # A guest sees the name of the matter they deliver to, and none of its pages.
            "matter": None if guest else matter,
            "to": matter,
            "guest": guest,
            "bundles": bundles[:20],
            "delivered": request.GET.get("delivered", ""),
            "figures": {} if guest else for_template(figures_of(matter)),
        }
        return answer(request, "upload/upload.html", context, at="upload")


def _delivered(request: SignedInRequest, matter: Matter) -> HttpResponse:
    files = request.FILES.getlist("files")
    if not files:
        raise Invalid("Choose at least one file.")
    bundle = open_bundle(matter, name=request.POST.get("name", ""), source="upload", by=request.user)
    for file in files:
        accept_stream(bundle, path=file.name or "unnamed", chunks=file.chunks(), by=request.user)
    return redirect(f"{reverse('upload', args=[matter.pk])}?delivered={bundle.pk}")


@require_POST
@signed_in
def start_upload(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """Announce a delivery: {name, files: [{path, size}]} gives {bundle, uploads: [{id, url}], finish_url}."""
    with delivering(request.user, matter_id) as (matter, _role):
        sent = _json(request)
        files = _announced(sent)
        bundle = open_bundle(matter, name=str(sent.get("name") or ""), source="upload", by=request.user)
        uploads = []
        for path, size in files:
            document = expect_file(bundle, path=path, size=size, by=request.user)
            url = reverse("upload_file", args=[matter_id, document.pk])
            uploads.append({"id": str(document.pk), "url": url})
        finish = reverse("finish_upload", args=[matter_id, bundle.pk])
        return JsonResponse({"bundle": str(bundle.pk), "uploads": uploads, "finish_url": finish}, status=201)


@require_http_methods(["GET", "PUT"])
@signed_in
def upload_file(request: SignedInRequest, matter_id: UUID, document_id: UUID) -> HttpResponse:
    """Add a chunk at `?offset=`, or ask how many bytes have arrived: {received}."""
    with delivering(request.user, matter_id) as (matter, role):
        document = own_file(request.user, matter, document_id, role)
        is_complete = document.state not in (DocumentState.RECEIVING, DocumentState.CANCELLED)
        if request.method == "GET" or (is_complete and _offset(request) >= document.size):
            return JsonResponse({"received": received(document)})
        arrived = append_chunk(document, offset=_offset(request), chunk=request.body)
        return JsonResponse({"received": arrived})


@require_POST
@signed_in
def finish_upload(request: SignedInRequest, matter_id: UUID, bundle_id: UUID) -> HttpResponse:
    """The browser has sent all it will send: whatever did not arrive is told so."""
    with delivering(request.user, matter_id) as (matter, role):
        bundle = own_bundle(request.user, matter, bundle_id, role)
        close_bundle(bundle, by=request.user)
        url = reverse("upload", args=[matter_id]) + f"?delivered={bundle.pk}"
        return JsonResponse({"bundle": str(bundle.pk), "url": url})


def _json(request: SignedInRequest) -> dict[str, Any]:
    try:
        sent = json.loads(request.body)
    except ValueError:
        raise Invalid("The list of files could not be read.") from None
    if not isinstance(sent, dict):
        raise Invalid("The list of files could not be read.")
    return sent


def _announced(sent: dict[str, Any]) -> list[tuple[str, int]]:
    files = sent.get("files")
    if not isinstance(files, list) or not files:
        raise Invalid("Choose at least one file.")
    if len(files) > FILES_AT_ONCE:
        raise Invalid(f"Send at most {FILES_AT_ONCE} files at once; more fit in one zip file.")
    try:
        announced = [(str(each["path"]), int(each["size"])) for each in files]
    except (KeyError, TypeError, ValueError):
        raise Invalid("Every file needs a path and a size.") from None
    if any(size < 0 for _, size in announced):
        raise Invalid("Every file needs a path and a size.")
    return announced


def _offset(request: SignedInRequest) -> int:
    offset = request.GET.get("offset", "0")
    if not offset.isdecimal():
        raise Invalid("The offset must be a whole number of bytes.")
    return int(offset)

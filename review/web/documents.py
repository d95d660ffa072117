"""The documents of a matter as they were delivered, and what is wrong with any of them."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from review.documents.access import access_bundle, access_document
from review.documents.models import Document
from review.errors import Conflict, Invalid
from review.intake.services import cancel_bundle, retry_document
from review.matters.access import MAY, access_matter, role_on

from . import selectors
from .answers import answer
from .families import Families, Member, families_of, joinable
from .progress import figures_of, for_template
from .signed_in import SignedInRequest, safe_next, signed_in
from .warnings import Warned, warned_documents

SHOWN = 2000  # lines on one page; more are reached by searching


@dataclass(slots=True)
class Line:
    """One line of the tree: a folder, or a file with the depth it lies at."""

    depth: int
    name: str
    document: Document | None = None
    count: int = 0
    warned: Warned | None = None
    family: Member | None = None  # what it hangs on, if anything

    @property
    def indent(self) -> int:
        """How far the line is set in, in pixels."""
        return self.depth * 20

    @property
    def icon(self) -> str:
        """What the line is, as a picture."""
        kind = self.document.kind if self.document else ""
        return {"eml": "mail", "zip": "archive", "pdf": "file-text", "docx": "file-text"}.get(kind, "file")


@require_GET
@signed_in
def documents(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """The tree as delivered, with the state of every file; `q` searches in paths."""
    found = access_matter(request.user, matter_id)
    wanted = request.GET.get("q", "").strip()[:200]
    files = Document.objects.filter(matter_id=found.pk).select_related("duplicate_of", "parent")
    total = files.count()
    if wanted:
        files = files.filter(path__icontains=wanted)
    shown = list(files.defer("duplicate_of__banner").order_by("path", "created_at")[:SHOWN])
    warned, families = warned_documents(found), families_of(found)
    may_review = role_on(request.user, matter_id) in MAY["review"]
    context = {
        "matter": found,
        "q": wanted,
        "lines": _marked(tree_of(shown), warned, families),
        "shown": len(shown),
        "total": total,
        "problems": selectors.problem_groups(found),
        "warned": warned,
        "bundles": selectors.bundles_of(found),
        "figures": for_template(figures_of(found)),
        "families": families,
        "may_review": may_review,
        "joinable": joinable(found) if may_review else [],
        "may_deliver": role_on(request.user, matter_id) in MAY["upload"],
    }
    return answer(request, "documents/list.html#tree", context, at="documents")


@require_POST
@signed_in
def retry(request: SignedInRequest, document_id: UUID) -> HttpResponse:
    """Try a problem file again, with a password where one is missing."""
    document = access_document(request.user, document_id, to="upload")
    retry_document(document, by=request.user, password=request.POST.get("password", "")[:500])
    return _mended(request, document.matter_id, f"{document.name} is tried again.")


@require_POST
@signed_in
def retry_group(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """Try every file again that stopped for one cause; one password may open them all."""
    found = access_matter(request.user, matter_id, to="upload")
    cause = request.POST.get("cause", "")
    group = next((each for each in selectors.problem_groups(found) if each.cause == cause), None)
    if group is None:
        raise Invalid("No file is stopped for this cause any more.")
    number = 0
    for document in group.documents:
        try:
            retry_document(document, by=request.user, password=request.POST.get("password", "")[:500])
        except Conflict:
            continue  # its bytes never arrived, or somebody else mended it meanwhile
        number += 1
    return _mended(
        request, found.pk, f"{number} files are tried again." if number != 1 else "One file is tried again."
    )


@require_POST
@signed_in
def cancel(request: SignedInRequest, bundle_id: UUID) -> HttpResponse:
    """Stop what is not over of a delivery."""
    bundle = access_bundle(request.user, bundle_id, to="upload")
    stopped = cancel_bundle(bundle, by=request.user)
    return _mended(request, bundle.matter_id, f"Stopped. {stopped} files were not read.")


def _mended(request: SignedInRequest, matter_id: UUID, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    to = safe_next(request, reverse("documents", args=[matter_id]))
    return HttpResponse(headers={"HX-Redirect": to}) if request.htmx else redirect(to)


def tree_of(files: list[Document]) -> list[Line]:
    """Files under their folders, folders where they were; what came out of an archive or a mail lies under it."""
    lines: list[Line] = []
    folders: list[str] = []
    for document in files:
        *above, name = document.path.split("/")
        kept = 0
        while kept < min(len(folders), len(above)) and folders[kept] == above[kept]:
            kept += 1
        del folders[kept:]
        for folder in above[kept:]:
            lines.append(Line(len(folders), folder))
            folders.append(folder)
        lines.append(Line(len(folders), name, document))
        folders.append(name)  # what came out of an archive lies under the archive's own line
    _count(lines)
    return lines


def _marked(lines: list[Line], warned: list[Warned], families: Families) -> list[Line]:
    by_document = {each.document.pk: each for each in warned}
    for line in lines:
        if line.document is not None:
            line.warned = by_document.get(line.document.pk)
            line.family = families.by_document.get(line.document.pk)
    return lines


def _count(lines: list[Line]) -> None:
    open_folders: list[Line] = []
    for line in lines:
        del open_folders[line.depth :]
        if line.document is not None:
            for above in open_folders:
                above.count += 1
        open_folders.append(line)  # an archive has a depth as a folder has, or what follows counts wrongly

"""What leaves the house: the matter as an Excel or a Word file."""

import re
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from review.matters.access import access_matter
from review.matters.models import Matter
from review.reports.export_docx import export_docx
from review.reports.export_xlsx import export_xlsx

from .signed_in import SignedInRequest, signed_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_GET
@signed_in
def as_xlsx(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """Findings, sources and documents in one workbook."""
    matter = access_matter(request.user, matter_id)
    return as_file(matter, export_xlsx(matter, by=request.user), XLSX, "xlsx")


@require_GET
@signed_in
def as_docx(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """The red-flag report, each line with its source."""
    matter = access_matter(request.user, matter_id)
    return as_file(matter, export_docx(matter, by=request.user), DOCX, "docx")


def as_file(matter: Matter, content: bytes, media_type: str, ending: str) -> HttpResponse:
    """A file of this matter to keep, which no cache does."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", f"{matter.number} {matter.name}").strip("-") or "matter"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{ending}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=media_type, headers=headers)

"""The result of a matter as a file."""

import re
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema

from review.matters.access import access_matter
from review.matters.models import Matter
from review.reports.export_docx import export_docx
from review.reports.export_xlsx import export_xlsx

from .endpoint import Endpoint, ProgramRequest

OFFICE = "application/vnd.openxmlformats-officedocument"
EXCEL = f"{OFFICE}.spreadsheetml.sheet"
WORD = f"{OFFICE}.wordprocessingml.document"


class ExcelOfMatter(Endpoint):
    @extend_schema(operation_id="matters_export_xlsx", responses={(200, EXCEL): OpenApiTypes.BINARY})
    def get(self, request: ProgramRequest, matter_id: UUID) -> HttpResponse:
        """The findings, their sources and the documents as an Excel file."""
        matter = access_matter(request.user, matter_id)
        return as_file(export_xlsx(matter, by=request.user), EXCEL, matter, "xlsx")


class WordOfMatter(Endpoint):
    @extend_schema(operation_id="matters_export_docx", responses={(200, WORD): OpenApiTypes.BINARY})
    def get(self, request: ProgramRequest, matter_id: UUID) -> HttpResponse:
        """The red flags with their sources as a Word file."""
        matter = access_matter(request.user, matter_id)
        return as_file(export_docx(matter, by=request.user), WORD, matter, "docx")


def as_file(content: bytes, media_type: str, matter: Matter, ending: str) -> HttpResponse:
    """A file of this matter to keep, which no cache does."""
    name = re.sub(r"[^\w.-]+", "-", f"{matter.number} {matter.name}").strip("-.")[:100]
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{ending}")
    response["Cache-Control"] = "private, no-store"
    return response

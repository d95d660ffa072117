"""A scanned image on its own: made a PDF, then recognised like any page without text."""

from dataclasses import replace
from pathlib import Path

from review.intake.parsing.types import Limits, ParsedDocument

from .mupdf import pymupdf
from .pdf import read_pages
from .progress import Progress
from .refusal import Refusal


def read_picture(path: Path, kind: str, limits: Limits, progress: Progress) -> ParsedDocument:
    """The words on an image, with a PDF to show it. Raises Refusal."""
    try:
        with pymupdf.open(path, filetype=kind) as image:
            view = image.convert_to_pdf()
    except (pymupdf.FileDataError, pymupdf.mupdf.FzErrorBase) as fault:
        if "malloc" in str(fault):
            raise
        raise Refusal("corrupt", "This image is damaged and cannot be opened.") from None
    with pymupdf.open(stream=view, filetype="pdf") as document:
        parsed = read_pages(document, kind, limits, progress)
    return replace(parsed, view_pdf=view)

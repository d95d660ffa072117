"""A file of a known kind, read by the module for it."""

from dataclasses import replace
from pathlib import Path

from review.intake.parsing.types import Limits, ParsedDocument

from .language import language_of
from .mail import read_mail
from .pdf import read_pdf
from .picture import read_picture
from .plain_text import read_text
from .progress import Progress
from .word_file import read_word_file


def read(path: Path, kind: str, password: str | None, limits: Limits, progress: Progress) -> ParsedDocument:
    """Text, pages and language of a file. Raises Refusal."""
    parsed = _read(path, kind, password, limits, progress)
    language, confidence = language_of(parsed.content)
    return replace(parsed, language=language, language_confidence=confidence)


def _read(path: Path, kind: str, password: str | None, limits: Limits, progress: Progress) -> ParsedDocument:
    if kind == "pdf":
        return read_pdf(path, password, limits, progress)
    if kind == "docx":
        return read_word_file(path, limits, progress)
    if kind == "txt":
        return read_text(path, limits, progress)
    if kind == "eml":
        return read_mail(path, limits, progress)
    return read_picture(path, kind, limits, progress)

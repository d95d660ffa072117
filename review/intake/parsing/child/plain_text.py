"""A text file, character for character."""

import codecs
from pathlib import Path

from review.intake.parsing.types import Limits, ParsedDocument

from .layout import TYPEWRITER, lay_out
from .progress import Progress
from .refusal import Refusal

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read_text(path: Path, limits: Limits, progress: Progress) -> ParsedDocument:
    """The file's own text, line ends and all, on pages of our making. Raises Refusal."""
    text = decode(path.read_bytes())
    if len(text) > limits.characters:
        raise Refusal("over_limit", f"This file has more than {limits.characters} characters.")
    if not text.strip():
        raise Refusal("no_text", "There is nothing but blank space in this file.")
    view, pages = lay_out(text, TYPEWRITER, progress)
    return ParsedDocument(kind="txt", content=text, pages=pages, view_pdf=view)


def decode(data: bytes) -> str:
    """Bytes as text by their mark, else as UTF-8, else as Windows wrote it in the west; without NUL."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _without_nul(data[len(mark) :].decode(encoding, "replace"))
    try:
        return _without_nul(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _without_nul(data.decode("cp1252", "replace"))


def _without_nul(text: str) -> str:
    return text.replace("\x00", "")

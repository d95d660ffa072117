"""Everything from bytes to characters on a page.

A file is opened only in a child process (child/); importing this package brings no PDF library with it.
"""

from .parser import parse, parse_workbook, render_page, render_pages
from .types import (
    Attachment,
    Limits,
    ParsedDocument,
    ParsedPage,
    ParsedWorkbook,
    ParseProblem,
    Rectangle,
    Word,
    Worksheet,
)

__all__ = [
    "Attachment",
    "Limits",
    "ParseProblem",
    "ParsedDocument",
    "ParsedPage",
    "ParsedWorkbook",
    "Rectangle",
    "Word",
    "Worksheet",
    "parse",
    "parse_workbook",
    "render_page",
    "render_pages",
]

"""Everything from bytes to characters on a page.

A file is opened only in a child process (child/); importing this package brings no PDF library with it.
"""

from .parser import parse, render_page, render_pages
from .types import Attachment, Limits, ParsedDocument, ParsedPage, ParseProblem, Rectangle, Word

__all__ = [
    "Attachment",
    "Limits",
    "ParseProblem",
    "ParsedDocument",
    "ParsedPage",
    "Rectangle",
    "Word",
    "parse",
    "render_page",
    "render_pages",
]

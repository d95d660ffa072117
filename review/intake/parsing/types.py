"""What goes into parsing and what comes out, as plain values."""

from dataclasses import dataclass, field
from typing import Literal

from .character_map import Rectangle, Word

__all__ = [
    "Attachment",
    "Limits",
    "ParseProblem",
    "ParsedDocument",
    "ParsedPage",
    "ParsedWorkbook",
    "Rectangle",
    "RenderedPage",
    "Row",
    "Unseen",
    "UnseenKind",
    "Word",
    "Worksheet",
]

RenderedPage = tuple[bytes, str]  # the image's bytes and its media type
UnseenKind = Literal["hidden", "white", "tiny", "off_page"]
Row = tuple[int, tuple[str, ...]]  # the row's number in its sheet, from 1, and its cells as text


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost before its child process is stopped."""

    memory_bytes: int = 1 << 30  # address space of the child
    office_memory_bytes: int = 4 << 30  # address space of LibreOffice, which reserves far more than it uses
    cpu_seconds: int = 900  # of the child and of each command it starts
    wall_seconds: float = 3600
    silent_seconds: float = 90  # without finishing a page
    ocr_seconds: float = 3000  # all pages of one file together
    command_seconds: float = 60  # one page of OCR, one Word file converted
    input_bytes: int = 1 << 30
    output_bytes: int = 512 << 20
    unpacked_bytes: int = 512 << 20  # what the zip inside a Word file may grow to
    pages: int = 10_000
    characters: int = 50_000_000
    attachments: int = 500
    open_files: int = 256


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """A page: its range of code points in the text, its size in points as displayed, and its character map."""

    number: int  # from 1
    start: int
    end: int
    width: float
    height: float
    rotation: int
    character_map: bytes
    ocr_score: float | None = None  # mean confidence from 0 to 100 where the words were recognised


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a mail. The name is data and never a path."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Unseen:
    """Words that a person does not see: a range of the text, or, where they are in no text, the words themselves."""

    kind: UnseenKind
    page: int  # from 1; 0 where that is not known
    start: int = 0
    end: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """The text of a file and where it lies on its pages."""

    kind: str
    content: str
    pages: tuple[ParsedPage, ...]
    banner: dict[str, object] = field(default_factory=dict)
    original_content: str | None = None  # as before tracked changes
    view_pdf: bytes | None = None  # made for viewing when the file itself cannot be shown
    attachments: tuple[Attachment, ...] = ()
    mail_headers: dict[str, str] = field(default_factory=dict)
    language: str | None = None  # ISO 639-1
    language_confidence: float | None = None
    unseen: tuple[Unseen, ...] = ()


@dataclass(frozen=True, slots=True)
class Worksheet:
    """One sheet of a workbook: its name, and the rows that hold something."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ParsedWorkbook:
    """A spreadsheet as text. A formula counts as the value stored beside it; some have none."""

    kind: str  # xlsx or csv
    sheets: tuple[Worksheet, ...]
    unread_formulas: int = 0


@dataclass(frozen=True, slots=True)
class ParseProblem:
    """Why a file could not be read: a code for machines and a sentence for people."""

    cause_code: str
    sentence: str
    detail: str = ""  # for a log: where in our code, never a word of the file

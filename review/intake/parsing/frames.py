"""What a child hands back: one line of JSON and the bytes behind it.

The child has read hostile bytes and may itself be hostile, so nothing here can run code (no pickle) and every
value is checked on the way in.
"""

import json
from collections.abc import Iterable
from typing import Any, get_args

from .types import (
    Attachment,
    ParsedDocument,
    ParsedPage,
    ParsedWorkbook,
    ParseProblem,
    RenderedPage,
    Row,
    Unseen,
    UnseenKind,
    Worksheet,
)

Outcome = ParsedDocument | ParsedWorkbook | ParseProblem | list[RenderedPage]


class BadFrame(ValueError):
    """The child wrote something that is no outcome."""


def encode(outcome: Outcome) -> Iterable[bytes]:
    """An outcome as pieces to write one after another."""
    blobs: list[bytes] = []
    if isinstance(outcome, ParseProblem):
        head: dict[str, Any] = {"problem": [outcome.cause_code, outcome.sentence, outcome.detail]}
    elif isinstance(outcome, ParsedDocument):
        head = {"document": _document_head(outcome, blobs)}
    elif isinstance(outcome, ParsedWorkbook):
        head = {"workbook": _workbook_head(outcome, blobs)}
    else:
        head = {"images": [media_type for _, media_type in outcome]}
        blobs = [image for image, _ in outcome]
    head["blobs"] = [len(blob) for blob in blobs]
    yield json.dumps(head, allow_nan=False).encode() + b"\n"
    yield from blobs


def _workbook_head(workbook: ParsedWorkbook, blobs: list[bytes]) -> dict[str, Any]:
    blobs.extend(json.dumps(sheet.rows).encode() for sheet in workbook.sheets)
    return {
        "kind": workbook.kind,
        "sheets": [sheet.name for sheet in workbook.sheets],
        "unread_formulas": workbook.unread_formulas,
    }


def _document_head(document: ParsedDocument, blobs: list[bytes]) -> dict[str, Any]:
    blobs.append(document.content.encode())
    blobs.append((document.original_content or "").encode())
    blobs.append(document.view_pdf or b"")
    blobs.extend(page.character_map for page in document.pages)
    blobs.extend(attachment.data for attachment in document.attachments)
    return {
        "kind": document.kind,
        "banner": document.banner,
        "mail_headers": document.mail_headers,
        "language": document.language,
        "language_confidence": document.language_confidence,
        "has_original": document.original_content is not None,
        "has_view": document.view_pdf is not None,
        "pages": [
            [page.start, page.end, page.width, page.height, page.rotation, page.ocr_score]
            for page in document.pages
        ],
        "unseen": [[each.kind, each.page, each.start, each.end, each.words] for each in document.unseen],
        "attachments": [[attachment.name, attachment.media_type] for attachment in document.attachments],
    }


def decode(data: bytes) -> Outcome:
    """The outcome in what a child wrote. Raises BadFrame."""
    try:
        line = data.index(b"\n")
        head = json.loads(data[:line])
        blobs = _cut(memoryview(data)[line + 1 :], head["blobs"])
        if "problem" in head:
            return ParseProblem(*(str(part)[:2000] for part in head["problem"]))
        if "images" in head:
            return [(image, str(kind)) for image, kind in zip(blobs, head["images"], strict=True)]
        if "workbook" in head:
            return _workbook(head["workbook"], blobs)
        return _document(head["document"], blobs)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as fault:
        raise BadFrame(type(fault).__name__) from fault


def _cut(rest: memoryview, lengths: list[int]) -> list[bytes]:
    if any(type(length) is not int or length < 0 for length in lengths) or sum(lengths) != len(rest):
        raise BadFrame("lengths")
    blobs, at = [], 0
    for length in lengths:
        blobs.append(bytes(rest[at : at + length]))
        at += length
    return blobs


def _document(head: dict[str, Any], blobs: list[bytes]) -> ParsedDocument:
    content = blobs[0].decode()
    if "\x00" in content:
        raise BadFrame("NUL")
    page_count = len(head["pages"])
    maps, files = blobs[3 : 3 + page_count], blobs[3 + page_count :]
    confidence = head["language_confidence"]
    return ParsedDocument(
        kind=str(head["kind"]),
        content=content,
        pages=tuple(
            _page(number, row, character_map, len(content))
            for number, (row, character_map) in enumerate(zip(head["pages"], maps, strict=True), 1)
        ),
        banner={str(key): value for key, value in head["banner"].items()},
        original_content=blobs[1].decode() if head["has_original"] else None,
        view_pdf=blobs[2] if head["has_view"] else None,
        attachments=tuple(
            Attachment(str(name), str(media_type), data)
            for (name, media_type), data in zip(head["attachments"], files, strict=True)
        ),
        mail_headers={str(name): str(value) for name, value in head["mail_headers"].items()},
        language=None if head["language"] is None else str(head["language"])[:8],
        language_confidence=None if confidence is None else float(confidence),
        unseen=tuple(_unseen(row, len(content)) for row in head["unseen"]),
    )


def _unseen(row: list[Any], length: int) -> Unseen:
    kind, page, start, end, words = row
    if kind not in get_args(UnseenKind) or "\x00" in words:
        raise BadFrame("unseen words of no kind")
    if not (0 <= int(start) <= int(end) <= length and int(page) >= 0):
        raise BadFrame("unseen words outside the text")
    return Unseen(kind, int(page), int(start), int(end), str(words))


def _workbook(head: dict[str, Any], blobs: list[bytes]) -> ParsedWorkbook:
    sheets = (
        Worksheet(str(name)[:100], tuple(_row(row) for row in json.loads(rows)))
        for name, rows in zip(head["sheets"], blobs, strict=True)
    )
    return ParsedWorkbook(str(head["kind"])[:20], tuple(sheets), int(head["unread_formulas"]))


def _row(row: list[Any]) -> Row:
    number, cells = row
    if (
        type(number) is not int
        or number < 1
        or any(type(cell) is not str or "\x00" in cell for cell in cells)
    ):
        raise BadFrame("a row that is none")
    return number, tuple(cells)


def _page(number: int, row: list[Any], character_map: bytes, length: int) -> ParsedPage:
    start, end, width, height, rotation, ocr_score = row
    if not 0 <= int(start) <= int(end) <= length:
        raise BadFrame("a page outside the text")
    return ParsedPage(
        number=number,
        start=int(start),
        end=int(end),
        width=float(width),
        height=float(height),
        rotation=int(rotation),
        character_map=character_map,
        ocr_score=None if ocr_score is None else float(ocr_score),
    )

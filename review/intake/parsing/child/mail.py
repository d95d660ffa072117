"""A mail: its headers and body as text on pages, its attachments as files of their own."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from pathlib import Path

from review.intake.parsing.archives import display_parts
from review.intake.parsing.types import Attachment, Limits, ParsedDocument, Unseen

from .html_text import text_of_html
from .layout import LETTER, lay_out
from .plain_text import decode
from .progress import Progress
from .refusal import Refusal
from .unseen_marks import on_their_pages, unmarked

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_KEPT = (*_SHOWN, "Bcc", "Reply-To", "Message-ID", "In-Reply-To", "References")
_MOST_UNSEEN = 300  # passages of one mail
_DEEPEST = 20  # parts within parts; a mail within the mail is an attachment and starts anew


def read_mail(path: Path, limits: Limits, progress: Progress) -> ParsedDocument:
    """The mail as it would be printed, and what was attached to it. Raises Refusal."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    headers = {name: value for name in _KEPT if (value := _header(message, name))}
    parts = list(_parts(message, 0))
    body, unseen, body_part = _body(parts)
    head = "\n".join(f"{name}: {headers[name]}" for name in _SHOWN if name in headers)
    content = f"{head}\n\n{body}"
    begins = len(content) - len(body)
    if len(content) > limits.characters:
        raise Refusal("over_limit", f"This mail has more than {limits.characters} characters.")
    attached = [part for part in parts if part is not body_part and _is_attached(part)]
    view, pages = lay_out(content, LETTER, progress)
    left_out = len(attached) - limits.attachments
    return ParsedDocument(
        kind="eml",
        content=content,
        pages=pages,
        banner={"attachments_left_out": left_out} if left_out > 0 else {},
        view_pdf=view,
        attachments=tuple(
            _attachment(part, number) for number, part in enumerate(attached[: limits.attachments], 1)
        ),
        unseen=on_their_pages(
            (
                replace(each, start=each.start + begins, end=each.end + begins)
                for each in unseen[:_MOST_UNSEEN]
            ),
            pages,
        ),
        mail_headers={name.lower().replace("-", "_"): value for name, value in headers.items()},
    )


def _parts(message: Message, depth: int) -> Iterator[Message]:
    """The leaves of a mail; a mail inside is one leaf."""
    if depth > _DEEPEST:
        raise Refusal("too_deep", f"The parts of this mail are nested more than {_DEEPEST} deep.")
    if not message.is_multipart() or message.get_content_type() == "message/rfc822":
        yield message
        return
    for part in message.get_payload():
        yield from _parts(part, depth + 1)  # type: ignore[arg-type]


def _body(parts: list[Message]) -> tuple[str, tuple[Unseen, ...], Message | None]:
    """The text of the mail, what of it is not seen, and the part it came from: plain text if it says anything."""
    for wanted in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == wanted and part.get_content_disposition() != "attachment":
                is_html = wanted == "text/html"
                text = _storable(text_of_html(_text(part)) if is_html else _text(part)).replace("\r\n", "\n")
                if text.strip():
                    return *(unmarked(text) if is_html else (text, ())), part
    return "", (), None


def _text(part: Message) -> str:
    data = _bytes(part)
    try:
        return data.decode(part.get_content_charset("utf-8"))
    except (LookupError, UnicodeDecodeError):
        return decode(data)


def _is_attached(part: Message) -> bool:
    """Everything that is no body: not the other rendering of the text, not pictures woven into it."""
    if part.get_content_disposition() == "attachment" or part.get_content_type() == "message/rfc822":
        return True
    if part.get_content_maintype() == "image" and part.get("Content-ID"):
        return False
    return bool(_file_name(part)) or part.get_content_type() not in {"text/plain", "text/html"}


def _attachment(part: Message, number: int) -> Attachment:
    kind = part.get_content_type()
    if kind == "message/rfc822":
        inner = part.get_payload(0) if part.is_multipart() else part
        assert isinstance(inner, Message)
        name = _file_name(part) or f"{_header(inner, 'Subject') or f'message {number}'}.eml"
        return Attachment(_shown(name), kind, inner.as_bytes(policy=email.policy.compat32))
    return Attachment(_shown(_file_name(part) or f"attachment {number}"), kind, _bytes(part))


def _bytes(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else str(part.get_payload()).encode("utf-8", "surrogateescape")


def _file_name(part: Message) -> str:
    try:
        return part.get_filename() or ""
    except (
        ValueError,
        IndexError,
        AttributeError,
        LookupError,
    ):  # what the header parser raises on odd input
        return ""


def _shown(name: str) -> str:
    """A name for display: its last part only, short enough to keep its ending."""
    return display_parts(_storable(name.replace("\n", " ")).replace("/", "_").replace("\\", "_"))[-1]


def _header(message: Message, name: str) -> str:
    try:
        value = message.get(name)
    except (ValueError, IndexError, AttributeError, LookupError, TypeError):
        raw = [text for key, text in message._headers if key.lower() == name.lower()]  # type: ignore[attr-defined]
        value = raw[0] if raw else None
    return " ".join(_storable(str(value)).split()) if value else ""


def _storable(text: str) -> str:
    """Undecodable bytes hide in mails as lone surrogates."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")

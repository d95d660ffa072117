"""What a file is, told by its bytes and never by its name."""

import re
import zipfile
from pathlib import Path

from .archives import open_directory

HEAD = 8192
_MAGIC = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"!BDN", "pst"),
    (b"%!PS", "postscript"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)
_OFFICE_PARTS = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("__substg1.0_", "msg"),
    ("__properties_version1.0", "msg"),
    ("EncryptedPackage", "encrypted_office"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("PowerPoint Document", "ppt"),
)
_MAIL_HEADER = re.compile(
    rb"^(return-path|received|from|to|cc|bcc|subject|date|message-id|mime-version|reply-to|sender|delivered-to"
    rb"|content-type|content-transfer-encoding|dkim-signature|authentication-results|thread-topic|thread-index"
    rb"|references|in-reply-to|importance|x-[a-z0-9-]+|arc-[a-z-]+):",
    re.IGNORECASE,
)
_ANY_HEADER = re.compile(rb"^[!-9;-~]+:")
_HTML = re.compile(rb"^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.I | re.S)

NAMES = {
    "7z": "a 7-Zip archive (.7z)",
    "bz2": "a bzip2 archive (.bz2)",
    "doc": "an old Word document (.doc)",
    "docx": "a Word document (.docx)",
    "eml": "a mail (.eml)",
    "encrypted_office": "an encrypted Office document",
    "gif": "a GIF image",
    "gz": "a gzip archive (.gz)",
    "html": "an HTML page",
    "jpeg": "a JPEG image",
    "msg": "an Outlook message (.msg)",
    "odt": "an OpenDocument text (.odt)",
    "ole": "an old Office file",
    "pdf": "a PDF",
    "png": "a PNG image",
    "postscript": "a PostScript file",
    "ppt": "an old PowerPoint presentation (.ppt)",
    "pptx": "a PowerPoint presentation (.pptx)",
    "program": "a program",
    "pst": "an Outlook mailbox (.pst)",
    "rar": "a RAR archive (.rar)",
    "rtf": "a Rich Text document (.rtf)",
    "tiff": "a TIFF image",
    "txt": "a text file",
    "unknown": "of a type we do not know",
    "webp": "a WebP image",
    "xls": "an old Excel workbook (.xls)",
    "xlsx": "an Excel workbook (.xlsx)",
    "xml": "an XML file",
    "xz": "an xz archive (.xz)",
    "zip": "a zip archive (.zip)",
}


def sniff(path: Path) -> str:
    """The kind of a file: a key of NAMES, or "empty"."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        return "empty"
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(path)
    if head.startswith(_OLE):
        return _ole_kind(path)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    for magic, kind in _MAGIC:
        if head.startswith(magic) and not (kind in ("program", "bz2") and _is_text(head)):
            return kind
    if b"%PDF-" in head[:1024]:
        return "pdf"
    return _text_kind(head)


def _zip_kind(path: Path) -> str:
    try:
        with open_directory(path) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" in names:
                return next(
                    (kind for part, kind in _OFFICE_PARTS if any(n.startswith(part) for n in names)), "zip"
                )
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                with archive.open("mimetype") as file:
                    if b"opendocument.text" in file.read(200):
                        return "odt"
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        pass
    return "zip"


def _ole_kind(path: Path) -> str:
    """Stream names stand in the directory sectors, wherever these lie, as UTF-16."""
    wanted = [(name.encode("utf-16-le"), kind) for name, kind in _OLE_STREAMS]
    found: set[str] = set()
    with path.open("rb") as file:
        before = b""
        while block := file.read(1 << 20):
            window = before + block
            found |= {kind for name, kind in wanted if name in window}
            before = window[-64:]
    return next((kind for _, kind in _OLE_STREAMS if kind in found), "ole")


def _text_kind(head: bytes) -> str:
    if not _is_text(head):
        return "unknown"
    bare = head.removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(bare):
        return "html"
    if bare.lstrip().startswith(b"<?xml"):
        return "xml"
    return "eml" if _is_mail(bare) else "txt"


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    odd = sum(byte < 32 and byte not in b"\t\n\r\f\x0b\x1b" for byte in head)
    return odd <= max(2, len(head) // 200)


def _is_mail(head: bytes) -> bool:
    """At least two well-known mail headers, before anything that is no header."""
    known: set[bytes] = set()
    lines = re.split(rb"\r?\n", head)
    if lines and lines[0].startswith(b"From "):
        lines = lines[1:]
    for line in lines:
        if not line:
            break
        if line[:1] in b" \t":
            continue
        if not _ANY_HEADER.match(line):
            return False
        if header := _MAIL_HEADER.match(line):
            known.add(header.group(1).lower())
    strong = {b"return-path", b"received", b"message-id", b"mime-version", b"content-type", b"dkim-signature"}
    return len(known) >= 2 and bool(known & strong or ({b"from", b"subject"} <= known and b"date" in known))

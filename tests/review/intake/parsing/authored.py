"""Small invented files, made on the spot."""

import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pymupdf

from review.intake.parsing.character_map import unpack
from review.intake.parsing.types import ParsedDocument

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def pdf(path: Path, *pages: str, rotation: int = 0, **saving: object) -> Path:
    """A PDF with these texts, one a page, a paragraph at every empty line."""
    with pymupdf.open() as document:
        for text in pages:
            page = document.new_page()
            for index, paragraph in enumerate(text.split("\n\n")):
                page.insert_text((72, 90 + 60 * index), paragraph.split("\n"), fontsize=11)
            page.set_rotation(rotation)
        if not pages:
            document.new_page()
        document.save(path, **saving)
    return path


def scan(path: Path, text: str) -> Path:
    """The same as a picture of text, which has no words in it."""
    with pymupdf.open() as typed:
        typed.new_page().insert_text((72, 90), text.split("\n"), fontsize=14)
        picture = typed[0].get_pixmap(dpi=150, colorspace=pymupdf.csGRAY)
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_image(page.rect, stream=picture.tobytes("png"))
        document.save(path)
    return path


def docx(path: Path, body: str, **others: str) -> Path:
    """A Word file whose document part has this body; others are further parts, "header1" for word/header1.xml."""
    kinds = {name: "".join(letter for letter in name if letter.isalpha()) for name in others}
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        f'wordprocessingml.{kind}+xml"/>'
        for name, kind in {"document": "document.main", **kinds}.items()
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    links = "".join(
        f'<Relationship Id="{name}" Type="{office}/{kind}" Target="{name}.xml"/>'
        for name, kind in kinds.items()
    )
    section = "".join(
        f'<w:{kind}Reference w:type="default" r:id="{name}"/>'
        for name, kind in kinds.items()
        if kind in ("header", "footer")
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{package}/relationships">{links}</Relationships>',
        )
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{W}" xmlns:r="{office}"><w:body>{body}<w:sectPr>{section}</w:sectPr></w:body>'
            "</w:document>",
        )
        for name, part in others.items():
            archive.writestr(f"word/{name}.xml", part)
    return path


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def inserted(text: str) -> str:
    return f'<w:ins w:id="1" w:author="Counterparty">{run(text)}</w:ins>'


def deleted(text: str) -> str:
    gone = f'<w:r><w:delText xml:space="preserve">{text}</w:delText></w:r>'
    return f'<w:del w:id="2" w:author="Counterparty">{gone}</w:del>'


def paragraph(*runs: str, mark: str = "") -> str:
    settings = f'<w:pPr><w:rPr><w:{mark} w:id="3" w:author="Counterparty"/></w:rPr></w:pPr>' if mark else ""
    return f"<w:p>{settings}{''.join(runs)}</w:p>"


def mail(path: Path, text: str = "Please find the draft attached.") -> EmailMessage:
    """A mail from Ann to Ben, written to `path`; change it and write it again as needed."""
    message = EmailMessage()
    message["From"] = "Ann Archer <ann@archer.example>"
    message["To"] = "ben@bowman.example"
    message["Subject"] = "Draft supply agreement"
    message["Date"] = "Mon, 02 Nov 2026 10:00:00 +0000"
    message["Message-ID"] = "<one@archer.example>"
    message.set_content(text)
    path.write_bytes(message.as_bytes())
    return message


def zipped(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return path


def words(parsed: ParsedDocument) -> list[str]:
    """Every mapped word as it stands in the text, page after page."""
    return [
        parsed.content[word.start : word.end] for page in parsed.pages for word in unpack(page.character_map)
    ]


def picture_bytes() -> bytes:
    """A small PNG with a few letters on it."""
    with pymupdf.open() as document:
        document.new_page(width=200, height=60).insert_text((20, 35), "Signed and sealed", fontsize=16)
        return io.BytesIO(document[0].get_pixmap(dpi=150).tobytes("png")).getvalue()

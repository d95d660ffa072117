import pytest

from review.intake.parsing.sniff import NAMES, sniff

from . import authored

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n...", "pdf"),
        (b"junk of a mail gateway\r\n" * 20 + b"%PDF-1.4\n", "pdf"),
        (b"x" * 1100 + b"%PDF-1.4\n", "txt"),
        (b"{\\rtf1\\ansi hello}", "rtf"),
        (b"\x89PNG\r\n\x1a\n....", "png"),
        (b"\xff\xd8\xff\xe0....", "jpeg"),
        (b"II*\x00....", "tiff"),
        (OLE + "WordDocument".encode("utf-16-le"), "doc"),
        (OLE + "__substg1.0_0037001F".encode("utf-16-le"), "msg"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted_office"),
        (OLE, "ole"),
        (b"<!DOCTYPE html><html><body>Agreement</body></html>", "html"),
        (b"<?xml version='1.0'?><deed/>", "xml"),
        (b"From: a@x.example\nTo: b@x.example\nMessage-ID: <1@x>\n\nDear Ben", "eml"),
        (b"Return-Path: <a@x>\r\nReceived: from x\r\n by y\r\nSubject: deed\r\n\r\n", "eml"),
        (b"To: the Board\nFrom: Ann\n\nThis memorandum is no mail.", "txt"),
        (b"This Agreement: between the parties", "txt"),
        ("Vertrag über Lieferung".encode(), "txt"),
        ("Vertrag".encode("utf-16"), "txt"),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04\x00" + bytes(100), "program"),
        (b"\x00\x01\x02\x03" * 50, "unknown"),
    ],
)
def test_a_file_is_told_by_its_bytes(tmp_path, data, kind):
    (tmp_path / "misnamed.xyz").write_bytes(data)
    assert sniff(tmp_path / "misnamed.xyz") == kind
    assert kind in NAMES or kind == "empty"


def test_office_files_are_told_from_plain_archives(tmp_path):
    parts = [("[Content_Types].xml", b"<Types/>")]
    assert sniff(authored.docx(tmp_path / "a", authored.paragraph(authored.run("Deed")))) == "docx"
    assert sniff(authored.zipped(tmp_path / "b", *parts, ("xl/workbook.xml", b""))) == "xlsx"
    assert sniff(authored.zipped(tmp_path / "c", *parts, ("ppt/presentation.xml", b""))) == "pptx"
    assert sniff(authored.zipped(tmp_path / "d", ("deeds/one.pdf", b"%PDF"))) == "zip"
    odt = ("mimetype", b"application/vnd.oasis.opendocument.text")
    assert sniff(authored.zipped(tmp_path / "e", odt)) == "odt"


def test_a_damaged_archive_is_still_called_an_archive(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04" + bytes(200))
    assert sniff(tmp_path / "a.zip") == "zip"

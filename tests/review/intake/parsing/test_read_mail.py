from email.message import EmailMessage

from review.intake.parsing import Limits, ParsedDocument, ParseProblem, parse

from . import authored

PRINTED = """From: Ann Archer <ann@archer.example>
To: ben@bowman.example
Date: Mon, 02 Nov 2026 10:00:00 +0000
Subject: Draft supply agreement

Please find the draft attached.
"""


def read(path, message: EmailMessage | bytes, **choices) -> ParsedDocument:
    path.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
    parsed = parse(path, path.name, **choices)
    assert isinstance(parsed, ParsedDocument), parsed
    return parsed


def test_a_mail_reads_as_it_would_be_printed(tmp_path):
    path = tmp_path / "a.eml"
    parsed = read(path, authored.mail(path))
    assert parsed.content == PRINTED
    assert parsed.kind == "eml"
    assert authored.words(parsed) == PRINTED.split()
    assert parsed.mail_headers["message_id"] == "<one@archer.example>"
    assert parsed.mail_headers["subject"] == "Draft supply agreement"


def test_attachments_come_as_data_with_harmless_names(tmp_path):
    path = tmp_path / "a.eml"
    message = authored.mail(path)
    message.add_attachment(
        b"%PDF-1.7", maintype="application", subtype="pdf", filename="../../etc/lease\u202e.pdf"
    )
    message.add_attachment(b"\x00\x01", maintype="application", subtype="octet-stream")
    first, second = read(path, message).attachments
    assert (first.name, first.media_type, first.data) == (
        ".._.._etc_lease.pdf",
        "application/pdf",
        b"%PDF-1.7",
    )
    assert second.name == "attachment 2"


def test_a_mail_inside_a_mail_is_one_attachment(tmp_path):
    path = tmp_path / "a.eml"
    inner = authored.mail(tmp_path / "inner.eml", "The inner text.")
    inner.add_attachment(b"x", maintype="application", subtype="pdf", filename="deep.pdf")
    outer = authored.mail(path)
    outer.add_attachment(inner)
    parsed = read(path, outer)
    (attachment,) = parsed.attachments
    assert (attachment.name, attachment.media_type) == ("Draft supply agreement.eml", "message/rfc822")
    assert "The inner text." not in parsed.content
    assert "The inner text." in read(tmp_path / "again.eml", attachment.data).content


def test_html_is_read_as_seen(tmp_path):
    path = tmp_path / "a.eml"
    message = authored.mail(path)
    message.set_content(
        "<html><head><title>no</title><style>p {}</style></head><body><p>Dear Ben,</p>"
        "<script>alert(1)</script><p>the rent is<br>due &amp; payable.</p></body></html>",
        subtype="html",
    )
    parsed = read(path, message)
    assert parsed.content.endswith("\n\nDear Ben,\n\nthe rent is\ndue & payable.")
    assert parsed.attachments == ()


def test_of_two_renderings_the_plain_one_is_read_and_neither_is_attached(tmp_path):
    path = tmp_path / "a.eml"
    message = authored.mail(path)
    message.add_alternative("<p>Please find the draft attached, in colour.</p>", subtype="html")
    parsed = read(path, message)
    assert parsed.content == PRINTED
    assert parsed.attachments == ()


def test_odd_charsets_and_broken_headers_are_survived(tmp_path):
    parsed = read(
        tmp_path / "a.eml",
        b"From: =?utf-8?q?J=C3=BCrgen?= <j@x.example>\nSubject: =?no-such?b?////?=\nMessage-ID: <<[>\nDate: never\n"
        b"To: undisclosed recipients:;,<\nContent-Type: text/plain; charset=no-such\n\n"
        b"Zahlung f\xfcr die Miete\xff\x00\n",
    )
    assert "Jürgen" in parsed.content
    assert "Zahlung für die Miete" in parsed.content


def test_parts_nested_beyond_reason_are_refused(tmp_path):
    nested = b"From: a@x.example\nMIME-Version: 1.0\nSubject: deep\n"
    for level in range(40):
        nested += b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level)
    (tmp_path / "a.eml").write_bytes(nested + b"Content-Type: text/plain\n\ndeep\n")
    problem = parse(tmp_path / "a.eml", "a.eml")
    assert isinstance(problem, ParseProblem)
    assert problem.cause_code == "too_deep"


def test_attachments_beyond_the_limit_are_counted(tmp_path):
    path = tmp_path / "a.eml"
    message = authored.mail(path)
    for number in range(5):
        message.add_attachment(b"x", maintype="application", subtype="pdf", filename=f"{number}.pdf")
    parsed = read(path, message, limits=Limits(attachments=3))
    assert len(parsed.attachments) == 3
    assert parsed.banner == {"attachments_left_out": 2}

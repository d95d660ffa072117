import shutil

import pymupdf
import pytest

from review.intake.parsing import ParsedDocument, ParseProblem, parse
from review.intake.parsing.character_map import boxes, unpack

from . import authored

LEASE = "This Lease is made between Ann Archer\nand Ben Bowman.\n\nThe rent is due on the first day of each month."


def read(path, **choices) -> ParsedDocument:
    parsed = parse(path, path.name, **choices)
    assert isinstance(parsed, ParsedDocument), parsed
    return parsed


def cause(path, name="lease.pdf", **choices) -> str:
    problem = parse(path, name, **choices)
    assert isinstance(problem, ParseProblem), problem
    assert problem.sentence.endswith(".")
    return problem.cause_code


def test_words_lines_blocks_and_pages_are_joined_as_promised(tmp_path):
    parsed = read(authored.pdf(tmp_path / "lease.pdf", LEASE, "Signed by both parties in London."))
    assert parsed.content == f"{LEASE}\n\nSigned by both parties in London."
    assert parsed.kind == "pdf"
    assert [(page.number, parsed.content[page.start : page.end]) for page in parsed.pages] == [
        (1, LEASE),
        (2, "Signed by both parties in London."),
    ]
    assert (parsed.pages[0].width, parsed.pages[0].height, parsed.pages[0].ocr_score) == (595, 842, None)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_every_word_lies_where_it_is_displayed(tmp_path, rotation):
    path = authored.pdf(tmp_path / "lease.pdf", LEASE, rotation=rotation)
    parsed = read(path)
    assert authored.words(parsed) == LEASE.split()
    (page,) = parsed.pages
    assert page.rotation == rotation
    assert (page.width, page.height) == ((595, 842) if rotation % 180 == 0 else (842, 595))
    with pymupdf.open(path) as document:
        matrix = document[0].rotation_matrix
        expected = [pymupdf.Rect(word[:4]) * matrix for word in document[0].get_text("words")]
        ink = document[0].get_pixmap(dpi=72)
    for word, box in zip(unpack(page.character_map), expected, strict=True):
        assert (word.x0, word.y0, word.x1, word.y1) == pytest.approx(tuple(box), abs=0.05)
        dark = [
            min(ink.pixel(x, y)) < 128
            for x in range(int(word.x0), int(word.x1))
            for y in range(int(word.y0), int(word.y1))
        ]
        assert any(dark)


def test_a_quote_over_two_lines_has_two_boxes(tmp_path):
    parsed = read(authored.pdf(tmp_path / "lease.pdf", LEASE))
    start = parsed.content.index("Ann Archer\nand Ben")
    assert len(boxes(parsed.pages[0].character_map, start, start + len("Ann Archer\nand Ben"))) == 2


def test_ligatures_become_letters(tmp_path):
    with pymupdf.open() as document:
        page = document.new_page()
        writer = pymupdf.TextWriter(page.rect)
        writer.append(
            (72, 90),
            "The o\ufb03ce of the \ufb01rm holds the certi\ufb01cate safely",
            font=pymupdf.Font("cjk"),
        )
        writer.write_text(page)
        document.save(tmp_path / "a.pdf")
    assert read(tmp_path / "a.pdf").content == "The office of the firm holds the certificate safely"


def test_filled_form_fields_are_text(tmp_path):
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_text((72, 90), "The tenant named in this form shall be:")
        field = pymupdf.Widget()
        field.field_type, field.field_name = pymupdf.PDF_WIDGET_TYPE_TEXT, "tenant"
        field.field_value, field.rect = "Bowman Holdings", pymupdf.Rect(72, 110, 300, 130)
        page.add_widget(field)
        document.save(tmp_path / "form.pdf")
    assert "Bowman Holdings" in read(tmp_path / "form.pdf").content


def test_the_language_is_told_with_its_confidence(tmp_path):
    german = "Dieser Vertrag wird zwischen den Parteien geschlossen\nund unterliegt deutschem Recht."
    parsed = read(authored.pdf(tmp_path / "a.pdf", german))
    assert parsed.language == "de"
    assert parsed.language_confidence is not None
    assert parsed.language_confidence > 0.8
    assert read(authored.pdf(tmp_path / "b.pdf", "Schedule one, part two of it")).language is None


def test_a_locked_file_opens_with_its_password_and_only_with_it(tmp_path):
    locked = {"encryption": pymupdf.PDF_ENCRYPT_AES_256, "user_pw": "sesame", "owner_pw": "owner"}
    path = authored.pdf(tmp_path / "lease.pdf", LEASE, **locked)
    assert cause(path) == "needs_password"
    assert cause(path, password="wrong") == "needs_password"
    parsed = read(path, password="sesame")
    assert parsed.content == LEASE
    assert parsed.view_pdf is not None
    with pymupdf.open(stream=parsed.view_pdf) as unlocked:
        assert not unlocked.needs_pass


def test_a_header_after_some_junk_is_found(tmp_path):
    path = authored.pdf(tmp_path / "lease.pdf", LEASE)
    path.write_bytes(b"X-Gateway: scanned\r\n" * 40 + path.read_bytes())
    assert LEASE.split()[0] in read(path).content


def test_other_things_called_pdf_are_named(tmp_path):
    path = tmp_path / "blob"
    path.write_bytes(b"<html><body>%s</body></html>" % LEASE.encode())
    assert cause(path) == "disguised"
    path.write_text(LEASE)
    assert cause(path) == "disguised"
    path.write_bytes(b"%PDF-1.7\n" + b"\x00\x01nonsense" * 100)
    assert cause(path) == "corrupt"
    path.write_bytes(b"")
    assert cause(path) == "empty_file"


def test_a_blank_page_has_no_text(tmp_path):
    assert cause(authored.pdf(tmp_path / "blank.pdf")) == "no_text"


def test_too_many_pages_are_over_the_limit(tmp_path):
    from review.intake.parsing import Limits

    assert (
        cause(authored.pdf(tmp_path / "a.pdf", "one", "two", "three"), limits=Limits(pages=2)) == "over_limit"
    )


needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")


@needs_tesseract
def test_a_scanned_page_is_recognised_with_its_score_and_boxes(tmp_path):
    parsed = read(
        authored.scan(tmp_path / "scan.pdf", "The Supplier shall deliver\nthe Goods within sixty days.")
    )
    assert parsed.content == "The Supplier shall deliver\nthe Goods within sixty days."
    (page,) = parsed.pages
    assert page.ocr_score is not None
    assert page.ocr_score > 70
    supplier = unpack(page.character_map)[1]
    assert parsed.content[supplier.start : supplier.end] == "Supplier"
    assert 85 < supplier.x0 < 125
    assert 75 < supplier.y0 < supplier.y1 < 98


@needs_tesseract
def test_an_image_file_is_recognised(tmp_path):
    (tmp_path / "page.png").write_bytes(authored.picture_bytes())
    parsed = read(tmp_path / "page.png")
    assert (parsed.kind, parsed.content) == ("png", "Signed and sealed")
    assert parsed.view_pdf is not None


def test_without_tesseract_a_scan_needs_ocr_and_a_mixed_file_keeps_its_text(tmp_path, monkeypatch):
    from review.intake.parsing.warm_parent import warm_parent

    warm_parent.close()
    monkeypatch.setenv("PATH", str(tmp_path))
    try:
        scan = authored.scan(tmp_path / "scan.pdf", "The Supplier shall deliver.")
        assert cause(scan) == "needs_ocr"
        with pymupdf.open(authored.pdf(tmp_path / "typed.pdf", LEASE)) as mixed, pymupdf.open(scan) as other:
            mixed.insert_pdf(other)
            mixed.save(tmp_path / "mixed.pdf")
        parsed = read(tmp_path / "mixed.pdf")
        assert parsed.content.strip() == LEASE
        assert parsed.banner == {"pages_without_text": [2]}
    finally:
        warm_parent.close()

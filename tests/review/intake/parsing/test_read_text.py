import pymupdf
import pytest

from review.intake.parsing import ParsedDocument, ParseProblem, parse
from review.intake.parsing.character_map import unpack

from .authored import words


def read(path, data: bytes) -> ParsedDocument:
    path.write_bytes(data)
    parsed = parse(path, path.name)
    assert isinstance(parsed, ParsedDocument), parsed
    return parsed


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Line one\r\nLine two\rLine three\n\n\tend  ", "Line one\r\nLine two\rLine three\n\n\tend  "),
        ("Kündigung – “Frist”".encode(), "Kündigung – “Frist”"),
        (b"\xef\xbb\xbfmarked", "marked"),
        ("契約書 Vertrag".encode("utf-16"), "契約書 Vertrag"),
        ("契約書".encode("utf-16-be").join([b"\xfe\xff", b""]), "契約書"),
        ("\x93Term\x94 means \x80".encode("latin-1"), "“Term” means €"),
        (b"a page\x0canother page", "a page\x0canother page"),
        (b"before" + bytes([0]) + b"after" + b" word" * 100, "beforeafter" + " word" * 100),
    ],
)
def test_the_text_is_the_files_own(tmp_path, data, text):
    parsed = read(tmp_path / "a.txt", data)
    assert parsed.content == text
    assert parsed.kind == "txt"
    assert "".join(words(parsed)) == "".join(text.split())


def test_pages_cover_the_whole_text_without_a_gap(tmp_path):
    text = "\n".join(f"{number}. The Supplier shall perform obligation {number}." for number in range(400))
    parsed = read(tmp_path / "a.txt", text.encode())
    assert len(parsed.pages) > 5
    assert parsed.pages[0].start == 0
    assert parsed.pages[-1].end == len(text)
    assert all(
        page.end == following.start for page, following in zip(parsed.pages, parsed.pages[1:], strict=False)
    )
    assert words(parsed) == text.split()


@pytest.mark.parametrize(
    "text",
    [
        "The Supplier\tshall  deliver the Goods, and the Buyer shall pay for them within sixty days of invoice.",
        "契約 ส่วน דירה договор Ω — naïve",
        "x" * 400,
    ],
)
def test_words_are_drawn_where_the_map_says(tmp_path, text):
    parsed = read(tmp_path / "a.txt", text.encode())
    assert parsed.view_pdf is not None
    with pymupdf.open(stream=parsed.view_pdf) as view:
        assert view.page_count == len(parsed.pages)
        ink = view[0].get_pixmap(dpi=72)
        for word in unpack(parsed.pages[0].character_map):
            assert 50 <= word.x0 < word.x1 <= 560
            area = [
                (x, y)
                for x in range(int(word.x0), int(word.x1) + 1)
                for y in range(int(word.y0), int(word.y1) + 1)
            ]
            assert any(min(ink.pixel(x, y)) < 200 for x, y in area), parsed.content[word.start : word.end]


def test_latin_words_are_found_in_the_drawn_pdf_at_the_same_place(tmp_path):
    parsed = read(tmp_path / "a.txt", b"The Supplier shall\n   deliver\tthe Goods.\n")
    assert parsed.view_pdf is not None
    with pymupdf.open(stream=parsed.view_pdf) as view:
        drawn = view[0].get_text("words")
    for word, seen in zip(unpack(parsed.pages[0].character_map), drawn, strict=True):
        assert parsed.content[word.start : word.end] == seen[4]
        assert (word.x0, word.x1) == pytest.approx((seen[0], seen[2]), abs=0.3)
        assert word.y0 <= (seen[1] + seen[3]) / 2 <= word.y1


def test_blank_text_is_refused(tmp_path):
    (tmp_path / "a.txt").write_bytes(b" \r\n\t\n")
    problem = parse(tmp_path / "a.txt", "a.txt")
    assert isinstance(problem, ParseProblem)
    assert problem.cause_code == "no_text"


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__substg1.0_".encode("utf-16-le"),
            "an Outlook message (.msg)",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
            "an old Word document (.doc)",
        ),
        (b"{\\rtf1 hello}", "a Rich Text document (.rtf)"),
    ],
)
def test_a_type_that_is_not_read_is_named(tmp_path, data, named):
    (tmp_path / "file").write_bytes(data)
    problem = parse(tmp_path / "file", "file")
    assert isinstance(problem, ParseProblem)
    assert problem.cause_code == "unsupported_type"
    assert named in problem.sentence

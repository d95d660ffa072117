"""Words that a person does not see are told apart from those that only look odd."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pymupdf
import pytest

from deploy.bench.unseen import measure
from review.intake.parsing import ParsedDocument, parse
from review.intake.parsing.warm_parent import warm_parent

from .authored import W, docx, scan

SECRET = "Nobody sees these words"


@pytest.fixture
def without_libreoffice(tmp_path, monkeypatch) -> Iterator[None]:
    warm_parent.close()
    monkeypatch.setenv("PATH", str(tmp_path))
    yield
    warm_parent.close()


def read(path: Path) -> ParsedDocument:
    parsed = parse(path, path.name)
    assert isinstance(parsed, ParsedDocument)
    return parsed


def unseen(parsed: ParsedDocument) -> list[tuple[str, str]]:
    return [(each.kind, parsed.content[each.start : each.end] or each.words) for each in parsed.unseen]


def page_with(path, draw) -> list[tuple[str, str]]:
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_text((72, 90), "The Tenant shall pay the Rent on the first day.", fontsize=11)
        draw(page)
        document.save(path)
    return unseen(read(path))


@pytest.mark.parametrize(
    ("kind", "style"),
    [
        ("white", {"color": (1, 1, 1)}),
        ("white", {"color": (0.97, 0.97, 0.97)}),
        ("tiny", {"fontsize": 1}),
        ("hidden", {"render_mode": 3}),
        ("hidden", {"render_mode": 7}),
        ("hidden", {"fill_opacity": 0, "stroke_opacity": 0}),
    ],
    ids=["white", "nearly white", "one point", "invisible", "cut out", "transparent"],
)
def test_what_is_not_seen_is_told_with_its_words(tmp_path, kind, style) -> None:
    assert page_with(tmp_path / "a.pdf", lambda page: page.insert_text((72, 200), SECRET, **style)) == [
        (kind, SECRET)
    ]


def test_what_lies_under_a_box_is_hidden(tmp_path) -> None:
    def cover(page) -> None:
        page.insert_text((72, 200), SECRET)
        page.draw_rect((60, 185, 300, 206), color=(0, 0, 0), fill=(0, 0, 0))

    assert page_with(tmp_path / "a.pdf", cover) == [("hidden", SECRET)]


def test_what_lies_beside_the_page_stands_in_no_text(tmp_path) -> None:
    def beside(page) -> None:
        page.insert_text((72, 700), SECRET)
        page.set_cropbox(pymupdf.Rect(0, 0, 595, 600))

    assert page_with(tmp_path / "a.pdf", beside) == [("off_page", SECRET)]
    assert SECRET not in read(tmp_path / "a.pdf").content


def test_what_people_see_is_nothing_to_warn_of(tmp_path) -> None:
    def visible(page) -> None:
        page.draw_rect((60, 185, 300, 206), fill=(0, 0, 0.5))
        page.insert_text((72, 200), "White on a blue band", color=(1, 1, 1))
        page.insert_text((72, 240), "Grey letters", color=(0.6, 0.6, 0.6))
        page.insert_text((72, 280), "Fine print", fontsize=4)
        page.insert_text((72, 320), "Half transparent", fill_opacity=0.5)
        page.draw_rect((60, 400, 300, 440), color=(0, 0, 0))

    assert page_with(tmp_path / "a.pdf", visible) == []


def test_what_looking_costs_is_measured_by_leaving_it_out(tmp_path) -> None:
    hidden = page_with(tmp_path / "a.pdf", lambda page: page.insert_text((72, 200), SECRET, fontsize=1))
    assert hidden == [("tiny", SECRET)]
    figures = measure([tmp_path / "a.pdf"], rounds=1)
    assert (figures["files"], figures["pages"]) == (1, 1)
    assert min(figures["ms_a_page_with"], figures["ms_a_page_without"]) > 0


def test_a_turned_page_is_looked_at_as_it_is_shown(tmp_path) -> None:
    def turned(page) -> None:
        page.insert_text((72, 200), SECRET, color=(1, 1, 1))
        page.set_rotation(90)

    assert page_with(tmp_path / "a.pdf", turned) == [("white", SECRET)]


def test_the_recognised_text_under_a_scan_is_no_secret(tmp_path) -> None:
    path = scan(tmp_path / "scan.pdf", "The Tenant shall pay the Rent on the first day of each month.")
    with pymupdf.open(path) as document:
        document[0].insert_text(
            (72, 90), "The Tenant shall pay the Rent on the first day.", render_mode=3, fontsize=14
        )
        document.save(tmp_path / "layered.pdf")
    parsed = read(tmp_path / "layered.pdf")
    assert "Tenant shall pay" in parsed.content
    assert unseen(parsed) == []


def run(words: str, settings: str = "") -> str:
    return f'<w:r><w:rPr>{settings}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


WHITE, SMALL, SHOWN = '<w:color w:val="FFFFFF"/>', '<w:sz w:val="2"/>', '<w:vanish w:val="0"/>'
BODY = (
    paragraph(run("The Tenant shall pay. "), run(SECRET, "<w:vanish/>"))
    + paragraph(run("White: "), run("nothing to see", WHITE))
    + paragraph(run("Small: "), run("read with a glass", SMALL), run(" shown", SHOWN))
)


def test_runs_of_a_word_file_without_libreoffice_are_ranges_of_its_text(
    tmp_path, without_libreoffice
) -> None:
    parsed = read(docx(tmp_path / "a.docx", BODY))
    assert unseen(parsed) == [("hidden", SECRET), ("white", "nothing to see"), ("tiny", "read with a glass")]
    assert parsed.content.startswith(f"The Tenant shall pay. {SECRET}\nWhite: nothing to see\nSmall: read")
    assert all(each.page == 1 for each in parsed.unseen)


def test_hidden_runs_of_a_printed_word_file_stand_in_no_text(tmp_path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    parsed = read(docx(tmp_path / "a.docx", BODY))
    assert sorted(unseen(parsed)) == [
        ("hidden", SECRET),
        ("tiny", "read with a glass"),
        ("white", "nothing to see"),
    ]
    assert SECRET not in parsed.content


def test_a_style_can_hide_as_well(tmp_path, without_libreoffice) -> None:
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:type="character" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr>'
        "</w:style></w:styles>"
    )
    body = paragraph(run("Rent. "), run(SECRET, '<w:rStyle w:val="Gone"/>'))
    assert unseen(read(docx(tmp_path / "a.docx", body, styles=styles))) == [("hidden", SECRET)]


def test_public_contracts_are_nearly_all_without(shared) -> None:
    files = sorted((shared / "cuad" / "pdf").glob("*.pdf"))[::20]
    flagged = {path.name: unseen(read(path)) for path in files}
    assert sum(bool(found) for found in flagged.values()) <= 1

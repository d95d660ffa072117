import shutil
import zipfile

import pytest

from review.intake.parsing import Limits, ParsedDocument, ParseProblem, parse

from . import authored
from .authored import W, deleted, docx, inserted, paragraph, run

CHANGED = paragraph(run("Payment is due within "), deleted("thirty"), inserted("sixty"), run(" days."))


@pytest.fixture(params=["libreoffice", "by ourselves"])
def layout(request, tmp_path, monkeypatch):
    """Once with LibreOffice, where it is installed, and once without."""
    from review.intake.parsing.warm_parent import warm_parent

    if request.param == "libreoffice":
        if shutil.which("soffice") is None:
            pytest.skip("LibreOffice is not installed")
        yield request.param
        return
    warm_parent.close()
    monkeypatch.setenv("PATH", str(tmp_path))
    yield request.param
    warm_parent.close()


def read(path) -> ParsedDocument:
    parsed = parse(path, path.name)
    assert isinstance(parsed, ParsedDocument), parsed
    return parsed


def flat(text: str | None) -> str:
    return " ".join((text or "").split())


def test_changes_are_accepted_counted_and_the_original_is_kept(tmp_path, layout):
    parsed = read(docx(tmp_path / "a.docx", paragraph(run("Terms of payment.")) + CHANGED))
    assert flat(parsed.content) == "Terms of payment. Payment is due within sixty days."
    assert flat(parsed.original_content) == "Terms of payment. Payment is due within thirty days."
    assert parsed.banner["insertions"] == 1
    assert parsed.banner["deletions"] == 1
    assert parsed.view_pdf is not None
    assert authored.words(parsed) == parsed.content.split()


def test_without_changes_there_is_no_original_and_no_banner(tmp_path, layout):
    parsed = read(docx(tmp_path / "a.docx", paragraph(run("Nothing was changed in this agreement."))))
    assert parsed.original_content is None
    assert not {"insertions", "deletions"} & set(parsed.banner)


def test_headers_tables_and_footers_are_read(tmp_path, layout):
    header = f'<w:hdr xmlns:w="{W}">{paragraph(run("Draft of "), deleted("May"), inserted("June"))}</w:hdr>'
    row = f"<w:tr><w:tc>{paragraph(run('Rent'))}</w:tc><w:tc>{paragraph(run('9,000'))}</w:tc></w:tr>"
    body = (
        paragraph(run("Schedule"))
        + f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w='2000'/><w:gridCol w:w='2000'/></w:tblGrid>{row}</w:tbl>"
        + paragraph()
    )
    parsed = read(docx(tmp_path / "a.docx", body, header1=header))
    assert "Draft of June" in flat(parsed.content)
    assert "May" not in parsed.content
    assert "Rent 9,000" in flat(parsed.content)


def original_and_accepted(tmp_path, body: str, monkeypatch) -> tuple[str, str]:
    from review.intake.parsing.child.revisions import settle
    from review.intake.parsing.child.word_file import _parse, _text

    texts = []
    for accept in (False, True):
        root = _parse(f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'.encode())
        settle(root, accept=accept)
        texts.append(_text({"word/document.xml": root}))
    return texts[0], texts[1]


ROW_NEW = (
    f'<w:tr><w:trPr><w:ins w:id="9" w:author="C"/></w:trPr><w:tc>{paragraph(run("new row"))}</w:tc></w:tr>'
)
ROW_GONE = (
    f'<w:tr><w:trPr><w:del w:id="9" w:author="C"/></w:trPr><w:tc>{paragraph(run("old row"))}</w:tc></w:tr>'
)
MOVED_FROM = f'<w:moveFrom w:id="5" w:author="C">{run("moved clause")}</w:moveFrom>'
MOVED_TO = f'<w:moveTo w:id="6" w:author="C">{run("moved clause")}</w:moveTo>'


@pytest.mark.parametrize(
    ("body", "original", "accepted"),
    [
        (paragraph(run("one "), mark="del") + paragraph(run("two")), "one \ntwo", "one two"),
        (paragraph(run("one "), mark="ins") + paragraph(run("two")), "one two", "one \ntwo"),
        (paragraph(inserted("all new"), mark="ins") + paragraph(run("end")), "end", "all new\nend"),
        (paragraph(deleted("all gone"), mark="del") + paragraph(run("end")), "all gone\nend", "end"),
        (f"<w:tbl>{ROW_NEW}{ROW_GONE}</w:tbl>", "old row", "new row"),
        (
            paragraph(MOVED_FROM, run("a")) + paragraph(run("b"), MOVED_TO),
            "moved clausea\nb",
            "a\nbmoved clause",
        ),
        (
            paragraph(inserted("kept").replace("kept", "both")[:-8] + deleted("neither") + "</w:ins>"),
            "",
            "both",
        ),
    ],
)
def test_every_kind_of_change_settles_both_ways(tmp_path, monkeypatch, body, original, accepted):
    assert original_and_accepted(tmp_path, body, monkeypatch) == (original, accepted)


def problem_of(path, **choices) -> ParseProblem:
    problem = parse(path, path.name, **choices)
    assert isinstance(problem, ParseProblem), problem
    return problem


def test_entities_are_not_resolved(tmp_path):
    path = tmp_path / "a.docx"
    secret = tmp_path / "secret.txt"
    secret.write_text("the server's own secret")
    docx(path, paragraph(run("text")))
    with zipfile.ZipFile(path) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    entity = f'<!DOCTYPE w:document [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode()
    authored.zipped(
        path,
        *((n, entity + d.replace(b"text<", b"&x;<") if n == "word/document.xml" else d) for n, d in parts),
    )
    assert problem_of(path).cause_code == "corrupt"


def test_a_file_of_this_server_named_in_a_field_is_not_fetched(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the server's own secret")
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> INCLUDETEXT "{secret}" </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    parsed = read(docx(tmp_path / "a.docx", paragraph(run("This is all the text there is."), field)))
    assert "secret" not in parsed.content


def test_a_bomb_inside_is_over_the_limit(tmp_path):
    path = docx(tmp_path / "a.docx", paragraph(run("a" * 3_000_000)))
    assert problem_of(path, limits=Limits(unpacked_bytes=1 << 20)).cause_code == "over_limit"


def test_damaged_text_is_named(tmp_path):
    assert problem_of(docx(tmp_path / "a.docx", "<w:p>")).cause_code == "corrupt"
    assert problem_of(docx(tmp_path / "b.docx", paragraph())).cause_code == "no_text"

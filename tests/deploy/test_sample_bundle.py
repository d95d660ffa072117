"""The sample bundle is the same on every run, and says what expected.json says it says."""

import email
import hashlib
import json
import zipfile
from email import policy
from io import BytesIO
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from deploy.sample import contents
from deploy.sample.build import TEXTS, build, bundle, pdf_of
from inference.clause_types import load_clause_types

EXPECTED: dict[str, Any] = json.loads((TEXTS.parent / "expected.json").read_text(encoding="utf-8"))
DOCUMENTS: dict[str, dict[str, Any]] = {entry["path"]: entry for entry in EXPECTED["documents"]}
READABLE = [path for path, entry in DOCUMENTS.items() if entry["findings"]]


@pytest.fixture(scope="session")
def files() -> dict[str, bytes]:
    return bundle()


def flat(text: str) -> str:
    return " ".join(text.split())


def text_of(path: str, files: dict[str, bytes]) -> str:
    """The words of a document, blanks evened out; of the scan, the words that were on the paper."""
    if path == contents.SCAN.path:
        return pdf_text(pdf_of(contents.SCAN))
    if ".eml/" in path:
        mail, _, name = path.rpartition("/")
        return pdf_text(attachments_of(files[mail])[name])
    data = files[path]
    if path.endswith(".docx"):
        return flat(word_text(data))
    if path.endswith(".eml"):
        return flat(mail_of(data).get_body().get_content())
    return pdf_text(data) if path.endswith(".pdf") else flat(data.decode())


def pdf_text(data: bytes) -> str:
    with pymupdf.open(stream=data, filetype="pdf") as document:
        return flat(" ".join(page.get_text() for page in document))


def word_text(data: bytes) -> str:
    """The text as it stands once every revision has been accepted."""
    body = etree.fromstring(zipfile.ZipFile(BytesIO(data)).read("word/document.xml"))
    return "\n".join(
        "".join(
            "\t" if node.tag == qn("w:tab") else node.text or "" for node in line.iter(qn("w:t"), qn("w:tab"))
        )
        for line in body.iter(qn("w:p"))
    )


def mail_of(data: bytes) -> Any:
    return email.message_from_bytes(data, policy=policy.default)


def attachments_of(data: bytes) -> dict[str, bytes]:
    return {part.get_filename(): part.get_content() for part in mail_of(data).iter_attachments()}


def test_two_builds_are_the_same_bytes(tmp_path: Path) -> None:
    first, second = build(tmp_path / "first"), build(tmp_path / "second")

    assert [path.relative_to(tmp_path / "first") for path in first] == [
        path.relative_to(tmp_path / "second") for path in second
    ]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_every_file_is_in_the_ground_truth_and_the_other_way_round(files: dict[str, bytes]) -> None:
    delivered = {path for path in DOCUMENTS if ".eml/" not in path}

    assert delivered == set(files)
    assert len(files) >= 15


@pytest.mark.parametrize("path", READABLE)
def test_every_quote_is_in_its_document_word_for_word(path: str, files: dict[str, bytes]) -> None:
    text = text_of(path, files)

    for finding in DOCUMENTS[path]["findings"]:
        assert finding["quotes"], finding["clause_type"]
        for quote in finding["quotes"]:
            assert quote in text, (finding["clause_type"], quote)


@pytest.mark.parametrize("trap", EXPECTED["traps"], ids=lambda trap: trap["kind"])
def test_every_trap_stands_where_it_is_said_to(trap: dict[str, Any], files: dict[str, bytes]) -> None:
    assert trap["places"]
    for place in trap["places"]:
        assert place["quote"] in text_of(place["path"], files), place["path"]


def test_clause_types_are_those_of_the_readers() -> None:
    known = {clause_type.name for clause_type in load_clause_types()}

    for path, entry in DOCUMENTS.items():
        found = {finding["clause_type"] for finding in entry["findings"]}
        assert found | set(entry["not_found"]) <= known, path
        assert not found & set(entry["not_found"]), path


def test_contracts_have_the_length_of_contracts(files: dict[str, bytes]) -> None:
    for contract in contents.CONTRACTS:
        with pymupdf.open(stream=files[contract.path], filetype="pdf") as document:
            assert 2 <= document.page_count <= 12, contract.path


def test_no_line_runs_off_its_page(files: dict[str, bytes]) -> None:
    for contract in (*contents.CONTRACTS, contents.SCAN, contents.ATTACHMENT):
        with pymupdf.open(stream=pdf_of(contract), filetype="pdf") as document:
            for page in document:
                for word in page.get_text("words"):
                    assert pymupdf.Rect(word[:4]) in page.rect, (contract.path, page.number, word[4])


def test_the_draft_has_revisions_of_two_people_a_comment_a_header_and_a_table(
    files: dict[str, bytes],
) -> None:
    data = files[contents.DRAFTS[1].path]
    draft = Document(BytesIO(data))
    body = draft.element.body
    insertions, deletions = list(body.iter(qn("w:ins"))), list(body.iter(qn("w:del")))

    assert {mark.get(qn("w:author")) for mark in (*insertions, *deletions)} == {
        "Priya Raman",
        "Tobias Lindqvist",
    }
    assert "non-exclusive" in {word_of(mark) for mark in insertions}
    assert "exclusive" in {word_of(mark) for mark in deletions}
    assert len(list(draft.comments)) == 2
    assert "Subject to contract" in draft.sections[0].header.paragraphs[0].text
    assert draft.tables[0].cell(0, 0).text == "Part number"
    assert "as its non-exclusive distributor of the Products" in flat(word_text(data))


def word_of(mark: Any) -> str:
    return "".join(node.text or "" for node in mark.iter(qn("w:t"), qn("w:delText")))


def test_the_scan_is_pictures_and_nothing_else(files: dict[str, bytes]) -> None:
    with pymupdf.open(stream=files[contents.SCAN.path], filetype="pdf") as scan:
        assert 2 <= scan.page_count <= 3
        for page in scan:
            assert page.get_text().strip() == ""
            assert len(page.get_images()) == 1


def test_the_mail_carries_the_letter(files: dict[str, bytes]) -> None:
    mail = mail_of(files[contents.MAIL])

    assert mail["Subject"] == "MSA: Amendment No. 2, limit of liability and letter of clarification"
    assert mail["From"].addresses[0].display_name == "Helen Marsden"
    assert mail["To"].addresses[0].display_name == "Sunita Rao-Hughes"
    assert len(mail["Cc"].addresses) == 2
    assert mail["Date"].datetime.isoformat() == "2024-04-22T09:17:32+01:00"
    assert "We do not accept that Amendment No. 2 did away with" in flat(mail.get_body().get_content())
    assert list(attachments_of(files[contents.MAIL])) == [contents.ATTACHMENT.path]


def test_the_copy_is_the_master_under_another_name(files: dict[str, bytes]) -> None:
    copy, master = files[contents.COPY], files[contents.MASTER.path]

    assert hashlib.sha256(copy).digest() == hashlib.sha256(master).digest()
    assert DOCUMENTS[contents.COPY]["identical_to"] == contents.MASTER.path


def test_the_board_paper_opens_only_with_its_password(files: dict[str, bytes]) -> None:
    with pymupdf.open(stream=files[contents.LOCKED.path], filetype="pdf") as paper:
        assert paper.needs_pass
        assert not paper.authenticate("tannery-30")
        assert paper.authenticate(contents.PASSWORD)
        assert "approach from Kestrel Holdings" in paper[0].get_text()

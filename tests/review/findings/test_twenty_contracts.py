"""Twenty real contracts: every stored quote equals the text at its offsets and lies on its words on the page."""

import re
from pathlib import Path

import pymupdf
import pytest
from django.db import IntegrityError, transaction

from review.documents.blobs import chunks_of
from review.documents.models import Document, DocumentState, ReadingState
from review.documents.selectors import PageBox, boxes_of
from review.findings.models import Evidence, Finding
from review.intake.services import accept_stream
from review.playbooks.selectors import active_questions
from tests.workers import work_off

TOLERANCE = 0.6  # PDF points; boxes are kept in twentieths of a point or finer


@pytest.fixture
def twenty(shared: Path, ada, matter, bundle, as_person) -> list[Path]:
    """From the shortest to some that are longer than most."""
    texts = sorted((shared / "cuad" / "txt").glob("*.txt"), key=lambda text: (text.stat().st_size, text.name))
    files = [shared / "cuad" / "pdf" / f"{text.stem}.pdf" for text in texts[::15][:20]]
    for file in files:
        with file.open("rb") as opened, as_person(ada):
            accept_stream(bundle, path=file.name, chunks=chunks_of(opened), by=ada)
    work_off(matter, "parse", "read")
    return files


def test_every_quote_is_exact_and_lies_on_its_words(twenty, ada, matter, as_person):
    checked = 0
    with as_person(ada):
        documents = {document.name: document for document in Document.objects.select_related("text")}
        assert len(documents) == len(twenty) == 20
        assert {document.state for document in documents.values()} == {DocumentState.READY}
        assert {document.reading for document in documents.values()} == {ReadingState.READ}
        assert Finding.objects.count() == 20 * len(active_questions())
        for file in twenty:
            document = documents[file.name]
            evidence = list(Evidence.objects.filter(text=document.text))
            boxes = boxes_of(document.text.pk, [(quote.start, quote.end) for quote in evidence])
            with pymupdf.open(file) as pages:
                words = [page.get_text("words", sort=False) for page in pages]
            for quote, rectangles in zip(evidence, boxes, strict=True):
                assert quote.quote == document.text.content[quote.start : quote.end]
                assert letters(quote.quote) in letters(words_inside(words, rectangles)), quote.pk
                checked += 1
    assert checked > 500


def words_inside(words: list[list[tuple]], rectangles: list[PageBox]) -> str:
    """PyMuPDF's own words whose middle lies in one of the rectangles, in PyMuPDF's order."""
    return " ".join(
        word[4]
        for number, page in enumerate(words, start=1)
        for word in page
        if any(box.page == number and _inside(word, box) for box in rectangles)
    )


def letters(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _inside(word: tuple, box: PageBox) -> bool:
    x, y = (word[0] + word[2]) / 2, (word[1] + word[3]) / 2
    return box.x0 - TOLERANCE <= x <= box.x1 + TOLERANCE and box.y0 - TOLERANCE <= y <= box.y1 + TOLERANCE


def test_the_database_refuses_a_quote_with_one_letter_changed(ada, finding, as_person):
    with as_person(ada):
        true = Evidence.objects.filter(finding=finding).get()
        changed = Evidence(
            organization_id=true.organization_id,
            matter_id=true.matter_id,
            finding=finding,
            text_id=true.text_id,
            ordinal=2,
            start=true.start,
            end=true.end,
            quote=true.quote.replace("England", "Engiand"),
        )
        with pytest.raises(IntegrityError, match="does not equal the text"), transaction.atomic():
            changed.save()
        changed.quote = true.quote
        changed.save()

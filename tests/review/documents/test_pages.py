"""The pages of a text go to the database in one statement and come back as they were read."""

from dataclasses import replace

import pytest
from django.db import ProgrammingError, connection

from review.documents.models import DocumentText, Page
from review.documents.pages import store_pages
from review.tenancy.context import in_context
from tests import cast

WORDS = "Governing law: England."
KEPT = ("number", "start", "end", "width", "height", "rotation", "character_map", "ocr_score")


@pytest.fixture
def text(document, as_job):
    """A second text of the document, which has no pages yet."""
    with as_job(document):
        yield DocumentText.objects.create(
            organization_id=document.organization_id,
            matter_id=document.matter_id,
            document=document,
            pipeline_version=2,
            sha256="0" * 64,
            content=WORDS,
            view_blob_key=document.blob_key,
        )


@pytest.fixture
def first():
    return cast.parsed(WORDS).pages[0]


def test_every_page_comes_back_as_it_was_read(text, first):
    second = replace(
        first, number=2, width=841.89, rotation=90, character_map=bytes(range(256)), ocr_score=87.5
    )
    store_pages(text, [first, second])
    stored = Page.objects.filter(text=text)
    assert [tuple(row) for row in stored.values_list(*KEPT)] == [
        tuple(getattr(page, name) for name in KEPT) for page in (first, second)
    ]
    assert {(row.organization_id, row.matter_id) for row in stored} == {
        (text.organization_id, text.matter_id)
    }


def test_a_text_without_pages_has_none(text):
    store_pages(text, [])
    assert not Page.objects.filter(text=text).exists()


def test_pages_cannot_be_stored_behind_another_matters_wall(document, other_matter, first):
    with pytest.raises(ProgrammingError), in_context(other_matter.organization_id, matter=other_matter.pk):
        store_pages(document.text, [first])


def test_texts_and_maps_are_stored_as_they_are():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attstorage = 'e' AND attrelid IN"
            " ('documents_documenttext'::regclass, 'documents_page'::regclass)"
        )
        assert {name for (name,) in cursor.fetchall()} == {"content", "original_content", "character_map"}

"""The document viewer: words and marks in one coordinate system, page images, clean text, the audit row."""

from typing import Any

from django.test import Client as Browser

from tests.cast import GOVERNING_LAW, as_job, as_person, find, words_of


def test_the_words_of_a_page_stand_where_the_text_says(ben_browser: Browser, document: Any) -> None:
    page = ben_browser.get(f"/documents/{document.pk}/pages/1/words").json()

    content = document.text.content
    assert page["start"] == 0
    assert page["content"] == content
    assert [content[start:end] for start, end, *_ in page["words"]] == content.split()
    expected = words_of(content)
    for row, word in zip(page["words"], expected, strict=True):
        assert all(abs(shown - true) < 0.1 for shown, true in zip(row[2:6], word[2:6], strict=True))


def test_a_mark_covers_its_words_and_nothing_else(ben_browser: Browser, document: Any, finding: Any) -> None:
    [mark] = ben_browser.get(f"/documents/{document.pk}/highlights/").json()

    assert mark["quote"] == GOVERNING_LAW
    assert mark["finding"] == str(finding.pk)
    assert mark["tick"] == 1
    start = document.text.content.index(GOVERNING_LAW)
    inside = [
        word for word in words_of(document.text.content) if start <= word.start < start + len(GOVERNING_LAW)
    ]
    [[page, x0, y0, x1, y1]] = mark["boxes"]
    assert page == 1
    assert abs(x0 - inside[0].x0) < 0.1
    assert abs(x1 - inside[-1].x1) < 0.1
    assert abs(y0 - inside[0].y0) < 0.1
    assert abs(y1 - inside[0].y1) < 0.1


def test_findings_are_numbered_in_page_order(ben_browser: Browser, document: Any, finding: Any) -> None:
    find(document, "agreement-date", "3 March 2021")

    page = ben_browser.get(f"/documents/{document.pk}/").content.decode()

    assert page.index(
        '<span class="finding-tick">1</span><span class="finding-clause">Agreement Date'
    ) < page.index('<span class="finding-tick">2</span><span class="finding-clause">Governing Law')


def test_opening_a_document_leaves_an_audit_row(
    ben_browser: Browser, ben: Any, organization: Any, document: Any
) -> None:
    from review.tenancy.models import AuditEvent

    ben_browser.get(f"/documents/{document.pk}/")
    ben_browser.get(f"/documents/{document.pk}/text/")

    with as_person(ben, organization):
        opened = AuditEvent.objects.filter(action="document.opened", subject_id=document.pk, actor=ben)
        assert opened.count() == 2


def test_a_page_asked_for_without_the_viewer_opens_the_document_once(
    ben_browser: Browser, ben: Any, organization: Any, document: Any
) -> None:
    from review.tenancy.models import AuditEvent

    for page in ("words", "image", "words"):
        ben_browser.get(f"/documents/{document.pk}/pages/1/{page}")

    with as_person(ben, organization):
        opened = AuditEvent.objects.filter(action="document.opened", subject_id=document.pk, actor=ben)
        assert [event.detail for event in opened] == [{"page": 1}]


def test_a_page_that_is_not_drawn_yet_is_asked_for_and_comes_later(
    ben_browser: Browser, document: Any
) -> None:
    from review.jobs.models import Job, JobKind

    answer = ben_browser.get(f"/documents/{document.pk}/pages/1/image")

    assert answer.status_code == 202
    assert answer.headers["Retry-After"] == "2"
    with as_job(document):
        assert Job.objects.filter(document=document, kind=JobKind.RENDER, priority=1).count() == 1


def test_a_drawn_page_is_served_once_and_then_known(ben_browser: Browser, document: Any) -> None:
    from review.documents.blobs import put_blob
    from review.documents.models import PageImage
    from review.intake.services import DPI, RENDERER

    picture = b"\x89PNG\r\n\x1a\n and so on"
    with as_job(document):
        blob = put_blob(document.organization_id, document.matter_id, [picture])
        PageImage.objects.create(
            organization_id=document.organization_id,
            matter_id=document.matter_id,
            text=document.text,
            number=1,
            dpi=DPI,
            renderer=RENDERER,
            media_type="image/png",
            blob_key=blob.key,
        )
    url = f"/documents/{document.pk}/pages/1/image"

    first = ben_browser.get(url)
    assert b"".join(first.streaming_content) == picture  # type: ignore[attr-defined]
    assert first.headers["Content-Type"] == "image/png"
    assert "private" in first.headers["Cache-Control"]
    again = ben_browser.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_the_clean_text_is_the_text_with_its_findings_marked(
    ben_browser: Browser, document: Any, finding: Any
) -> None:
    page = ben_browser.get(f"/documents/{document.pk}/text/").content.decode()

    assert f'id="finding-{finding.pk}"' in page
    assert f">{GOVERNING_LAW}</mark>" in page
    assert 'id="page-1"' in page


def test_runs_of_overlapping_findings_join_up_to_the_text(
    document: Any, ben: Any, matter: Any, organization: Any
) -> None:
    from review.web.reading_list import items_of
    from review.web.viewer import marked_pages

    find(document, "governing-law", GOVERNING_LAW)
    find(document, "insurance", "laws of England and Wales.\n3. Assignment.")
    with as_person(ben, organization):
        pages = marked_pages(document.text, items_of(matter, document, ben))

    assert "".join(run.words for _, runs in pages for run in runs) == document.text.content
    assert [len(run.items) for _, runs in pages for run in runs] == [0, 1, 2, 1, 0]


def test_tracked_changes_and_pages_without_text_are_announced(ben_browser: Browser, document: Any) -> None:
    from review.documents.models import Document

    with as_job(document):
        facts = {"insertions": 3, "deletions": 2, "pages_without_text": [4, 7]}
        Document.objects.filter(pk=document.pk).update(banner=facts)

    page = ben_browser.get(f"/documents/{document.pk}/").content.decode()

    assert "3 insertions and 2 deletions" in page
    assert "Pages without readable text: 4, 7." in page


def test_a_document_in_another_language_says_why_nothing_was_found(
    ben_browser: Browser, document: Any
) -> None:
    from review.documents.models import Document

    with as_job(document):
        Document.objects.filter(pk=document.pk).update(
            reading="not_readable", reading_sentence="This reader was measured in English only."
        )

    assert (
        "This reader was measured in English only."
        in ben_browser.get(f"/documents/{document.pk}/").content.decode()
    )


def test_strangers_get_no_page_no_words_no_image(
    cleo_browser: Browser, dan_browser: Browser, document: Any, finding: Any
) -> None:
    for stranger in (cleo_browser, dan_browser):
        for place in ("", "text/", "highlights/", "pages/1/words", "pages/1/image"):
            assert stranger.get(f"/documents/{document.pk}/{place}").status_code == 404

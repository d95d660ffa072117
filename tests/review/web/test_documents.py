"""The documents page: the tree as delivered, problem files by cause, and their mending."""

from typing import Any

from django.test import Client as Browser

from tests.cast import as_job, as_person


def refuse(document: Any, *, state: str, cause: str, sentence: str) -> None:
    from review.documents.models import Document

    with as_job(document):
        Document.objects.filter(pk=document.pk).update(state=state, cause=cause, sentence=sentence)


def test_the_tree_keeps_the_folders(ben_browser: Browser, matter: Any, document: Any) -> None:
    page = ben_browser.get(f"/matters/{matter.pk}/documents/").content.decode()

    assert page.index("Contracts") < page.index("Supply agreement.txt")
    assert f'href="/documents/{document.pk}/"' in page


def test_files_out_of_an_archive_lie_under_it() -> None:
    from review.documents.models import Document
    from review.web.documents import tree_of

    inside = ("01/b.pdf", "01/c.pdf", "02/old/d.pdf", "02/e.pdf")
    files = [Document(path=path) for path in ("a.txt", "room.zip", *(f"room.zip/{path}" for path in inside))]

    lines = [(line.depth, line.name, line.count) for line in tree_of(files) if not line.document]

    assert lines == [(1, "01", 2), (1, "02", 2), (2, "old", 1)]
    assert [line.depth for line in tree_of(files)] == [0, 0, 1, 2, 2, 1, 2, 3, 2]


def test_a_search_answers_htmx_with_the_tree_alone(ben_browser: Browser, matter: Any, document: Any) -> None:
    answer = ben_browser.get(f"/matters/{matter.pk}/documents/?q=nothing", headers={"HX-Request": "true"})

    page = answer.content.decode()
    assert "No file is called that" in page
    assert "<html" not in page


def test_a_locked_file_is_opened_with_its_password(
    ben_browser: Browser, ben: Any, organization: Any, matter: Any, document: Any
) -> None:
    from review.documents.models import Document

    refuse(document, state="needs_password", cause="needs_password", sentence="This PDF needs a password.")
    page = ben_browser.get(f"/matters/{matter.pk}/documents/").content.decode()
    assert "Needs a password" in page
    assert "This PDF needs a password." in page

    ben_browser.post(f"/documents/{document.pk}/retry/", {"password": "open sesame"})

    with as_person(ben, organization):
        assert Document.objects.get(pk=document.pk).state == "pending"


def test_all_files_of_one_cause_are_tried_again(
    ben_browser: Browser, ben: Any, organization: Any, matter: Any, document: Any
) -> None:
    refuse(document, state="failed", cause="timed_out", sentence="It took too long.")

    answer = ben_browser.post(f"/matters/{matter.pk}/documents/retry/", {"cause": "timed_out"}, follow=True)

    assert "One file is tried again." in answer.content.decode()


def test_a_delivery_is_cancelled(ben_browser: Browser, matter: Any, bundle: Any, document: Any) -> None:
    answer = ben_browser.post(f"/bundles/{bundle.pk}/cancel/", follow=True)

    assert "Stopped." in answer.content.decode()


def test_a_reader_may_not_mend(
    ada_browser: Browser, ben_browser: Browser, matter: Any, ben: Any, document: Any
) -> None:
    refuse(document, state="failed", cause="timed_out", sentence="It took too long.")
    ada_browser.post(f"/matters/{matter.pk}/people/add/", {"person": str(ben.pk), "role": "read_only"})

    assert "Try again" not in ben_browser.get(f"/matters/{matter.pk}/documents/").content.decode()
    assert ben_browser.post(f"/documents/{document.pk}/retry/").status_code == 403

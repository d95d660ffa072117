"""Delivering files: the plain form, the chunks of the script, and guests who deliver and read nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from tests.cast import as_person, new_person

Opens = Callable[[Any], Browser]
LETTER = b"LETTER AGREEMENT\n\nThis letter is governed by the laws of Ireland.\n"


def announce(browser: Browser, matter: Any, *files: tuple[str, int]) -> dict[str, Any]:
    sent = {"name": "Second delivery", "files": [{"path": path, "size": size} for path, size in files]}
    answer = browser.post(f"/matters/{matter.pk}/upload/start/", sent, content_type="application/json")
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def send(browser: Browser, url: str, chunk: bytes, offset: int = 0) -> Any:
    return browser.put(f"{url}?offset={offset}", chunk, content_type="application/octet-stream")


def documents_of(person: Any, firm: Any, matter: Any) -> dict[str, str]:
    from review.documents.models import Document

    with as_person(person, firm):
        return dict(Document.objects.filter(matter=matter).values_list("path", "state"))


def test_files_arrive_by_the_plain_form(
    ben_browser: Browser, ben: Any, organization: Any, matter: Any
) -> None:
    files = [SimpleUploadedFile("letter.txt", LETTER), SimpleUploadedFile("other.txt", LETTER + b"Two.")]

    answer = ben_browser.post(f"/matters/{matter.pk}/upload/", {"name": "By hand", "files": files})

    assert answer.status_code == 302
    assert "delivered=" in answer.headers["Location"]
    assert documents_of(ben, organization, matter) == {"letter.txt": "pending", "other.txt": "pending"}


def test_a_form_without_files_says_so(ben_browser: Browser, matter: Any) -> None:
    answer = ben_browser.post(f"/matters/{matter.pk}/upload/", {"name": "Empty"})

    assert answer.status_code == 400
    assert "Choose at least one file." in answer.content.decode()


def test_files_arrive_in_chunks_with_their_folders(
    ben_browser: Browser, ben: Any, organization: Any, matter: Any
) -> None:
    delivery = announce(ben_browser, matter, ("01 Corporate/letter.txt", len(LETTER)))
    url = delivery["uploads"][0]["url"]

    assert send(ben_browser, url, LETTER[:20]).json() == {"received": 20}
    assert ben_browser.get(url).json() == {"received": 20}
    assert send(ben_browser, url, LETTER[20:], offset=20).json() == {"received": len(LETTER)}
    finished = ben_browser.post(delivery["finish_url"], {}, content_type="application/json")

    assert finished.json()["url"].startswith(f"/matters/{matter.pk}/upload/")
    assert documents_of(ben, organization, matter) == {"01 Corporate/letter.txt": "pending"}


def test_a_chunk_at_the_wrong_place_is_told_where_to_go_on(ben_browser: Browser, matter: Any) -> None:
    url = announce(ben_browser, matter, ("letter.txt", len(LETTER)))["uploads"][0]["url"]
    send(ben_browser, url, LETTER[:20])

    answer = send(ben_browser, url, LETTER[5:], offset=5)

    assert answer.status_code == 409
    assert answer.json()["received"] == 20


def test_an_empty_file_and_one_sent_twice_are_no_failure(ben_browser: Browser, matter: Any) -> None:
    empty, letter = announce(ben_browser, matter, ("empty.txt", 0), ("letter.txt", len(LETTER)))["uploads"]
    send(ben_browser, letter["url"], LETTER)

    assert send(ben_browser, empty["url"], b"").json() == {"received": 0}
    assert send(ben_browser, letter["url"], b"", offset=len(LETTER)).json() == {"received": len(LETTER)}


def test_what_was_not_sent_to_the_end_is_listed_as_cancelled(
    ben_browser: Browser, ben: Any, organization: Any, matter: Any
) -> None:
    delivery = announce(ben_browser, matter, ("whole.txt", len(LETTER)), ("half.txt", 5000))
    send(ben_browser, delivery["uploads"][0]["url"], LETTER)
    send(ben_browser, delivery["uploads"][1]["url"], b"x" * 100)

    ben_browser.post(delivery["finish_url"], {}, content_type="application/json")

    assert documents_of(ben, organization, matter) == {"whole.txt": "pending", "half.txt": "cancelled"}


@pytest.mark.parametrize(
    "sent", [{}, {"files": []}, {"files": [{"path": "a"}]}, {"files": [{"path": "a", "size": -1}]}]
)
def test_a_list_of_files_that_makes_no_sense_is_refused(
    ben_browser: Browser, matter: Any, sent: dict[str, Any]
) -> None:
    answer = ben_browser.post(f"/matters/{matter.pk}/upload/start/", sent, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["sentence"]


@pytest.fixture
def guest(organization: Any, matter: Any, ada: Any) -> Any:
    """Gail, of the client, who may deliver to the matter."""
    from review.matters.models import MatterRole
    from review.matters.services import add_member
    from review.tenancy.models import Role
    from review.tenancy.services import add_person

    gail = new_person("Gail")
    with as_person(ada, organization):
        add_person(gail, role=Role.GUEST, by=ada, organization_id=organization.pk)
        add_member(matter, gail, role=MatterRole.GUEST_UPLOADER, by=ada)
    return gail


def test_a_guest_finds_the_matter_to_deliver_to(browser: Opens, guest: Any, matter: Any) -> None:
    page = browser(guest).get("/").content.decode()

    assert "Project Harrow" in page
    assert f"/matters/{matter.pk}/upload/" in page
    assert "New matter" not in page


def test_a_guest_delivers_and_reads_nothing(
    browser: Opens, guest: Any, ada: Any, organization: Any, matter: Any, document: Any
) -> None:
    gail = browser(guest)
    delivery = announce(gail, matter, ("from client.txt", len(LETTER)))
    send(gail, delivery["uploads"][0]["url"], LETTER)
    gail.post(delivery["finish_url"], {}, content_type="application/json")

    assert documents_of(ada, organization, matter)["from client.txt"] == "pending"
    page = gail.get(f"/matters/{matter.pk}/upload/").content.decode()
    assert "Second delivery" in page
    assert "First delivery" not in page
    assert "Supply agreement" not in page
    for closed in ("", "documents/", "grid/", "progress/", "events", "people/"):
        assert gail.get(f"/matters/{matter.pk}/{closed}").status_code == 404
    assert gail.get(f"/documents/{document.pk}/").status_code == 404
    assert gail.get("/matters/new/").status_code == 403


def test_a_guest_cannot_add_to_what_another_delivers(
    browser: Opens, ben_browser: Browser, guest: Any, matter: Any
) -> None:
    url = announce(ben_browser, matter, ("letter.txt", len(LETTER)))["uploads"][0]["url"]

    assert send(browser(guest), url, LETTER).status_code == 404


def test_strangers_cannot_tell_an_upload_exists(
    cleo_browser: Browser, dan_browser: Browser, ben_browser: Browser, matter: Any
) -> None:
    url = announce(ben_browser, matter, ("letter.txt", len(LETTER)))["uploads"][0]["url"]

    for stranger in (cleo_browser, dan_browser):
        assert send(stranger, url, LETTER).status_code == 404
        assert (
            stranger.post(
                f"/matters/{matter.pk}/upload/start/", {}, content_type="application/json"
            ).status_code
            == 404
        )

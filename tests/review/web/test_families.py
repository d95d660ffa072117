"""Families on the documents page: what hangs on what, and a reviewer's joining, parting and undoing."""

import re
from typing import Any

import pytest
from django.test import Client as Browser

from tests.cast import LEASE, deliver
from tests.review.documents.test_families import AMENDMENT, MASTER


@pytest.fixture
def delivered(bundle: Any, ada: Any) -> dict[str, Any]:
    texts = {"Master": MASTER, "Amendment": AMENDMENT, "Lease": LEASE}
    return {name: deliver(bundle, ada, name=f"{name}.txt", content=words) for name, words in texts.items()}


def families(browser: Browser, matter: Any) -> str:
    """The words of the section, every blank one blank."""
    page = browser.get(f"/matters/{matter.pk}/documents/").content.decode()
    section = page[page.index('id="families"') :]
    section = section[: section.index("</section>")]
    return " ".join(re.sub(r"<[^>]+>", " ", section).split())


def test_the_page_says_what_hangs_on_what_and_why(
    ben_browser: Browser, matter: Any, delivered: dict[str, Any]
) -> None:
    words = families(ben_browser, matter)
    assert words.index("Master.txt") < words.index("Amendment.txt")
    assert "Calls itself Amendment No. 1 to the Supply Agreement of 3 March 2021; same parties." in words


def test_a_reviewer_parts_undoes_and_joins(
    ben_browser: Browser, matter: Any, delivered: dict[str, Any]
) -> None:
    amendment = delivered["Amendment"]
    ben_browser.post(f"/documents/{amendment.pk}/part/", {"note": "Another supply."})
    assert "Parted by Ben. Another supply." in families(ben_browser, matter)
    ben_browser.post(f"/documents/{amendment.pk}/family/undo/")
    assert "Parted" not in families(ben_browser, matter)
    join = {"document": delivered["Lease"].pk, "master": delivered["Master"].pk}
    ben_browser.post(f"/matters/{matter.pk}/documents/join/", join)
    assert "Joined by Ben." in families(ben_browser, matter)


def test_bad_input_gets_a_sentence(ben_browser: Browser, matter: Any, delivered: dict[str, Any]) -> None:
    answer = ben_browser.post(f"/matters/{matter.pk}/documents/join/", {"document": "x"})
    assert answer.status_code == 400
    assert "Choose the document, and the one it hangs on." in answer.content.decode()


def test_whoever_only_reads_sees_families_and_changes_none(
    ada_browser: Browser, ben_browser: Browser, matter: Any, ben: Any, delivered: dict[str, Any]
) -> None:
    ada_browser.post(f"/matters/{matter.pk}/people/add/", {"person": str(ben.pk), "role": "read_only"})
    words = families(ben_browser, matter)
    assert "Amendment.txt" in words
    assert "Part Amendment" not in words
    assert ben_browser.post(f"/documents/{delivered['Amendment'].pk}/part/").status_code == 403

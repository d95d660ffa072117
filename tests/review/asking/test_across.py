"""A question across the whole matter: one case file of all its texts, and an answer that quotes several families."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.test import override_settings
from rest_framework.test import APIClient

from inference.evaluation.needle.agreements import asked_for, written
from review.accounts.models import User
from review.asking.services import ask_matter
from review.documents.models import Bundle, Document
from review.matters.models import Matter
from review.readers.models import ReaderProfile
from review.readings.errors import NotAcross
from review.readings.models import CaseFile, CaseRun
from tests.cast import as_job, as_person, deliver, open_delivery, open_matter
from tests.readers import stand_in_reader
from tests.workers import work_off

AGREEMENTS = written(random.Random("across"), clauses=60, documents=4)
FIRST, LAST = AGREEMENTS.clauses[2], AGREEMENTS.clauses[-3]
QUESTION = asked_for(FIRST.name).definition


def contents() -> list[str]:
    """The agreements, a clause of the first and one of the last having the same name."""
    *others, last = (each.content for each in AGREEMENTS.case_file.documents)
    return [*others, last.replace(f"Clause {LAST.name}\n", f"Clause {FIRST.name}\n")]


@pytest.fixture(autouse=True)
def _readings_of_the_test(tmp_path: Path) -> Iterator[None]:
    with override_settings(READINGS_DIR=tmp_path / "readings"):
        yield


@pytest.fixture
def narrow(organization: Any, ada: User) -> ReaderProfile:
    return stand_in_reader(ada, window=1024)


@pytest.fixture
def agreements(bundle: Bundle, ada: User) -> list[Document]:
    """Four agreements; the last two are the annexes of one mail, the others stand by themselves."""
    *alone, third, last = (
        deliver(bundle, ada, name=f"Agreement {number}.txt", content=content)
        for number, content in enumerate(contents(), start=1)
    )
    mail = deliver(bundle, ada, name="Mail.eml", content="Two agreements are attached.\n")
    with as_person(ada):
        Document.objects.filter(pk__in=[third.pk, last.pk]).update(parent=mail)
    return [*alone, third, last]


@pytest.fixture
def elsewhere(organization: Any, agreements: list[Document], ada: User) -> Document:
    """The same clause in another matter of the same lead."""
    other = open_matter(organization, ada, name="Project Elm", number="10023-0009")
    content = f"Clause {FIRST.name}\nThe tenant of Elm House shall paint the door.\n"
    return deliver(open_delivery(other, ada), ada, name="Elm.txt", content=content)


def test_the_whole_matter_is_asked_and_both_families_are_quoted_and_named(
    matter: Matter,
    agreements: list[Document],
    elsewhere: Document,
    narrow: ReaderProfile,
    ben_browser: Browser,
    ben_api: APIClient,
    cleo_browser: Browser,
) -> None:
    address = f"/matters/{matter.pk}/ask/"
    page = ben_browser.get(address).content.decode()
    assert 'value="case_files" checked' in page
    page = ben_browser.post(address, {"question": QUESTION, "over": "matter"}, follow=True).content.decode()
    assert "Across the whole matter</span>" in page
    assert work_off(matter, "inquire") == 1
    with as_job(matter):
        run, case_file = CaseRun.objects.get(), CaseFile.objects.get()
        assert (run.is_across, case_file.documents) == (True, 5)
        named = [each.text.document.name for each in case_file.texts.select_related("text__document")]
    assert named == ["Agreement 1.txt", "Agreement 2.txt", "Agreement 3.txt", "Agreement 4.txt", "Mail.eml"]

    (told,) = ben_api.get(f"/api/v1/matters/{matter.pk}/asked/").json()
    assert (told["over"], told["stage"], told["parts"][0]["in_sections"]) == ("matter", "answered", True)
    (answer,) = told["answers"]
    first, last = agreements[0], agreements[-1]
    assert {(each["document"], each["quote"]) for each in answer["quotes"]} == {
        (str(first.pk), FIRST.text),
        (str(last.pk), LAST.text),
    }
    assert answer["covered"]["characters_searched"] == answer["covered"]["characters"]
    assert answer["covered"]["sentence"].startswith("Read in sections: 100 % of ")
    page = ben_browser.get(address).content.decode()
    assert "2 families cited:" in page
    assert "Agreement 1.txt; Agreement 3.txt and 2 more" in page
    assert "of the family Agreement 3.txt and 2 more" in page
    assert answer["covered"]["sentence"] in page
    assert "Elm" not in page
    assert cleo_browser.get(address).status_code == 404


def test_each_case_file_by_itself_is_what_is_asked_unless_somebody_says_otherwise(
    matter: Matter, agreements: list[Document], narrow: ReaderProfile, ben_api: APIClient
) -> None:
    asked = ben_api.post(f"/api/v1/matters/{matter.pk}/asked/", {"question": QUESTION}, format="json")
    assert (asked.status_code, asked.json()["over"], len(asked.json()["parts"])) == (202, "case_files", 3)
    odd = ben_api.post(
        f"/api/v1/matters/{matter.pk}/asked/", {"question": QUESTION, "over": "firm"}, format="json"
    )
    assert odd.status_code == 400


def test_a_reader_whose_window_is_too_short_says_so_before_anything_waits(
    matter: Matter, agreements: list[Document], ada: User, ada_browser: Browser
) -> None:
    stand_in_reader(ada, window=300)
    told = ada_browser.get(f"/matters/{matter.pk}/ask/cost/", {"over": "matter"}).content.decode()
    assert "This reader cannot read the whole matter as one case file" in told
    assert "tokens" not in told.split("<main")[-1]
    with as_person(ada), pytest.raises(NotAcross):
        ask_matter(
            Matter.objects.select_related("client").get(pk=matter.pk), QUESTION, is_across=True, by=ada
        )
    with as_job(matter):
        assert not CaseRun.objects.exists()

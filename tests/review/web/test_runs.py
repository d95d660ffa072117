"""Runs over whole case files in the browser: the estimate before, the way, the figures after, in the drawer too."""

import asyncio
import re
from typing import Any

import pytest
from django.test import Client as Browser

from review import engine
from review.accounts.models import User
from review.documents.models import Document
from review.matters.models import Matter
from review.readers.models import ReaderProfile
from review.readings.models import CaseRun
from tests.cast import AGREEMENT, LEASE, as_job, deliver, own_question
from tests.readers import tiny_reader
from tests.workers import work_off

from .test_progress import stream

COLUMNS = ["insurance", "anti-assignment", "effective-date"]


@pytest.fixture
def contracts(bundle: Any, ada: User) -> list[Document]:
    return [
        deliver(bundle, ada, name="Supply agreement.txt", content=AGREEMENT),
        deliver(bundle, ada, name="Warehouse lease.txt", content=LEASE),
    ]


@pytest.fixture
def profile(organization: Any, ada: User) -> Any:
    yield tiny_reader(ada)
    engine.close_whole_reader()


def run_of(matter: Matter) -> CaseRun:
    with as_job(matter):
        return CaseRun.objects.order_by("-created_at")[0]


def test_what_it_would_take_is_shown_before_anything_starts(
    ada_browser: Browser, matter: Matter, contracts: list[Document], profile: ReaderProfile
) -> None:
    page = ada_browser.get(f"/matters/{matter.pk}/runs/new/").content.decode()
    assert "counted by the model&#x27;s tokenizer on a sample" in page or "tokenizer on a sample" in page
    assert "41 questions" in page
    assert "this reader has not been measured yet" in page
    chosen = ada_browser.get(
        f"/matters/{matter.pk}/runs/new/", {"estimate": "yes", "question": COLUMNS}
    ).content.decode()
    assert "3 questions" in chosen
    with as_job(matter):
        assert not CaseRun.objects.exists()


def test_a_run_may_begin_with_the_firms_own_columns_alone(
    ada_browser: Browser, ada: User, matter: Matter, contracts: list[Document], profile: ReaderProfile
) -> None:
    address = f"/matters/{matter.pk}/runs/new/"
    assert "columns=own" not in ada_browser.get(address).content.decode()
    own_question(ada)
    assert f'href="{address}?columns=own"' in ada_browser.get(address).content.decode()
    page = ada_browser.get(address, {"columns": "own"}).content.decode()
    assert "<strong>1 question</strong>" in page


def test_without_a_reader_the_page_says_who_adds_one(ada_browser: Browser, matter: Matter) -> None:
    page = ada_browser.get(f"/matters/{matter.pk}/runs/new/").content.decode()
    assert "An administrator adds one under Readers" in page
    assert "Start" not in page


def test_a_run_goes_from_waiting_to_answered_and_tells_what_it_took(
    ada_browser: Browser, matter: Matter, contracts: list[Document], profile: ReaderProfile
) -> None:
    page = ada_browser.post(
        f"/matters/{matter.pk}/runs/new/", {"question": COLUMNS}, follow=True
    ).content.decode()
    assert "Waiting for a worker that reads whole case files." in page
    assert "Cancel the run" in page
    again = ada_browser.post(f"/matters/{matter.pk}/runs/new/", {"question": COLUMNS})
    assert again.status_code == 422
    assert "Questions are being put to this matter already." in again.content.decode()
    work_off(matter, "read_case")
    address = f"/runs/{run_of(matter).pk}/"
    done = ada_browser.get(address).content.decode()
    assert "All was answered." in done
    assert "3 of 3" in done
    assert re.search(r"These 3 columns: [^,]+ s of reading, [^,]+ s of answers, GBP \d", done)
    assert "What it took, and what was estimated" in done
    status, events = asyncio.run(stream(ada_browser, f"{address}events"))
    assert (status, [name for name, _ in events]) == (200, ["progress", "close"])
    assert (events[0][1]["done"], events[0][1]["total"], events[0][1]["over"]) == (3, 3, 1)
    listed = ada_browser.get(f"/matters/{matter.pk}/runs/").content.decode()
    assert "What each column took" in listed
    assert "Anti-Assignment" in listed


def test_the_drawer_shows_the_quotes_of_other_documents_and_the_cost(
    ada_browser: Browser, matter: Matter, contracts: list[Document], profile: ReaderProfile
) -> None:
    ada_browser.post(f"/matters/{matter.pk}/runs/new/", {"question": COLUMNS})
    work_off(matter, "read_case")
    cell = f"/matters/{matter.pk}/cells/{contracts[0].pk}/insurance/"
    page = ada_browser.get(cell).content.decode()
    assert "Quoted in other documents" in page
    assert f"/documents/{contracts[1].pk}/?start=" in page
    assert "What this answer took" in page
    assert "Read by" in page
    assert "for all 2 documents together" in page
    assert "no chance to be right" in " ".join(page.split())


def test_a_run_is_cancelled_by_whoever_reviews(
    ben_browser: Browser, matter: Matter, contracts: list[Document], profile: ReaderProfile
) -> None:
    ben_browser.post(f"/matters/{matter.pk}/runs/new/", {"question": COLUMNS})
    page = ben_browser.post(f"/runs/{run_of(matter).pk}/cancel/", follow=True).content.decode()
    assert "One case file was stopped." in page
    assert "Cancelled by Ben." in page


def test_the_lead_chooses_the_reader_on_the_brief_and_may_leave_it_to_the_firm(
    ada_browser: Browser, ben_browser: Browser, matter: Matter, profile: ReaderProfile
) -> None:
    address = f"/matters/{matter.pk}/reader/"
    assert ben_browser.post(address, {"reader": str(profile.pk)}).status_code == 403
    page = ada_browser.post(address, {"reader": str(profile.pk)}, follow=True).content.decode()
    assert "Tiny reads this matter." in page
    page = ada_browser.post(address, {"reader": ""}, follow=True).content.decode()
    assert "default reads this matter." in page.replace("&#x27;", "'")

"""Progress: the stream of events, polling, the tray, and the page an operator's monitor asks for."""

import asyncio
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import AsyncClient
from django.test import Client as Browser
from django.utils import timezone

from tests.cast import as_job, as_person


def mark(document: Any, **facts: str) -> None:
    from review.documents.models import Document

    with as_job(document):
        Document.objects.filter(pk=document.pk).update(**facts)


async def stream(
    browser: Browser, url: str, heard: Callable[[], None] = lambda: None
) -> tuple[int, list[tuple[str, Any]]]:
    """What a browser that has chosen its firm hears: the status and every event until the stream ends.

    `heard` is told of each as it comes.
    """
    client = AsyncClient()
    client.cookies = browser.cookies
    answer = await client.get(url)
    if not answer.streaming:
        return answer.status_code, []
    lines = []
    async for part in answer.streaming_content:  # type: ignore[attr-defined]
        lines.append(part.decode())
        heard()
    events = [part.strip().split("\n") for part in lines]
    return answer.status_code, [(name[7:], json.loads(data[6:])) for name, data in events]


def test_a_matter_at_rest_tells_its_figures_and_closes(
    ben_browser: Browser, matter: Any, document: Any
) -> None:
    ben_browser.get("/")
    mark(document, reading="read")

    status, events = asyncio.run(stream(ben_browser, f"/matters/{matter.pk}/events"))

    assert status == 200
    assert [name for name, _ in events] == ["progress", "close"]
    assert events[0][1]["done"] == events[0][1]["total"] == 1
    assert events[0][1]["over"] == 1


def test_the_stream_goes_on_until_the_work_is_over(ben_browser: Browser, matter: Any, document: Any) -> None:
    ben_browser.get("/")
    mark(document, reading="running")

    async def read_meanwhile() -> tuple[int, list[tuple[str, Any]]]:
        begun = asyncio.Event()
        listening = asyncio.create_task(stream(ben_browser, f"/matters/{matter.pk}/events", begun.set))
        await asyncio.wait_for(begun.wait(), 60)
        await asyncio.to_thread(mark, document, reading="read")
        return await asyncio.wait_for(listening, 60)

    _, events = asyncio.run(read_meanwhile())

    assert [name for name, _ in events] == ["progress", "progress", "close"]
    assert [figures["over"] for name, figures in events if name == "progress"] == [0, 1]


def test_a_stranger_gets_no_stream(cleo_browser: Browser, matter: Any) -> None:
    cleo_browser.get("/")

    status, events = asyncio.run(stream(cleo_browser, f"/matters/{matter.pk}/events"))

    assert status == 404
    assert events == []


def test_polling_says_when_it_is_over(ben_browser: Browser, matter: Any, document: Any) -> None:
    url = f"/matters/{matter.pk}/progress/"
    mark(document, reading="running")
    assert "data-progress-closed" not in ben_browser.get(url, headers={"HX-Request": "true"}).content.decode()

    mark(document, reading="read")

    assert "data-progress-closed" in ben_browser.get(url, headers={"HX-Request": "true"}).content.decode()


def test_the_pace_is_told_by_the_time_there_was_work(
    ben_browser: Browser, ada: Any, matter: Any, document: Any
) -> None:
    mark(document, reading="running")
    finish_jobs(ada, document, 2)
    assert "a minute" not in ben_browser.get(f"/matters/{matter.pk}/progress/").content.decode()

    finish_jobs(ada, document, 4)

    page = ben_browser.get(f"/matters/{matter.pk}/progress/").content.decode()
    pace = re.search(r"(\d+) documents a minute", page)
    assert pace is not None
    assert 20 < int(pace[1]) <= 36  # six within ten seconds, not six within a minute
    assert re.search(r"about \d seconds left", page)


def finish_jobs(person: Any, document: Any, number: int) -> None:
    """Let some readings that were due ten seconds ago be over."""
    from review.ids import uuid7
    from review.jobs.models import Job, JobKind, JobState
    from review.jobs.services import due

    with as_person(person):
        jobs = [due(JobKind.READ, document, input_hash=str(uuid7())).pk for _ in range(number)]
        Job.objects.filter(pk__in=jobs).update(
            state=JobState.DONE,
            created_at=timezone.now() - timedelta(seconds=10),
            finished_at=timezone.now(),
        )


def test_the_tray_names_what_is_under_way(
    ben_browser: Browser, cleo_browser: Browser, matter: Any, document: Any
) -> None:
    mark(document, reading="pending")

    assert "Project Harrow" in ben_browser.get("/jobs/", headers={"HX-Request": "true"}).content.decode()
    assert "Project Harrow" not in cleo_browser.get("/jobs/", headers={"HX-Request": "true"}).content.decode()


def test_the_health_page_needs_no_sign_in(style_sheets: None) -> None:
    answer = Browser().get("/healthz")

    assert answer.status_code == 200
    assert answer.content == b"ok\n"


def test_a_migration_that_was_not_applied_is_missed() -> None:
    from review.web.health import missing_from

    everything = missing_from(set())

    assert ("documents", "0001_initial") in everything
    assert missing_from(everything) == set()
    assert missing_from(everything - {("documents", "0001_initial")}) == {("documents", "0001_initial")}

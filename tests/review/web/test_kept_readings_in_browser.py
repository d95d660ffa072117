"""Kept readings in Chromium: every place one can be, kept longer and let go by keyboard, and the panel kept live."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from review.accounts.models import User
from review.ids import uuid7
from review.matters.models import Matter
from review.readers.description import spec_of
from review.readers.services import keep_pace
from review.readings.keep_readings import pin_reading
from review.readings.models import CasePart, CaseRun, KeptReading, Place, WhyMoved
from review.readings.readings_gone import ReadingsGone
from review.readings.units import keep_case_files, plan_of
from review.tenancy.models import AuditEvent
from tests.cast import (
    AGREEMENT,
    LEASE,
    PASSWORD,
    as_job,
    as_person,
    deliver,
    new_person,
    open_delivery,
    open_firm,
    own_question,
)
from tests.cast import open_matter as open_matter_of
from tests.readers import kept_reading, tiny_reader

from .live_service import live_service
from .looks import faults_of_every_look
from .test_in_browser import FLAGS, PATIENCE, Day, listen, signed_in

__all__ = ["signed_in"]
GB = 1024**3
NAMES = ["Distribution", "Lease of Mill 2", "Maintenance", "Supply", "Warehouse lease", "Licence"]


@dataclass(frozen=True)
class Room:
    """A firm whose matter has a reading in every place there is."""

    ada: User
    matter: Matter
    run: CaseRun

    @property
    def home(self) -> str:
        return f"/matters/{self.matter.pk}/"


@pytest.fixture(scope="module")
def room() -> Room:
    ada = new_person("Ada", password=PASSWORD)
    firm = open_firm("Marlowe & Finch LLP", ada)
    matter = open_matter_of(firm, ada, name="Project Harrow", number="10023-0007")
    bundle = open_delivery(matter, ada)
    for number, name in enumerate(NAMES):
        words = (AGREEMENT, LEASE)[number % 2] + f"\nThis is the paper called {name}.\n"
        deliver(bundle, ada, name=f"{name}.txt", content=words)
    profile = tiny_reader(ada, name="House reader", window=400)
    with as_person(ada):
        case_files = keep_case_files(matter, plan_of(matter, spec_of(profile)).units)
        told = {"edition": 1, "fingerprint": "weights:code"}
        keep_pace(profile, **told, prefill_tokens=1000, prefill_seconds=10.0)
        keep_pace(profile, **told, answers=4, answer_tokens=80, answer_seconds=12.0)
    column = own_question(ada)
    now = timezone.now()
    held: dict[str, Any] = {
        "held_until": now + timedelta(hours=1),
        "memory_bytes": 3 * GB,
        "disk_bytes": 2 * GB,
    }
    moved = {"moved_at": now - timedelta(minutes=20)}
    places: list[dict[str, Any]] = [
        {"place": Place.DEVICE, **held},
        {"place": Place.MEMORY, "why": WhyMoved.ROOM, **moved, **held},
        {"why": WhyMoved.ROOM, **moved, "last_used_at": now - timedelta(hours=5)},
        {"saved_tokens": 640, "trouble": "The disk was full.", "last_used_at": now - timedelta(days=1)},
        {"disk_bytes": GB, "last_used_at": now - timedelta(days=2)},
        {"place": Place.GONE, "why": WhyMoved.LIFETIME, "saved_tokens": 0, "disk_bytes": 0, **moved},
    ]
    readings = [
        kept_reading(matter, profile, case_file=each, **said)
        for each, said in zip(case_files, places, strict=True)
    ]
    with as_person(ada):
        pin_reading(readings[4], now + timedelta(days=40), by=ada)
        AuditEvent.objects.create(
            organization_id=firm.pk,
            actor=ada,
            action="matter.deleted",
            subject_kind="matters.matter",
            subject_id=uuid7(),
            detail=ReadingsGone(12, 9 * GB, keys=1).as_facts(),
        )
    with as_job(matter):
        named = {"organization_id": matter.organization_id, "matter": matter}
        estimate = {
            "tokens": 900,
            "questions": 2,
            "reading_seconds": 9.0,
            "answering_seconds": 6.0,
            "seconds": 15.0,
        }
        run = CaseRun.objects.create(
            **named,
            profile=profile,
            edition=1,
            question_ids=[str(column.pk)],
            estimate=estimate,
            started_by=ada,
        )
        read = {"state": "done", "tokens": 900, "tokens_read": 900, "questions": 1}
        back = {"tokens_restored": 832, "restore_seconds": 0.25, "unpaid_seconds": 0.25}
        back |= {"price_minor": 240_000, "currency": "GBP"}
        back |= {"attention_least": 0.9627, "attention_heads": 1040, "attention_dense": 37}
        for number, took in enumerate([back, {"is_warm": True}]):
            CasePart.objects.create(
                **named, run=run, case_file=case_files[number], ordinal=number, **read, **took
            )
    return Room(ada, matter, run)


@pytest.fixture(scope="module")
def day(room: Room) -> Iterator[Day]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed")
    expect.set_options(timeout=PATIENCE)
    with live_service(with_workers=False) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")  # Playwright has a loop in this thread
            yield Day(address, room.ada.email, chromium)
        chromium.close()


@pytest.fixture
def page(signed_in: BrowserContext) -> Iterator[Page]:
    page = signed_in.new_page()
    complaints = listen(page)
    yield page
    page.close()
    assert complaints == []


def press_on(page: Page, role: Literal["link", "button"], name: str) -> None:
    """Reach something by its name as a keyboard does, and press Enter on it."""
    found = page.get_by_role(role, name=name)
    found.focus()
    expect(found).to_be_focused()
    page.keyboard.press("Enter")


PAGES = {
    "kept-home": "{home}",
    "kept-case-file": "{home}runs/",
    "kept-new-run": "{home}runs/new/?estimate=yes&question={own}",
    "kept-new-column": "{home}questions/new/",
    "kept-ask": "{home}ask/",
    "kept-run": "/runs/{run}/",
    "kept-keep": "/kept/{reading}/keep/",
    "kept-let-go": "/kept/{reading}/let-go/",
    "kept-budget": "/readers/",
    "reader-form": "/readers/new/?kind=engine",
}


def test_the_pages_are_accessible_at_both_widths_and_in_both_schemes(page: Page, room: Room) -> None:
    with as_person(room.ada):
        reading = KeptReading.objects.filter(why=WhyMoved.ROOM, place=Place.DISK)[0]
    places = {"home": room.home, "run": room.run.pk, "reading": reading.pk, "own": "insurance"}
    faults = {}
    for name, address in PAGES.items():
        page.goto(address.format(**places))
        if name == "kept-ask":
            expect(page.locator("#question-cost [data-cost]")).to_contain_text("The question itself takes")
        for fold in page.locator("#kept details:not([open]) > summary").all():
            fold.click()
        faults |= faults_of_every_look(page, name)
    assert faults == {}


def test_a_reading_is_kept_released_and_let_go_by_keyboard_alone(page: Page, room: Room) -> None:
    page.goto(f"{room.home}runs/")
    name = "Maintenance.txt"
    row = page.get_by_role("table", name="").get_by_role("row", name=name).first
    press_on(page, "link", f"Keep until… a day, {name}")
    page.get_by_label("Keep until").fill(f"{timezone.now() + timedelta(days=9):%Y-%m-%d}")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("pinned by Ada")
    press_on(page, "button", f"Do not hold any longer the reading of {name}")
    expect(row).not_to_contain_text("pinned by")
    press_on(page, "link", f"Let go now of {name}")
    expect(page.get_by_text("No answer, no quote and no document is lost.")).to_be_visible()
    press_on(page, "button", "Let go now")
    expect(page.get_by_text(f"{name} is not kept any more.")).to_be_visible()
    page.get_by_text("Not kept any more 2").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ada let go of it.")).to_be_visible()


def test_the_panel_follows_what_workers_do_while_somebody_looks(page: Page, room: Room) -> None:
    page.clock.install()
    page.goto(f"{room.home}runs/")
    kept = page.locator("#kept")
    expect(kept.get_by_text("In the reader’s memory")).to_have_count(1)
    page.get_by_role("link", name="Keep until… a day, Distribution.txt").focus()
    with as_job(room.matter):
        KeptReading.objects.filter(place=Place.DEVICE).update(place=Place.DISK, why=WhyMoved.ROOM)
    page.clock.fast_forward("00:16")
    expect(kept.get_by_text("In the reader’s memory")).to_have_count(0)
    expect(page.get_by_role("link", name="Keep until… a day, Distribution.txt")).to_be_focused()

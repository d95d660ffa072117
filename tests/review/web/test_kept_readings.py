"""Kept readings in the browser: where each is and why it moved, kept longer, let go; and the firm's budgets."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from review.accounts.models import User
from review.ids import uuid7
from review.matters.models import Matter, MatterRole
from review.matters.services import add_member
from review.readers.description import spec_of
from review.readers.models import ReaderProfile
from review.readers.services import keep_pace
from review.readings.keep_readings import pin_reading
from review.readings.models import CasePart, CaseRun, KeptReading, Place, WhyMoved
from review.readings.readings_gone import ReadingsGone
from review.readings.units import keep_case_files, plan_of
from review.tenancy.models import AuditEvent
from tests.cast import AGREEMENT, LEASE, as_job, as_person, deliver, own_question
from tests.readers import asked_of_a_matter, kept_reading, tiny_reader

NAME = "All of Project Harrow"
MIB = 1024**2


@pytest.fixture
def profile(organization: Any, ada: User) -> ReaderProfile:
    return tiny_reader(ada)


@pytest.fixture
def case_file(matter: Matter, bundle: Any, profile: ReaderProfile, ada: User) -> Any:
    deliver(bundle, ada, name="Supply agreement.txt", content=AGREEMENT)
    deliver(bundle, ada, name="Warehouse lease.txt", content=LEASE)
    with as_person(ada):
        (made,) = keep_case_files(matter, plan_of(matter, spec_of(profile)).units)
    return made


@pytest.fixture
def reading(matter: Matter, profile: ReaderProfile, case_file: Any) -> KeptReading:
    return kept_reading(matter, profile)


def words_of(browser: Browser, address: str, **sent: str) -> str:
    """The page without its marks, every run of white space one blank."""
    page = browser.get(address, sent).content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def update(matter: Matter, **changes: Any) -> None:
    with as_job(matter):
        KeptReading.objects.update(**changes)


def held() -> dict[str, Any]:
    return {"held_until": timezone.now() + timedelta(minutes=5), "memory_bytes": 3 * MIB}


def in_a_week() -> str:
    return f"{timezone.now() + timedelta(days=7):%Y-%m-%d}"


def test_before_anything_was_read_the_pages_say_what_will_be_there(
    ada_browser: Browser, matter: Matter, case_file: Any
) -> None:
    whole = words_of(ada_browser, f"/matters/{matter.pk}/runs/")
    assert "No case file has been read yet" in whole
    assert "so that the next question costs only its own answer" in whole
    assert "No case file has been read yet" in words_of(ada_browser, f"/matters/{matter.pk}/")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"place": Place.DEVICE, "held": True}, ["In the reader’s memory", "3.0 MB memory", "5.0 MB disk"]),
        ({"place": Place.MEMORY, "held": True}, ["In main memory", "3.0 MB memory"]),
        ({"place": Place.DISK, "why": WhyMoved.ROOM}, ["On disk", "It made room for another reading."]),
        ({"place": Place.DEVICE}, ["On disk", "The worker that held it in memory stopped."]),
        (
            {"place": Place.GONE, "why": WhyMoved.LIFETIME, "saved_tokens": 0},
            ["Not kept any more 1", "as long as the firm keeps readings.", "no answer is lost"],
        ),
        (
            {"saved_tokens": 640, "trouble": "The disk is full."},
            ["640 of 900 tokens are saved", "The disk is full."],
        ),
    ],
    ids=["in use", "waiting", "on disk", "worker gone", "gone", "saved in part"],
)
def test_the_panel_says_where_a_reading_is_how_large_and_why_it_moved(
    ada_browser: Browser, matter: Matter, reading: KeptReading, told: dict[str, Any], words: list[str]
) -> None:
    told = dict(told)
    update(matter, moved_at=timezone.now(), **(held() if told.pop("held", False) else {}), **told)
    page = words_of(ada_browser, f"/matters/{matter.pk}/runs/")
    for each in (NAME, "Tiny", "900", *words):
        assert each in page
    assert NAME in words_of(ada_browser, f"/matters/{matter.pk}/")


def test_ben_keeps_a_reading_until_a_day_and_holds_it_no_longer(
    ada_browser: Browser, ben_browser: Browser, matter: Matter, reading: KeptReading
) -> None:
    address = f"/kept/{reading.pk}/keep/"
    assert "900 tokens, 5.0 MB on disk" in words_of(ben_browser, address)
    done = ben_browser.post(address, {"until": in_a_week()})
    assert done["Location"] == f"/matters/{matter.pk}/runs/#kept"
    page = words_of(ada_browser, f"/matters/{matter.pk}/runs/")
    assert "Pinned" in page
    assert "pinned by Ben" in page
    assert "Let go now" not in page
    assert "Do not hold any longer" in page
    assert "Choose “Do not hold any longer” first." in words_of(ada_browser, f"/kept/{reading.pk}/let-go/")
    ada_browser.post(f"/kept/{reading.pk}/release/")
    page = words_of(ada_browser, f"/matters/{matter.pk}/runs/")
    assert "pinned by" not in page
    assert "Let go now" in page
    activity = words_of(ada_browser, f"/matters/{matter.pk}/")
    assert "Ben had a reading kept until a day" in activity
    assert "Ada had a reading held no longer" in activity


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        ("2020-01-31", "Choose a day to come."),
        ("2999-01-31", "A reading is pinned for a year at the most."),
        ("soon", "Write the day as year-month-day"),
        ("", "Choose a day."),
    ],
)
def test_an_odd_day_is_refused_beside_its_field_and_stays_there(
    ben_browser: Browser, reading: KeptReading, until: str, sentence: str
) -> None:
    answer = ben_browser.post(f"/kept/{reading.pk}/keep/", {"until": until})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(rf'id="id_until_error">.*{sentence}', page, re.DOTALL)
    assert not until or f'value="{until}"' in page


def test_letting_go_asks_first_and_says_that_nothing_is_lost(
    ben_browser: Browser, matter: Matter, reading: KeptReading
) -> None:
    address = f"/kept/{reading.pk}/let-go/"
    asked = words_of(ben_browser, address)
    assert "No answer, no quote and no document is lost." in asked
    assert "its 900 tokens are read again first" in asked
    page = ben_browser.post(address, follow=True).content.decode()
    assert f"{NAME} is not kept any more. It is read again when asked next." in page
    assert "Ben let go of it." in page
    assert ben_browser.post(address).status_code == 409
    assert "This reading is not kept any more." in words_of(ben_browser, f"/kept/{reading.pk}/keep/")


def test_whoever_may_only_read_sees_the_panel_and_changes_nothing(
    ada: User, ben: User, ben_browser: Browser, matter: Matter, reading: KeptReading
) -> None:
    with as_person(ada):
        add_member(matter, ben, role=MatterRole.READ_ONLY, by=ada)
    page = words_of(ben_browser, f"/matters/{matter.pk}/runs/")
    assert "On disk" in page
    assert "Keep until…" not in page
    for address in ("keep", "release", "let-go"):
        assert ben_browser.post(f"/kept/{reading.pk}/{address}/", {"until": in_a_week()}).status_code == 403


def test_a_browser_that_looks_again_is_sent_the_panel_only_when_it_changed(
    ada_browser: Browser, matter: Matter, reading: KeptReading
) -> None:
    address = f"/matters/{matter.pk}/kept/"
    assert (
        f"{address}?seen=" not in ada_browser.get(f"/matters/{matter.pk}/runs/").content.decode()
    )  # nothing moves
    update(matter, place=Place.DEVICE, **held())
    page = ada_browser.get(f"/matters/{matter.pk}/runs/").content.decode()
    (seen,) = re.findall(rf'hx-get="{address}\?seen=(\w+)"', page)
    fragment = {"HX-Request": "true"}
    assert ada_browser.get(address, {"seen": seen}, headers=fragment).status_code == 204
    update(matter, place=Place.DISK, why=WhyMoved.ROOM)
    again = ada_browser.get(address, {"seen": seen}, headers=fragment)
    assert again.status_code == 200
    assert again.content.decode().lstrip().startswith('<section class="card mb-3" id="kept"')
    assert "It made room for another reading." in again.content.decode()


def test_a_new_column_says_what_it_costs_before_it_is_added(
    ada_browser: Browser, ada: User, matter: Matter, profile: ReaderProfile, reading: KeptReading
) -> None:
    address = f"/matters/{matter.pk}/questions/new/"
    assert "1 case file is read first" in words_of(ada_browser, address)
    assert "this reader has not been measured yet" in words_of(ada_browser, address)
    with as_person(ada):
        told = {"edition": 1, "fingerprint": "weights:code"}
        keep_pace(profile, **told, prefill_tokens=1000, prefill_seconds=10.0)
        keep_pace(profile, **told, answers=4, answer_tokens=80, answer_seconds=12.0)
    page = words_of(ada_browser, address)
    assert (
        "What this column would take of Project Harrow Nothing is read again. 1 case file comes back from disk"
        in page
    )
    assert re.search(r"The question itself takes about \d+ tokens of its own, 3 s, GBP 0.002\b", page)
    update(matter, place=Place.DEVICE, **held())
    assert "Nothing is read again. 1 case file is warm: 900 tokens are kept." not in page
    assert "1 case file is warm" in words_of(ada_browser, address)
    cost = words_of(ada_browser, f"/matters/{matter.pk}/ask/cost/")
    assert "1 case file is warm" in cost
    assert (
        f'hx-get="/matters/{matter.pk}/ask/cost/"'
        in ada_browser.get(f"/matters/{matter.pk}/ask/").content.decode()
    )
    run = words_of(ada_browser, f"/matters/{matter.pk}/runs/new/")
    assert "Read Nothing is read again" in run
    assert "1 case file warm in memory" in run


def test_a_run_shows_what_it_took_beside_what_was_estimated(
    ada_browser: Browser, ada: User, matter: Matter, profile: ReaderProfile, case_file: Any
) -> None:
    column = own_question(ada)
    told = {"tokens": 0, "questions": 1, "reading_seconds": 0.0, "answering_seconds": 2.5, "seconds": 2.5}
    with as_job(matter):
        named = {"organization_id": matter.organization_id, "matter": matter}
        run = CaseRun.objects.create(
            **named,
            profile=profile,
            edition=1,
            question_ids=[str(column.pk)],
            estimate={**told, "kept_tokens": 900},
            started_by=ada,
        )
        CasePart.objects.create(
            **named, run=run, case_file=case_file, ordinal=1, state="done", tokens=900, tokens_read=900,
            tokens_restored=832, restore_seconds=0.25, prefill_seconds=2.0, questions=1,
            unpaid_seconds=2.25, price_minor=240, currency="GBP",
        )  # fmt: skip
    page = words_of(ada_browser, f"/runs/{run.pk}/")
    assert (
        "This column: 2 s of reading, under 1 s of bringing 832 tokens back from disk, 0 s of answers" in page
    )
    assert "Restored from disk: 832 of 900 tokens in 0.25 s" in page
    assert "Tokens read 0 68" in page
    assert "Tokens kept from before 900 832" in page
    assert "Reading 0.00 s 2.25 s" in page  # no answer has paid for it
    assert "Answers 2.50 s 0.00 s" in page
    assert "Device time 2.50 s 2.25 s" in page
    assert "Cost – GBP 0.0015" in page


def test_an_administrator_sets_what_readers_keep_and_sees_sums_without_names(
    ada_browser: Browser, ben_browser: Browser, matter: Matter, reading: KeptReading
) -> None:
    page = words_of(ada_browser, "/readers/")
    assert "What readers keep" in page
    assert "5.0 MB of 200.0 GB in 1 reading" in page
    assert "nobody of the firm has set it" in page
    section = page[page.index("What readers keep") :]
    assert "Harrow" not in section
    assert "What readers keep" not in words_of(ben_browser, "/readers/")
    said = {"disk": "1.5", "memory": "", "device": "0.25", "days": "7"}
    assert ben_browser.post("/readers/budget/", said).status_code == 403
    page = ada_browser.post("/readers/budget/", said, follow=True).content.decode()
    assert "What readers keep is changed." in page
    assert 'value="1.5"' in page
    told = words_of(ada_browser, "/readers/")
    for each in (
        "5.0 MB of 1.5 GB",
        "nothing may wait there",
        "256.0 MB of each device may be taken",
        "7 days after a reading",
    ):
        assert each in told


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("disk", "much", "Write a number of gigabytes, such as 200."),
        ("disk", "", "Write a number of gigabytes, such as 200."),
        ("disk", "-1", "A budget is 0 gigabytes or more."),
        ("disk", "0", "Choose a larger disk budget, or have pins taken off first."),
        ("memory", "1e999999", "Write a number of gigabytes"),
        ("device", "9000000000", "That is more than any machine has."),
        ("days", "0", "Readings are kept for a day at the least."),
        ("days", "1.5", "Write a whole number of days, such as 30."),
    ],
)
def test_a_budget_that_cannot_hold_is_refused_beside_its_field_and_stays_there(
    ada_browser: Browser, ada: User, reading: KeptReading, field: str, value: str, sentence: str
) -> None:
    with as_person(ada):
        pin_reading(reading, timezone.now() + timedelta(days=3), by=ada)
    said = {"disk": "10", "memory": "", "device": "", "days": "7", field: value}
    answer = ada_browser.post("/readers/budget/", said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(rf'id="id_{field}_error">(?:(?!data-field).)*{re.escape(sentence)}', page, re.DOTALL)
    assert re.search(rf'name="{field}"(?: value="{re.escape(value)}")', page) or not value


def test_an_administrator_sees_what_became_of_a_deleted_matters_readings(
    ada_browser: Browser, ada: User, organization: Any
) -> None:
    assert "Matters that were deleted" not in words_of(ada_browser, "/readers/")
    facts = {"rows": 9, **ReadingsGone(3, 5 * MIB, keys=1).as_facts()}
    with as_person(ada):
        for detail in ({"rows": 4}, facts):  # as `manage.py delete_matter` writes them
            AuditEvent.objects.create(
                organization_id=organization.pk,
                actor=ada,
                action="matter.deleted",
                subject_kind="matters.matter",
                subject_id=uuid7(),
                detail=detail,
            )
    told = words_of(ada_browser, "/readers/")
    assert "3 saved readings of 5.0 MB are gone, and so is the key that sealed them." in told
    assert "Nothing was saved of its readings." in told


def test_a_question_tells_what_of_the_case_file_came_back_from_disk(
    ada_browser: Browser, ada: User, matter: Matter, profile: ReaderProfile, case_file: Any
) -> None:
    asked_of_a_matter(matter, ada, profile)
    told = {"tokens": 900, "tokens_read": 900, "tokens_restored": 832, "restore_seconds": 0.25}
    with as_job(matter):
        CasePart.objects.update(state="asking", **told)
    page = words_of(ada_browser, f"/matters/{matter.pk}/ask/")
    assert "Restored from disk: 832 of 900 tokens in 0.25 s" in page

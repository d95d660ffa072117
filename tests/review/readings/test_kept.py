"""What a worker keeps of a case file: saved, restored after a restart, let go of in time, and never told to others."""

import fcntl
import os
import shutil
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils import timezone

from inference.engine.saved.keys import ReadingKey
from inference.engine.saved.manifest import load_manifest
from inference.engine.saved.refused import ReadingRefused
from inference.engine.saved.restore import check
from review import engine
from review.accounts.models import User
from review.documents.models import Document
from review.findings.terms import agree_ai_terms
from review.ids import uuid7
from review.jobs.models import Job, JobKind
from review.matters.models import AiTerms, Client, Matter
from review.playbooks.models import Question
from review.readers.description import Description, spec_of
from review.readers.models import ReaderProfile
from review.readers.services import change_reader
from review.readings import work_in_hand
from review.readings.keep_readings import let_go_of_reading, pin_reading, set_budget, unpin_reading
from review.readings.kept_readings import disk_used_by
from review.readings.memory_use import MemoryUse, memory_used_by
from review.readings.models import (
    CaseAnswer,
    CasePart,
    CaseRun,
    KeptReading,
    MatterReadingKey,
    PartState,
    Place,
    ReadingShare,
    WhyMoved,
)
from review.readings.reading_folders import folder_of
from review.readings.reading_keys import key_of
from review.readings.services import cancel_run, resume_run, start_run
from review.readings.tasks import tell_the_last
from review.readings.tend_memory import UNHELD, Tender, tender
from review.tenancy.models import AuditEvent
from tests.cast import AGREEMENT, LEASE, as_job, as_person, deliver, open_delivery, open_matter
from tests.readers import tiny_reader
from tests.workers import work_off


def read(matter: Matter, profile: ReaderProfile, columns: list[Question], by: User, *more: str) -> CasePart:
    """Put columns to a matter and work them off; the newest part of it."""
    with as_person(by):
        found = Matter.objects.select_related("client").get(pk=matter.pk)
        run = start_run(found, profile, columns, by=by)
    work_off(matter, "read_case", *more)
    return part_of(run)


def part_of(run: CaseRun) -> CasePart:
    with as_job(run):
        return CasePart.objects.get(run=run)


def kept(matter: Matter) -> KeptReading:
    with as_job(matter):
        return KeptReading.objects.latest("last_used_at")


def said(matter: Matter, column: Question) -> tuple[Any, ...]:
    """What was answered to a column, to the letter."""
    with as_job(matter):
        answer = CaseAnswer.objects.get(question=column)
        quotes = tuple(answer.quotes.values_list("start", "end", "quote", "score"))
        return answer.state, answer.value, answer.reason, answer.against, quotes


def folder(matter: Matter) -> Path:
    return folder_of(matter.organization_id, matter.pk)


def restart() -> None:
    """The worker's process ends and another begins."""
    engine.close_whole_reader()


@pytest.fixture(autouse=True)
def _nothing_is_tended() -> Iterator[None]:
    yield
    restart()
    tender.tend()


@pytest.fixture
def first(
    matter: Matter, contracts: list[Document], profile: ReaderProfile, columns: list[Question], ada: User
) -> CasePart:
    """One column, read from the start."""
    return read(matter, profile, columns[:1], ada)


@pytest.fixture
def elm(organization: Any, ada: User) -> Matter:
    """Another matter of the firm with the same contracts."""
    elm = open_matter(organization, ada, name="Project Elm", number="10023-0008")
    bundle = open_delivery(elm, ada)
    deliver(bundle, ada, name="Supply agreement.txt", content=AGREEMENT)
    deliver(bundle, ada, name="Warehouse lease.txt", content=LEASE)
    return elm


def test_what_was_read_is_saved_for_the_service_alone_and_counted(first: CasePart, matter: Matter) -> None:
    reading = kept(matter)
    assert (reading.tokens, reading.saved_tokens, reading.is_saved) == (first.tokens, first.tokens, True)
    assert (reading.place_now, reading.is_held, reading.sentence) == (Place.DEVICE, True, "")
    assert reading.memory_bytes > 0
    own = folder(matter) / reading.folder
    files = [each for each in own.iterdir() if each.is_file()]
    assert reading.disk_bytes == sum(each.stat().st_size for each in files) > 0
    for each in (folder(matter).parent, folder(matter), own):
        assert stat.S_IMODE(each.stat().st_mode) == 0o700
    assert not any(b"Northwind" in each.read_bytes() for each in files)
    with as_job(matter):
        share = ReadingShare.objects.get(pk=reading.pk)
        assert share.bytes == reading.disk_bytes == disk_used_by(matter.organization_id).bytes
        assert share.tidier == Job.objects.get(kind=JobKind.TIDY).pk


def test_a_worker_that_restarts_restores_instead_of_reading_and_answers_the_same(
    first: CasePart, matter: Matter, elm: Matter, profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    restart()
    later = read(matter, profile, columns[:2], ada)
    assert (later.state, later.is_warm, later.reused) == (PartState.DONE, False, 1)
    assert later.tokens_restored == later.tokens_read == first.tokens
    assert later.prefill_seconds == 0 < later.restore_seconds
    for number in (1, 2):  # without an end between them
        read(elm, profile, columns[:number], ada)
    assert said(matter, columns[1]) == said(elm, columns[1])


def test_a_document_that_is_added_extends_what_was_read_and_a_changed_one_is_read_from_there_on(
    first: CasePart, matter: Matter, profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    deliver(open_delivery(matter, ada, name="Later"), ada, name="Z letter.txt", content="A letter.\n" * 40)
    longer = read(matter, profile, columns[:1], ada)
    assert first.tokens > longer.tokens_restored > first.tokens - 2 * profile.chunk
    with as_person(ada):
        Document.objects.filter(name="Supply agreement.txt").update(text=None)  # another takes its place
    changed = AGREEMENT.replace("one million", "two million")
    deliver(open_delivery(matter, ada, name="Again"), ada, name="Supply agreement.txt", content=changed)
    other = read(matter, profile, columns[:1], ada)
    assert 0 < other.tokens_restored < longer.tokens_restored
    assert other.tokens_restored % profile.chunk == 0


def test_a_reader_that_only_asks_otherwise_goes_on_from_what_was_saved_and_one_that_reads_otherwise_does_not(
    first: CasePart, matter: Matter, profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    restart()
    change(profile, ada, reason_tokens=3)
    assert read(matter, profile, columns[:1], ada).tokens_restored == first.tokens
    with as_job(matter):
        old, new = KeptReading.objects.order_by("made_at")
        assert (old.place, old.why) == (Place.GONE, WhyMoved.CHANGED)
        assert new.is_saved
        assert ReadingShare.objects.get().pk == new.pk
    change(profile, ada, cache="model")
    assert read(matter, profile, columns[:1], ada).tokens_restored == 0
    with as_job(matter):
        assert KeptReading.objects.filter(why=WhyMoved.CHANGED, place=Place.GONE).count() == 2
    assert [each.name for each in folder(matter).iterdir()] == [kept(matter).folder]


def test_with_another_secret_what_was_saved_does_not_open_and_is_read_again(
    first: CasePart,
    matter: Matter,
    profile: ReaderProfile,
    columns: list[Question],
    ada: User,
    monkeypatch: Any,
) -> None:
    restart()
    monkeypatch.setattr(settings, "READINGS_SECRET", "another secret of thirty-two characters")
    later = read(matter, profile, columns[:2], ada)
    assert (later.state, later.tokens_restored) == (PartState.DONE, 0)


def test_without_a_secret_nothing_is_saved_and_the_reading_says_so(
    matter: Matter,
    contracts: list[Document],
    profile: ReaderProfile,
    columns: list[Question],
    ada: User,
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr(settings, "READINGS_SECRET", "")
    read(matter, profile, columns[:1], ada)
    reading = kept(matter)
    assert reading.trouble == "Readings are not saved: READINGS_SECRET is not set for this worker."
    assert (reading.saved_tokens, reading.place_now) == (0, Place.DEVICE)
    assert not folder(matter).exists()


def test_what_was_damaged_on_the_disk_is_read_again_and_the_reading_says_so(
    first: CasePart, matter: Matter, profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    restart()
    last = sorted((folder(matter) / kept(matter).folder).glob("*.sealed"))[-1]
    content = bytearray(last.read_bytes())
    content[-1] ^= 1
    last.write_bytes(content)
    later = read(matter, profile, columns[:2], ada)
    assert 0 < later.tokens_restored < later.tokens
    assert kept(matter).why == WhyMoved.DAMAGED
    assert kept(matter).is_saved


def test_what_could_not_be_saved_is_read_all_the_same_and_says_why(
    first: CasePart, matter: Matter, profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    reading = kept(matter)
    with as_person(ada):
        let_go_of_reading(reading, by=ada)
    tender.tend()
    taken = folder(matter) / reading.folder
    taken.mkdir()
    handle = os.open(taken, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(handle, fcntl.LOCK_EX)  # as a worker that saves the same at the same time
    try:
        assert read(matter, profile, columns[:2], ada).state == PartState.DONE
    finally:
        os.close(handle)
    again = kept(matter)
    assert again.trouble == "This reading is not saved any further: another process is saving it."
    assert (again.why, again.sentence) == (WhyMoved.TROUBLE, "It could not be saved.")
    assert (again.place_now, again.saved_tokens) == (Place.DEVICE, 0)


def test_each_matter_has_a_key_and_a_folder_of_its_own_and_nobody_sees_another_s(
    first: CasePart,
    matter: Matter,
    elm: Matter,
    profile: ReaderProfile,
    columns: list[Question],
    ada: User,
    cleo: User,
    dan: User,
    other_organization: Any,
) -> None:
    read(elm, profile, columns[:1], ada)
    keys = []
    for one, other in ((matter, elm), (elm, matter)):
        with as_job(one):  # a job of the one sees nothing of the other
            assert KeptReading.objects.get().matter_id == MatterReadingKey.objects.get().matter_id == one.pk
            assert not KeptReading.objects.filter(matter_id=other.pk).exists()
            keys.append(key_of(one.organization_id, one.pk))
    assert keys[0] != keys[1]
    for stranger in (cleo, dan):
        with as_person(stranger):
            assert not KeptReading.objects.exists()
            assert not MatterReadingKey.objects.exists()
    restart()
    shutil.rmtree(folder(matter))
    shutil.copytree(
        folder(elm), folder(matter)
    )  # another's files do not open here, though they hold the same
    assert read(matter, profile, columns[:2], ada).tokens_restored == 0


def test_the_firm_s_budget_lets_the_reading_go_that_was_used_longest_ago(
    first: CasePart, matter: Matter, elm: Matter, profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    one = kept(matter).disk_bytes
    with as_person(ada):
        set_budget(matter.organization_id, disk_bytes=one * 3 // 2, days=9, by=ada)
    read(elm, profile, columns[:1], ada)
    assert kept(matter).is_saved  # no worker of another matter touches it
    work_off(matter, "tidy")
    old, new = kept(matter), kept(elm)
    assert (old.saved_tokens, old.why) == (0, WhyMoved.BUDGET)
    assert (new.is_saved, new.why) == (True, WhyMoved.NOTHING)
    assert not any(folder(matter).iterdir())
    with as_person(ada):
        assert disk_used_by(matter.organization_id).bytes == new.disk_bytes
    assert "Elm" not in WhyMoved(old.why).label


def test_a_reading_that_the_budget_could_never_hold_takes_no_other_s_place(
    first: CasePart, matter: Matter, elm: Matter, profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    one = kept(matter).disk_bytes
    deliver(open_delivery(elm, ada, name="More"), ada, name="Long.txt", content=AGREEMENT + LEASE)
    with as_person(ada):
        set_budget(matter.organization_id, disk_bytes=one + 10, days=9, by=ada)
    assert read(elm, profile, columns[:1], ada).state == PartState.DONE
    work_off(matter, "tidy")
    assert kept(matter).is_saved
    large = kept(elm)
    assert (large.saved_tokens, large.place_now, large.why) == (0, Place.DEVICE, WhyMoved.TROUBLE)
    assert large.trouble == "This reading is not saved: it takes more than the firm's whole disk budget."
    assert not any(folder(elm).iterdir())


def test_where_pins_fill_the_budget_a_new_reading_is_not_saved_and_says_why(
    first: CasePart, matter: Matter, elm: Matter, profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    reading = kept(matter)
    with as_person(ada):
        set_budget(matter.organization_id, disk_bytes=reading.disk_bytes * 3 // 2, days=9, by=ada)
        pin_reading(reading, timezone.now() + timedelta(days=3), by=ada)
    read(elm, profile, columns[:1], ada)
    work_off(matter, "tidy")
    work_off(elm, "tidy")
    assert kept(matter).is_saved
    reading = kept(elm)
    assert (reading.saved_tokens, reading.place_now) == (0, Place.DEVICE)
    assert reading.trouble == "This reading is not saved: pinned readings fill the firm's disk budget."


def test_a_pin_that_memory_cannot_keep_beside_others_says_so_until_it_can(
    matter: Matter,
    contracts: list[Document],
    elm: Matter,
    profile: ReaderProfile,
    columns: list[Question],
    ada: User,
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr(settings, "READINGS_SECRET", "")
    read(matter, profile, columns[:1], ada)
    one = kept(matter).memory_bytes
    with as_person(ada):
        room = {"disk_bytes": 0, "device_bytes": 10**9, "memory_bytes": one * 3 // 2}
        set_budget(matter.organization_id, **room, days=9, by=ada)
    read(elm, profile, columns[:1], ada)
    readings, untold = [kept(matter), kept(elm)], kept(elm).trouble
    with as_person(ada):
        for reading in readings:
            pin_reading(reading, timezone.now() + timedelta(days=3), by=ada)
    tender.tend()
    tender.tend()
    assert sorted(kept(each).trouble for each in (matter, elm)) == [untold, f"{untold} {UNHELD}"]
    with as_person(ada):
        unpin_reading(readings[0], by=ada)
    tender.tend()
    tender.tend()
    assert {kept(each).trouble for each in (matter, elm)} == {untold}


def test_a_reading_ends_with_nobody_reading_and_a_pinned_one_does_not(
    first: CasePart, matter: Matter, ada: User
) -> None:
    with as_job(matter):
        long_ago = timezone.now() - timedelta(seconds=1)
        KeptReading.objects.update(ends_at=long_ago)
        job = Job.objects.get(kind=JobKind.TIDY)
        assert timezone.now() < job.not_before < timezone.now() + timedelta(minutes=61)
    reading = kept(matter)
    with as_person(ada):
        pin_reading(reading, timezone.now() + timedelta(days=1), by=ada)
    tidy_now(matter)
    assert kept(matter).is_saved
    with as_job(matter):
        KeptReading.objects.update(ends_at=long_ago, pinned_until=None, pinned_by=None)
    tidy_now(matter)
    reading = kept(matter)
    assert (reading.place_now, reading.why) == (Place.GONE, WhyMoved.LIFETIME)
    assert not any(folder(matter).iterdir())
    tender.tend()
    assert engine.kept_cases() == ()  # from memory too


def test_a_worker_that_stopped_is_told_of_and_files_that_no_row_names_are_removed(
    first: CasePart, matter: Matter
) -> None:
    (folder(matter) / ("f" * 32)).mkdir()
    with as_job(matter):
        KeptReading.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert (kept(matter).place_now, kept(matter).sentence) == (Place.DISK, WhyMoved.STOPPED.label)
    tidy_now(matter)
    reading = kept(matter)
    assert (reading.place, reading.why, reading.memory_bytes) == (Place.DISK, WhyMoved.STOPPED, 0)
    assert [each.name for each in folder(matter).iterdir()] == [reading.folder]


def test_what_a_person_lets_go_of_leaves_the_disk_at_once_and_memory_when_the_worker_looks(
    first: CasePart, matter: Matter, ada: User
) -> None:
    reading = kept(matter)
    with as_person(ada):
        let_go_of_reading(reading, by=ada)
    assert not any(folder(matter).iterdir())
    assert len(engine.kept_cases()) == 1
    tender.tend()
    assert engine.kept_cases() == ()
    assert (kept(matter).place_now, kept(matter).let_go_by_id) == (Place.GONE, ada.pk)


def test_where_machine_reading_is_forbidden_what_was_read_goes_with_its_key(
    first: CasePart, matter: Matter, ada: User
) -> None:
    with as_person(ada):
        agree_ai_terms(
            Matter.objects.select_related("client").get(pk=matter.pk), AiTerms.COMPACT_ONLY, by=ada
        )
        assert not MatterReadingKey.objects.exists()
    assert not folder(matter).exists()
    tender.tend()
    assert engine.kept_cases() == ()
    reading = kept(matter)
    assert (reading.place_now, reading.sentence) == (Place.GONE, "The AI terms forbid machine reading.")


def test_room_made_for_another_matter_is_told_without_naming_it(
    first: CasePart, matter: Matter, elm: Matter, profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    room = kept(matter).memory_bytes * 3 // 2
    with as_person(ada):
        set_budget(matter.organization_id, disk_bytes=10**9, device_bytes=room, days=9, by=ada)
    read(elm, profile, columns[:1], ada)
    tender.tend()
    moved = kept(matter)
    assert (moved.place, moved.is_held) == (Place.DISK, False)
    assert moved.sentence in {WhyMoved.ROOM.label, WhyMoved.SMALLER.label}
    assert kept(elm).is_held


def test_a_reading_that_waits_in_main_memory_says_for_what(
    first: CasePart, matter: Matter, elm: Matter, profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    room = kept(matter).memory_bytes * 3 // 2
    with as_person(ada):
        firm = matter.organization_id
        set_budget(firm, disk_bytes=10**9, device_bytes=room, memory_bytes=10**9, days=9, by=ada)
    read(elm, profile, columns[:1], ada)
    tender.tend()
    waits = kept(matter)
    assert (waits.place, waits.is_held) == (Place.MEMORY, True)
    assert waits.why in {WhyMoved.ROOM, WhyMoved.SMALLER}
    with as_person(ada):
        held = memory_used_by(firm)
    assert held == MemoryUse(2, kept(elm).memory_bytes, waits.memory_bytes)


def test_a_client_that_forbids_machine_reading_is_heeded_behind_a_wall_too(
    first: CasePart, matter: Matter, organization: Any, ada: User, cleo: User
) -> None:
    with as_person(cleo):  # who may record it, and cannot see the matter
        agree_ai_terms(Client.objects.get(pk=matter.client_id), AiTerms.FORBIDDEN, by=cleo)
    assert kept(matter).is_saved
    tidy_now(matter)
    assert (kept(matter).place, kept(matter).why) == (Place.GONE, WhyMoved.FORBIDDEN)
    assert not folder(matter).exists()
    with as_job(matter):
        assert not MatterReadingKey.objects.exists()


def let_go(matter: Matter, by: User) -> tuple[KeptReading, str]:
    """The one reading of a matter, wanted gone by a person, and the key of its case file."""
    reading = kept(matter)
    with as_person(by):
        let_go_of_reading(reading, by=by)
    with as_job(matter):
        return reading, reading.case_file.key


@contextmanager
def tending() -> Iterator[Tender]:
    """A thread beside the worker, as each of its processes has one."""
    beside = Tender()
    beside.start()
    try:
        yield beside
    finally:
        beside.stop()


def wait_until_dropped() -> None:
    until = time.monotonic() + 60  # seconds for a busy machine
    while engine.kept_cases():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_worker_s_own_thread_hears_what_is_wanted_gone(first: CasePart, matter: Matter, ada: User) -> None:
    reading, key = let_go(matter, ada)
    with tending() as beside:
        beside.know(reading, key)
        wait_until_dropped()


def test_a_worker_s_own_thread_goes_on_whatever_befell_it(
    first: CasePart, matter: Matter, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    befell = threading.Event()
    tidy_cases = engine.tidy_cases

    def broken_once() -> None:
        if not befell.is_set():
            befell.set()
            raise KeyError("a matter's own words")
        tidy_cases()

    monkeypatch.setattr(engine, "tidy_cases", broken_once)
    reading, key = let_go(matter, ada)
    with tending() as beside:
        beside.know(reading, key)
        assert befell.wait(20)
        beside.know(reading, key)
        wait_until_dropped()


def test_nobody_waits_for_a_row_until_the_model_has_time(
    first: CasePart, matter: Matter, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = kept(matter)
    with as_person(ada):
        pin_reading(reading, timezone.now() + timedelta(days=1), by=ada)
    asked: list[tuple[str, bool]] = []
    kept_cases, pin_case = engine.kept_cases, engine.pin_case

    def kept_cases_asked() -> tuple[engine.KeptCase, ...]:
        asked.append(("kept_cases", connection.in_atomic_block))
        return kept_cases()

    def pin_case_asked(*given: Any) -> bool:
        asked.append(("pin_case", connection.in_atomic_block))
        return pin_case(*given)

    monkeypatch.setattr(engine, "kept_cases", kept_cases_asked)
    monkeypatch.setattr(engine, "pin_case", pin_case_asked)
    tender.tend()
    assert set(asked) == {("kept_cases", False), ("pin_case", False)}
    assert [each.is_pinned for each in engine.kept_cases()] == [True]


def test_what_is_read_again_while_the_tender_looks_is_not_said_to_have_left(
    first: CasePart,
    matter: Matter,
    profile: ReaderProfile,
    columns: list[Question],
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    restart()
    kept_cases = engine.kept_cases

    def reads_again_meanwhile() -> Any:
        before = kept_cases()
        monkeypatch.setattr(engine, "kept_cases", kept_cases)
        read(matter, profile, columns[:2], ada)
        return before

    monkeypatch.setattr(engine, "kept_cases", reads_again_meanwhile)
    tender.tend()
    assert (kept(matter).place, kept(matter).is_held) == (Place.DEVICE, True)
    restart()
    tender.tend()
    assert (kept(matter).place, kept(matter).why) == (Place.DISK, WhyMoved.CLOSED)


def test_a_reading_whose_reader_made_room_for_another_one_says_so(
    first: CasePart, matter: Matter, profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    other = tiny_reader(ada, name="Another", reason_tokens=3)
    read(matter, other, columns[:1], ada)
    tender.tend()
    with as_job(matter):
        told = {each.profile_id: each for each in KeptReading.objects.all()}
    assert (told[profile.pk].place, told[profile.pk].why) == (Place.DISK, WhyMoved.CLOSED)
    assert (told[other.pk].place, told[other.pk].is_held) == (Place.DEVICE, True)


def test_a_worker_that_ends_in_order_says_where_its_readings_are(first: CasePart, matter: Matter) -> None:
    tell_the_last()
    reading = kept(matter)
    assert (reading.place, reading.sentence) == (Place.DISK, "The worker closed this reader.")


def test_what_is_let_go_of_while_it_is_read_does_not_come_back(
    matter: Matter,
    contracts: list[Document],
    profile: ReaderProfile,
    columns: list[Question],
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read_case, held = engine.read_case, []

    def let_go_of_meanwhile(*given: Any) -> Any:
        done = read_case(*given)
        reading = kept(matter)
        with as_person(ada):
            let_go_of_reading(reading, by=ada)
        tender.tend()
        held.extend(engine.kept_cases())  # it is about to be asked, and must not be read again for that
        return done

    monkeypatch.setattr(engine, "read_case", let_go_of_meanwhile)
    assert read(matter, profile, columns[:1], ada).state == PartState.DONE
    assert len(held) == 1
    work_off(matter, "tidy")
    assert (kept(matter).place, kept(matter).why) == (Place.GONE, WhyMoved.PERSON)
    assert not any(folder(matter).iterdir())
    tender.tend()
    assert engine.kept_cases() == ()


def break_off(
    matter: Matter, profile: ReaderProfile, columns: list[Question], by: User, patch: pytest.MonkeyPatch
) -> CaseRun:
    """Cancel a run when a part of the case file has been read, and take it up again; nobody has worked it off yet."""
    read_case = engine.read_case

    def called_off(
        spec: engine.ReaderSpec,
        case: engine.Case,
        progress: Callable[[int, int], None],
        *_: Callable[[], bool],
    ) -> engine.CaseRead:
        reached = [0]

        def reaches(done: int, total: int) -> None:
            reached.append(done)
            progress(done, total)

        return read_case(spec, case, reaches, lambda: reached[-1] > 0)

    with patch.context() as meanwhile:
        meanwhile.setattr(engine, "read_case", called_off)
        assert read(matter, profile, columns, by).state == PartState.READING
    with as_person(by):
        run = CaseRun.objects.select_related("matter__client", "profile").latest("created_at")
        cancel_run(run, by=by)
        resume_run(run, by=by)
    return run


def test_what_was_saved_of_a_reading_that_was_broken_off_outlives_the_worker_that_held_it(
    matter: Matter,
    contracts: list[Document],
    profile: ReaderProfile,
    columns: list[Question],
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = break_off(matter, profile, columns[:1], ada, monkeypatch)
    restart()
    tender.tend()
    left = kept(matter)
    assert (left.place, left.why) == (Place.DISK, WhyMoved.CLOSED)
    assert 0 < left.saved_tokens < left.tokens
    work_off(matter, "tidy")
    with as_job(matter):
        assert ReadingShare.objects.get().bytes == kept(matter).disk_bytes > 0
    work_off(matter, "read_case")
    part = part_of(run)
    assert (part.state, part.restore_seconds > 0) == (PartState.DONE, True)
    assert part.tokens_restored == 0  # no other run had read it


def test_a_reading_that_goes_on_in_the_memory_it_was_broken_off_in_was_not_damaged(
    matter: Matter,
    contracts: list[Document],
    profile: ReaderProfile,
    columns: list[Question],
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = break_off(matter, profile, columns[:1], ada, monkeypatch)
    work_off(matter, "read_case")
    assert (part_of(run).state, part_of(run).tokens_restored) == (PartState.DONE, 0)
    assert (kept(matter).is_saved, kept(matter).why) == (True, WhyMoved.NOTHING)


def test_what_is_forbidden_while_it_is_read_is_not_read_to_its_end(
    matter: Matter,
    contracts: list[Document],
    profile: ReaderProfile,
    columns: list[Question],
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read_case = engine.read_case

    def forbidden_meanwhile(spec: Any, case: Any, progress: Any, *is_to_stop: Any) -> Any:
        def progress_and_forbid(done: int, total: int) -> None:
            progress(done, total)
            with as_person(ada):
                found = Matter.objects.select_related("client").get(pk=matter.pk)
                if found.ai_terms != AiTerms.COMPACT_ONLY:
                    agree_ai_terms(found, AiTerms.COMPACT_ONLY, by=ada)

        return read_case(spec, case, progress_and_forbid, *is_to_stop)

    monkeypatch.setattr(engine, "read_case", forbidden_meanwhile)
    monkeypatch.setattr(work_in_hand, "EVERY", 0.0)
    monkeypatch.setattr(work_in_hand, "TERMS_EVERY", 0.0)
    part = read(matter, profile, columns[:1], ada)
    assert part.state == PartState.FORBIDDEN
    assert 0 < part.tokens_read < part.tokens
    assert engine.kept_cases() == ()
    assert not folder(matter).exists()


def test_what_finds_no_room_waits_and_nobody_is_told_that_the_reader_is_broken(
    first: CasePart, matter: Matter, elm: Matter, profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    room = kept(matter).memory_bytes * 3 // 2
    with as_person(ada):
        set_budget(matter.organization_id, disk_bytes=10**9, device_bytes=room, days=9, by=ada)
    texts = (engine.CaseText("one", f"{AGREEMENT}\n{LEASE}", "en"),)
    other = engine.Case(str(uuid7()), str(uuid7()), "a case file", texts)
    with engine.in_hand(spec_of(profile), other):
        part = read(elm, profile, columns[:1], ada)
    assert (part.state, part.waits) == (PartState.PENDING, 1)
    with as_job(elm):
        assert Job.objects.get(subject_id=part.pk).error.startswith("This case file finds no room")
        assert ReaderProfile.objects.get(pk=profile.pk).problem == ""


def test_columns_that_were_answered_push_nothing_out_of_memory(
    first: CasePart, matter: Matter, elm: Matter, profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    room = kept(matter).memory_bytes * 3 // 2
    with as_person(ada):
        set_budget(matter.organization_id, disk_bytes=10**9, device_bytes=room, days=9, by=ada)
    read(elm, profile, columns[:1], ada)
    engine.what_moved()
    again = read(matter, profile, columns[:1], ada)
    assert (again.state, again.reused, again.tokens) == (PartState.DONE, 1, first.tokens)
    assert engine.what_moved() == ()


def change(profile: ReaderProfile, by: User, **settings: Any) -> None:
    with as_person(by):
        described = replace(Description.by(profile), **settings)
        assert change_reader(profile, described, by=by)


def tidy_now(matter: Matter) -> None:
    with as_job(matter):
        Job.objects.filter(kind=JobKind.TIDY).update(not_before=None)
    assert work_off(matter, "tidy") == 1


def test_a_deleted_matter_s_readings_are_gone_with_their_key_and_the_receipt_says_so(
    first: CasePart,
    matter: Matter,
    elm: Matter,
    profile: ReaderProfile,
    columns: list[Question],
    ada: User,
    tmp_path: Path,
) -> None:
    reading = kept(matter)
    killed = folder(matter).with_name(str(uuid4()))  # a deletion was, after its matter was gone
    killed.mkdir()
    read(elm, profile, columns[:1], ada)
    kept_of_elm = kept(elm)
    backup = tmp_path / "backup"
    shutil.copytree(folder(matter), backup)
    told = StringIO()
    named = {"organization": str(matter.organization_id), "matter": str(matter.pk)}
    call_command("delete_matter", **named, by=ada.email, yes=True, stdout=told)
    connections["maintenance"].close()
    assert f"1 saved reading of {reading.disk_bytes:,} bytes and the key that sealed them" in told.getvalue()
    assert [each.name for each in folder(matter).parent.iterdir()] == [str(elm.pk)]
    assert kept(elm).is_saved
    with as_person(ada):
        event = AuditEvent.objects.get(action="matter.deleted")
        gone = {"readings": 1, "reading_bytes": reading.disk_bytes, "reading_keys": 1}
        assert gone.items() <= event.detail.items()
        assert ReadingShare.objects.get().pk == kept_of_elm.pk
    tender.tend()
    assert {each.matter for each in engine.kept_cases()} <= {
        str(elm.pk)
    }  # the worker that held it dropped it
    with as_job(matter):  # whoever brings the files back makes another key
        other = key_of(matter.organization_id, matter.pk)
        (left,) = engine.saved_cases(backup)
        transaction.set_rollback(True)
    assert other is not None
    with pytest.raises(ReadingRefused, match="sealed with another key"):
        check(load_manifest(backup / left.name), ReadingKey(other), load_manifest(backup / left.name).made_by)

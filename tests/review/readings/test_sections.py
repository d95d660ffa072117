"""Longer than the window: read in sections, with exact quotes at their places; answers tell what they rest on."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.test import override_settings
from django.utils import timezone
from openpyxl import load_workbook

from inference.evaluation.needle.agreements import Clause, written
from review import engine
from review.accounts.models import User
from review.documents.models import Bundle, Document
from review.findings.delete_matter import delete_matter
from review.findings.models import Evidence, Finding
from review.findings.tasks import read_case_task
from review.jobs.models import Job, JobKind, JobState
from review.matters.models import Matter
from review.playbooks.models import Question
from review.readers.models import ReaderProfile
from review.readers.services import choose_reader
from review.readings.due_tidying import due_tidying
from review.readings.estimate import NEW_COLUMN, estimate_run
from review.readings.figures import figures_of_run
from review.readings.keep_readings import set_budget
from review.readings.models import CaseAnswer, CasePart, CaseRun, PartState, ReadingShare
from review.readings.reading_folders import folder_of, made_folder_of
from review.readings.recipes import asked_of
from review.readings.sections import covered_by
from review.readings.services import cancel_run, resume_run, start_run
from review.readings.tend_memory import tender
from review.reports.export_xlsx import export_xlsx
from tests.agreements import add_columns
from tests.cast import as_job, as_person, deliver
from tests.readers import stand_in_reader
from tests.workers import work_off

from .test_kills import the_lease_ends, worker

WINDOW = 1024  # of the stand-in's 2,048 tokens
AGREEMENTS = written(random.Random("sections"), clauses=60, documents=4)


@pytest.fixture(autouse=True)
def _readings_of_the_test(tmp_path: Path) -> Iterator[None]:
    with override_settings(READINGS_DIR=tmp_path / "readings"):
        yield


@pytest.fixture
def narrow(organization: Any, ada: User) -> ReaderProfile:
    return stand_in_reader(ada, window=WINDOW)


@pytest.fixture
def family(bundle: Bundle, ada: User) -> list[Document]:
    """A mail and the four agreements that came with it: about twice what the reader takes at once."""
    mail = deliver(bundle, ada, name="Mail.eml", content="The agreements are attached.\n")
    annexes = [
        deliver(bundle, ada, name=f"{each.id}.txt", content=each.content)
        for each in AGREEMENTS.case_file.documents
    ]
    with as_person(ada):
        Document.objects.filter(pk__in=[each.pk for each in annexes]).update(parent=mail)
    return [mail, *annexes]


@pytest.fixture
def asked(family: list[Document], ada: User) -> list[Question]:
    """Two clauses of different agreements, and one that none has."""
    return add_columns(ada, [AGREEMENTS.clauses[3].name, AGREEMENTS.clauses[-4].name, AGREEMENTS.absent[0]])


def start(matter: Matter, profile: ReaderProfile, columns: list[Question], by: User) -> CaseRun:
    with as_person(by):
        return start_run(Matter.objects.select_related("client").get(pk=matter.pk), profile, columns, by=by)


def choose(matter: Matter, profile: ReaderProfile, by: User) -> None:
    with as_person(by):
        choose_reader(Matter.objects.select_related("client").get(pk=matter.pk), profile, by=by)


def memories_of(matter: Matter) -> dict[str, tuple[int, bytes]]:
    """The files in which the matter's documents stay remembered: when each was written, and its bytes."""
    folder = folder_of(matter.organization_id, matter.pk) / ".memories"
    return {each.name: (each.stat().st_mtime_ns, each.read_bytes()) for each in folder.glob("*.memory")}


def the_part(run: CaseRun) -> CasePart:
    with as_job(run):
        return CasePart.objects.select_related("case_file").get(run=run)


def said_by(answer: CaseAnswer) -> list[tuple[str, int, str]]:
    quotes = list(answer.quotes.select_related("text__document"))
    assert all(each.quote == each.text.content[each.start : each.end] for each in quotes)
    return [(each.text.document.name, each.start, each.quote) for each in quotes]


def at(clause: Clause) -> tuple[str, int, str]:
    return f"{clause.document_id}.txt", clause.start, clause.text


def test_a_family_longer_than_the_window_is_answered_at_the_right_places_and_says_what_was_read(
    matter: Matter,
    family: list[Document],
    asked: list[Question],
    narrow: ReaderProfile,
    ada: User,
    ada_browser: Browser,
) -> None:
    choose(matter, narrow, ada)
    page = ada_browser.get(f"/matters/{matter.pk}/runs/new/").content.decode()
    assert "Mail.eml: longer than the reader takes at once, and read in sections." in page
    cost = ada_browser.get(f"/matters/{matter.pk}/ask/cost/").content.decode()
    assert "It is longer than the reader takes at once and read in sections" in cost
    with as_person(ada):
        estimate, _ = estimate_run(matter, narrow, [asked_of(each) for each in asked])
    assert (estimate.in_sections, estimate.too_long) == (("Mail.eml",), ())
    assert (estimate.seconds, estimate.cost) == (None, "")

    run = start(matter, narrow, asked, ada)
    work_off(matter, "read_case")
    part = the_part(run)
    assert (part.state, part.in_sections, part.case_file.documents) == (PartState.DONE, True, 5)
    assert part.tokens == part.tokens_read > WINDOW
    with as_job(matter):
        found, other, absent = (CaseAnswer.objects.get(question=each) for each in asked)
        assert said_by(found) == [at(AGREEMENTS.clauses[3])]
        assert said_by(other) == [at(AGREEMENTS.clauses[-4])]
        assert (absent.state, said_by(absent)) == ("not_found", [])
        took = figures_of_run(run.pk)
        assert took.prefill_seconds == took.reading_seconds == pytest.approx(part.prefill_seconds)
        for answer in (found, other, absent):
            covered = covered_by(answer)
            assert covered is not None
            assert covered.characters == covered.characters_searched == part.case_file.characters
            assert 0 < covered.characters_read_again < covered.characters
            assert covered.sentence.startswith("Read in sections: 100 % of ")
        assert Finding.objects.count() == len(asked) * len(family)
        assert {(each.text_id, each.start) for each in Evidence.objects.all()} == {
            (quote.text_id, quote.start) for each in (found, other) for quote in each.quotes.all()
        }
    page = ada_browser.get(f"/runs/{run.pk}/").content.decode()
    assert "Read in sections" in page
    drawer = f"/matters/{matter.pk}/cells/{family[1].pk}/{asked[2].key}/"
    page = ada_browser.get(drawer).content.decode()
    assert "Read in sections: 100 % of" in page
    assert "All of it was read" not in page
    with as_person(ada):
        book = load_workbook(BytesIO(export_xlsx(Matter.objects.get(pk=matter.pk), by=ada)))
        headings, *rows = book["Findings"].iter_rows(values_only=True)
        told = [row[headings.index("Read in sections")] for row in rows]
        assert all(each.startswith("Read in sections: 100 % of ") for each in told)
    with as_person(ada):
        told, _ = estimate_run(matter, narrow, [asked_of(each) for each in asked])
        assert (told.questions, told.answered, told.through_characters) == (0, len(asked), 0)
        one = estimate_run(matter, narrow, [NEW_COLUMN])[0]
        assert (one.section_questions, one.to_go_through, one.through_seconds) == (1, 0, 0.0)
        assert one.seconds == one.section_seconds
        assert one.seconds
        assert one.cost.startswith("GBP ")
    page = ada_browser.get(f"/runs/{run.pk}/").content.decode()
    assert "Going through documents" in page
    assert "of going through documents" in page
    cost = ada_browser.get(f"/matters/{matter.pk}/ask/cost/").content.decode()
    assert "read in sections; all its documents were gone through before." in cost
    _time_passes(matter, ada)
    with as_job(matter):
        due_tidying(matter, now=True)
    work_off(matter, "tidy")
    with as_person(ada):
        again = estimate_run(matter, narrow, [NEW_COLUMN])[0]
    assert again.through_characters == part.case_file.characters
    assert again.through_seconds == pytest.approx(part.prefill_seconds, rel=0.5)
    page = ada_browser.get(f"/matters/{matter.pk}/runs/new/").content.decode()
    assert f"{part.case_file.characters:,} characters" in page
    assert "of going through documents, 0 s of reading" in page


def test_where_the_disk_takes_nothing_it_is_gone_through_and_answered_all_the_same(
    matter: Matter, asked: list[Question], narrow: ReaderProfile, ada: User
) -> None:
    (made_folder_of(matter.organization_id, matter.pk) / ".memories").write_text("no folder")
    choose(matter, narrow, ada)
    run = start(matter, narrow, asked[:1], ada)
    work_off(matter, "read_case")
    part = the_part(run)
    assert (part.state, part.in_sections) == (PartState.DONE, True)


def test_called_off_while_it_is_gone_through_it_goes_on_later(
    matter: Matter,
    family: list[Document],
    asked: list[Question],
    narrow: ReaderProfile,
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = start(matter, narrow, asked[:1], ada)
    read = engine.read_case

    def cancelled(*given: Any) -> Any:
        with as_person(ada):
            cancel_run(run, by=ada)
        return read(*given)

    monkeypatch.setattr(engine, "read_case", cancelled)
    work_off(matter, "read_case")
    assert (the_part(run).state, the_part(run).in_sections) == (PartState.CANCELLED, True)
    assert memories_of(matter) == {}
    monkeypatch.undo()
    with as_person(ada):
        resume_run(CaseRun.objects.select_related("matter__client", "profile").get(pk=run.pk), by=ada)
    work_off(matter, "read_case")
    assert the_part(run).state == PartState.DONE
    assert len(memories_of(matter)) == len(family)
    with as_job(matter):
        assert said_by(CaseAnswer.objects.get()) == [at(AGREEMENTS.clauses[3])]
        assert ReadingShare.objects.count() == 1
    held = (str(matter.organization_id), str(matter.pk))
    assert engine.holds_cases(*held)
    delete_matter(matter.pk, matter.organization_id, by=ada)
    tender.tend()
    assert not engine.holds_cases(*held)
    assert memories_of(matter) == {}
    with as_person(ada, matter.organization_id):
        assert not ReadingShare.objects.exists()


def test_killed_while_it_is_gone_through_what_was_finished_is_not_gone_through_again(
    matter: Matter,
    family: list[Document],
    asked: list[Question],
    narrow: ReaderProfile,
    ada: User,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("READINGS_DIR", str(tmp_path / "readings"))
    run = start(matter, narrow, asked[:1], ada)
    with worker(run, tmp_path / "killed.log") as killed:
        killed.kill_when(lambda: len(memories_of(matter)) > 0)
    assert killed.asked() == []
    finished = memories_of(matter)
    assert 0 < len(finished) < len(family)
    the_lease_ends(run)
    with as_job(matter):
        job = Job.objects.get(kind=JobKind.READ_CASE)
    read_case_task(str(job.pk))
    assert the_part(run).state == PartState.DONE
    whole = memories_of(matter)
    assert len(whole) == len(family)
    assert {name: whole[name] for name in finished} == finished
    with as_job(matter):
        assert said_by(CaseAnswer.objects.get()) == [at(AGREEMENTS.clauses[3])]


def test_what_is_remembered_counts_to_the_disk_of_the_firm_and_goes_in_time_or_for_room(
    matter: Matter, family: list[Document], asked: list[Question], narrow: ReaderProfile, ada: User
) -> None:
    for number, let_go_of_it in enumerate((_time_passes, _the_budget_is_full)):
        start(matter, narrow, [asked[number]], ada)
        engine.close_whole_reader()
        work_off(matter, "read_case")
        with as_job(matter):
            share = ReadingShare.objects.get()
        assert share.bytes == sum(len(content) for _, content in memories_of(matter).values()) > 0
        let_go_of_it(matter, ada)
        with as_job(matter):
            due_tidying(matter, now=True)
        work_off(matter, "tidy")
        assert memories_of(matter) == {}
        with as_job(matter):
            assert not ReadingShare.objects.exists()


def test_what_a_reading_that_never_ended_remembered_counts_and_goes_in_time_too(
    matter: Matter,
    family: list[Document],
    asked: list[Question],
    narrow: ReaderProfile,
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = engine.read_case

    def broken_off(
        spec: engine.ReaderSpec,
        case: engine.Case,
        progress: Callable[[int, int], None],
        *_: Callable[[], bool],
    ) -> engine.CaseRead:
        return read(spec, case, progress, lambda: bool(memories_of(matter)))

    monkeypatch.setattr(engine, "read_case", broken_off)
    run = start(matter, narrow, asked[:1], ada)
    work_off(matter, "read_case")
    assert the_part(run).state == PartState.READING
    for let_go_of_it in (None, _time_passes):
        if let_go_of_it:
            let_go_of_it(matter, ada)
        with as_job(matter):
            assert Job.objects.filter(kind=JobKind.TIDY, state=JobState.QUEUED).update(not_before=None) == 1
        work_off(matter, "tidy")
        remembered = sum(len(content) for _, content in memories_of(matter).values())
        with as_job(matter):
            assert sum(share.bytes for share in ReadingShare.objects.all()) == remembered
        assert bool(remembered) == (let_go_of_it is None)


def _time_passes(matter: Matter, by: User) -> None:
    with as_job(matter):
        ReadingShare.objects.update(last_used_at=timezone.now() - timedelta(days=400))


def _the_budget_is_full(matter: Matter, by: User) -> None:
    with as_person(by):
        set_budget(matter.organization_id, disk_bytes=1, days=30, by=by)

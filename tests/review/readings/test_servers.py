"""A model on a server of the firm's own: a run, a free question, a server that goes away, and who may be talked to."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import Client as Browser
from django.test import override_settings
from openpyxl import load_workbook
from rest_framework.test import APIClient

from review.accounts.models import User
from review.asking.services import ask_matter
from review.documents.models import Document
from review.errors import Conflict
from review.findings.models import Evidence, Finding
from review.findings.tasks import read_case_task
from review.ids import uuid7
from review.jobs.models import Job, JobKind, JobState
from review.matters.models import Matter
from review.playbooks.models import Question
from review.readers.errors import NoWholeReader
from review.readers.models import ReaderProfile
from review.readers.services import retire_reader
from review.readings.errors import NothingLeft, UnderWay
from review.readings.models import CaseAnswer, CaseDoubt, CasePart, CaseQuote, CaseRun, PartState, Support
from review.readings.selectors import run_view
from review.readings.services import cancel_run, resume_run, start_run
from review.readings.tasks import try_reader_task
from review.readings.try_reader import is_being_tried, try_reader
from review.readings.waiting import TRIES, wait_after
from review.tenancy.models import AuditEvent
from tests.cast import GOVERNING_LAW, as_job, as_person
from tests.inference.remote.protocol_server import (
    MODEL,
    Ignoring,
    Obeying,
    ProtocolServer,
    Refuse,
    Reply,
    Row,
    found,
    serving,
)
from tests.readers import remote_reader, tiny_reader
from tests.workers import work_off

CONDITION = "Neither party may assign this Agreement"  # leaves out on what it hangs


def lawyer(body: Row) -> Reply:
    """A model held to its form that knows two clauses of the agreement, and cuts the second of them short."""
    said = body["messages"][-1]["content"]
    answers = {
        "Governing Law": found((_passage_of(GOVERNING_LAW, said), GOVERNING_LAW)),
        "A free question": found((_passage_of(GOVERNING_LAW, said), GOVERNING_LAW)),
        "Anti-Assignment": found((_passage_of(CONDITION, said), CONDITION)),
    }
    return Obeying(answers)(body)


def _passage_of(words: str, said: str) -> int:
    numbers = re.findall(r"⟦(\d+)⟧", said[: said.find(words)])
    return int(numbers[-1]) if numbers else 1


@pytest.fixture
def server() -> Iterator[ProtocolServer]:
    with serving(ProtocolServer(lawyer)) as running:
        yield running


def server_reader(server: ProtocolServer, by: User, **more: object) -> ReaderProfile:
    return remote_reader(by, server.base_url, **{"model": MODEL, **more})


def start(matter: Matter, profile: ReaderProfile, columns: list[Question], by: User) -> CaseRun:
    with as_person(by):
        return start_run(Matter.objects.select_related("client").get(pk=matter.pk), profile, columns, by=by)


def the_part(run: CaseRun) -> CasePart:
    with as_job(run):
        return CasePart.objects.get(run=run)


def read_by(server: ProtocolServer) -> str:
    return f"Rack ({MODEL} at 127.0.0.1:{server.port})"


def test_a_run_is_answered_by_the_server_and_says_where_each_answer_was_read(
    server: ProtocolServer, matter: Matter, contracts: list[Document], columns: list[Question], ada: User
) -> None:
    run = start(matter, server_reader(server, ada), columns, ada)
    work_off(matter, "read_case")
    part = the_part(run)
    assert (part.state, part.tokens, part.tokens_read) == (PartState.DONE, 100, 100)  # as the server counts
    with as_job(matter):
        answers = CaseAnswer.objects.all()
        assert len(answers) == len(columns)
        assert {each.read_by for each in answers} == {read_by(server)}
        quote = CaseQuote.objects.get(answer__question__key="governing-law")
        assert (quote.quote, quote.score) == (GOVERNING_LAW, None)
        assert Evidence.objects.get(quote=GOVERNING_LAW).score is None
        assert Finding.objects.filter(score=0).count() == 0
    asked = len(server.asked)
    start(matter, run.profile, columns, ada)
    work_off(matter, "read_case")
    assert len(server.asked) == asked


def test_a_question_joins_a_run_that_the_server_is_being_asked(
    server: ProtocolServer, matter: Matter, contracts: list[Document], columns: list[Question], ada: User
) -> None:
    run = start(matter, server_reader(server, ada, side_by_side=2), columns, ada)
    with as_person(ada):
        ask_matter(Matter.objects.select_related("client").get(pk=matter.pk), "Which law governs?", by=ada)
    with as_job(matter):
        job = Job.objects.get(kind=JobKind.READ_CASE)
    read_case_task(str(job.pk))
    with as_job(matter):
        assert {part.state for part in CasePart.objects.all()} == {PartState.DONE}
        stored = list(CaseAnswer.objects.order_by("created_at").values_list("part__run_id", flat=True))
    assert stored.count(run.pk) == len(columns) == len(stored) - 1
    assert stored[-1] == run.pk  # the question did not wait for the columns


def test_a_free_question_is_answered_on_the_page_with_where_it_was_read_and_whether_support_was_judged(
    server: ProtocolServer, matter: Matter, contracts: list[Document], ada: User, ada_browser: Browser
) -> None:
    server_reader(server, ada)
    with as_person(ada):
        ask_matter(Matter.objects.select_related("client").get(pk=matter.pk), "Which law governs?", by=ada)
    work_off(matter, "inquire")
    page = ada_browser.get(f"/matters/{matter.pk}/ask/").content.decode()
    for words in (
        GOVERNING_LAW,
        read_by(server),
        "Support not judged",
        "whether they carry the answer is for",
    ):
        assert words in page
    assert "Choice" not in page  # the server tells no chance


def test_the_only_answer_is_shown_without_a_click_also_where_it_found_nothing(
    server: ProtocolServer, matter: Matter, contracts: list[Document], ada: User, ada_browser: Browser
) -> None:
    server.model = Obeying()
    server_reader(server, ada)
    with as_person(ada):
        ask_matter(Matter.objects.select_related("client").get(pk=matter.pk), "Who pays the rent?", by=ada)
    work_off(matter, "inquire")
    page = ada_browser.get(f"/matters/{matter.pk}/ask/").content.decode()
    answered = page[page.index('aria-live="polite"') : page.index("</article>")]
    assert "Not found" in answered
    assert "All 2 documents were read; the reader found no answer in them." in answered
    assert read_by(server) in answered
    assert "<details" not in answered


def test_a_server_that_goes_away_is_waited_for_and_nothing_is_asked_twice(
    matter: Matter, contracts: list[Document], columns: list[Question], ada: User
) -> None:
    server = ProtocolServer(lawyer)
    with serving(server):
        profile = server_reader(server, ada, side_by_side=1)
        run = start(matter, profile, columns, ada)
        server.model = failing_after(3, server)
        work_once(run)
        kept = waits_with_a_cause(run, server, profile)
        assert 0 < kept < len(columns)

    work_once(run)  # nobody listens there any more
    assert waits_with_a_cause(run, server, profile) == kept

    server.model, server.asked = lawyer, []
    with serving(server):
        work_once(run)
    assert the_part(run).state == PartState.DONE
    assert sum(map(is_question, server.asked)) == len(columns) - kept
    with as_job(run):
        assert CaseAnswer.objects.count() == len(columns)
    with as_person(ada):
        profile.refresh_from_db()
        assert (profile.problem, profile.binds) == ("", True)


def test_a_server_that_never_answers_stops_the_run_with_what_to_check_and_a_way_to_go_on(
    server: ProtocolServer,
    matter: Matter,
    contracts: list[Document],
    columns: list[Question],
    ada: User,
    ada_browser: Browser,
) -> None:
    profile = server_reader(server, ada, side_by_side=1)
    run = start(matter, profile, columns, ada)
    server.model = failing_after(3, server)
    work_once(run)
    kept = waits_with_a_cause(run, server, profile)
    for tried in range(2, TRIES):
        work_once(run)
        assert f"Tried {tried} of {TRIES} times." in cause_of(run)
    work_once(run)
    part = the_part(run)
    assert (part.state, part.waits) == (PartState.FAILED, TRIES)
    assert f"It was tried {TRIES} times and gave no answer. Check that the server runs" in part.sentence
    assert f"127.0.0.1:{server.port}" in part.sentence
    page = ada_browser.get(f"/runs/{run.pk}/").content.decode()
    assert page.count(part.sentence) > 0
    assert f'action="/runs/{run.pk}/resume/"' in page

    server.model, server.asked = lawyer, []
    ada_browser.post(f"/runs/{run.pk}/resume/")
    work_off(matter, "read_case")
    assert (the_part(run).state, the_part(run).sentence) == (PartState.DONE, "")
    assert sum(map(is_question, server.asked)) == len(columns) - kept
    with as_job(run):
        assert CaseAnswer.objects.count() == len(columns)
        assert AuditEvent.objects.filter(action="run.resumed", subject_id=run.pk).count() == 1
    assert "resume" not in ada_browser.get(f"/runs/{run.pk}/").content.decode()


def test_an_answer_begins_the_tries_anew(
    server: ProtocolServer, matter: Matter, contracts: list[Document], columns: list[Question], ada: User
) -> None:
    run = start(matter, server_reader(server, ada, side_by_side=1), columns, ada)
    with as_job(run):
        CasePart.objects.filter(run=run).update(waits=TRIES - 1)
    server.model = failing_after(3, server)
    work_once(run)
    assert (the_part(run).state, the_part(run).waits) == (PartState.PENDING, 1)


def test_each_try_comes_later_and_the_last_is_the_last() -> None:
    waits = [wait_after(tries, 30) for tries in range(1, TRIES + 1)]
    assert waits == [30, 60, 120, 240, 480, 960, 1800, 1800, 1800, 1800, 1800, None]


def test_only_what_has_ended_without_its_answers_goes_on(
    server: ProtocolServer, matter: Matter, contracts: list[Document], columns: list[Question], ada: User
) -> None:
    profile = server_reader(server, ada)
    run = start(matter, profile, columns, ada)
    with as_person(ada):
        cancel_run(run, by=ada)
    other = start(matter, profile, columns, ada)
    with as_person(ada), pytest.raises(UnderWay):
        resume_run(run, by=ada)
    work_off(matter, "read_case")
    with as_person(ada):
        with pytest.raises(NothingLeft):
            resume_run(other, by=ada)
        retire_reader(profile, by=ada)
        run.profile.refresh_from_db()
        with pytest.raises(NoWholeReader):
            resume_run(run, by=ada)


def test_a_question_that_was_given_up_goes_on_from_the_box(
    server: ProtocolServer, matter: Matter, contracts: list[Document], ada: User, ada_browser: Browser
) -> None:
    server_reader(server, ada, model="firm/another")
    server.models, server.model = [{"id": MODEL}], lambda body: Refuse(404, '{"error": "no such model"}')
    with as_person(ada):
        asked = ask_matter(
            Matter.objects.select_related("client").get(pk=matter.pk), "Which law governs?", by=ada
        )
    work_off(matter, "inquire")
    address = f"/asked/{asked.pk}/resume/"
    assert address in ada_browser.get(f"/matters/{matter.pk}/ask/").content.decode()
    server.model = lawyer
    ada_browser.post(address)
    work_off(matter, "inquire")
    page = ada_browser.get(f"/matters/{matter.pk}/ask/").content.decode()
    assert GOVERNING_LAW in page
    assert address not in page


def failing_after(answers: int, server: ProtocolServer) -> Callable[[Row], Reply]:
    """A server that breaks when it has answered so many questions."""

    def model(body: Row) -> Reply:
        is_over = sum(map(is_question, server.asked)) > answers
        return Refuse(500) if is_over else lawyer(body)

    return model


def is_question(body: Row) -> bool:
    """Whether a request asks a column of the case file, and is no trial."""
    said = body["messages"][-1]["content"]
    return GOVERNING_LAW in said and "response_format" in body and "Question: " in said


def work_once(run: CaseRun) -> None:
    """Let the job of a run be done once, as if the time that it has to wait had passed."""
    with as_job(run):
        job_id = Job.objects.get(kind=JobKind.READ_CASE).pk
    with connections["dispatcher"].cursor() as cursor:
        cursor.execute("UPDATE jobs_job SET not_before = NULL WHERE id = %s", [job_id])
    read_case_task(str(job_id))


def cause_of(run: CaseRun) -> str:
    with as_job(run):
        return run_view(run).cause


def waits_with_a_cause(run: CaseRun, server: ProtocolServer, profile: ReaderProfile) -> int:
    """How many answers are kept of a run that waits, with a cause on its page and on that of its reader."""
    assert the_part(run).state == PartState.PENDING
    with as_job(run):
        job = Job.objects.get(kind=JobKind.READ_CASE)
        assert (job.state, job.attempt) == (JobState.QUEUED, 0)
        assert job.not_before is not None
        assert f"127.0.0.1:{server.port}" in run_view(run).cause
        assert f"127.0.0.1:{server.port}" in ReaderProfile.objects.get(pk=profile.pk).problem
        return CaseAnswer.objects.count()


def test_a_server_that_does_not_know_the_model_ends_the_run_with_its_sentence(
    server: ProtocolServer, matter: Matter, contracts: list[Document], columns: list[Question], ada: User
) -> None:
    profile = server_reader(server, ada, model="firm/another")
    server.models, server.model = [{"id": MODEL}], lambda body: Refuse(404, '{"error": "no such model"}')
    run = start(matter, profile, columns, ada)
    work_off(matter, "read_case")
    part = the_part(run)
    assert part.state == PartState.FAILED
    assert f"127.0.0.1:{server.port} does not serve the model of this profile" in part.sentence
    with as_job(run):
        assert Job.objects.get(kind=JobKind.READ_CASE).state == JobState.QUARANTINED


def test_a_case_file_that_the_server_finds_too_long_fails_with_the_reason(
    server: ProtocolServer, matter: Matter, contracts: list[Document], columns: list[Question], ada: User
) -> None:
    run = start(matter, server_reader(server, ada, window=160), columns, ada)
    work_off(matter, "read_case")
    part = the_part(run)
    assert part.state == PartState.FAILED
    assert "give it fewer documents at a time" in part.sentence


def test_what_speaks_against_a_quote_is_kept_with_its_words_and_opens_the_viewer_there(
    server: ProtocolServer,
    matter: Matter,
    contracts: list[Document],
    columns: list[Question],
    ada: User,
    ada_browser: Browser,
    ada_api: APIClient,
) -> None:
    start(matter, server_reader(server, ada), columns, ada)
    work_off(matter, "read_case")
    with as_job(matter):
        doubt = CaseDoubt.objects.select_related("answer", "text").get()
        assert (doubt.answer.support, doubt.is_decisive) == (Support.UNCHECKED, False)
        assert doubt.quote == doubt.text.content[doubt.start : doubt.end]
        assert doubt.sentence.endswith(".")
        finding = Finding.objects.filter(case_answer=doubt.answer, text=doubt.text).get()
    address = f"/matters/{matter.pk}/cells/{contracts[0].pk}/anti-assignment/"
    drawer = ada_browser.get(address).content.decode()
    for words in (doubt.sentence, f"?start={doubt.start}&amp;end={doubt.end}", "Support not judged"):
        assert words in drawer
    assert read_by(server) in drawer
    assert drawer.count(doubt.sentence) == 1  # it is no reason of the model's
    told = ada_api.get(f"/api/v1/findings/{finding.pk}/").json()["case_answer"]
    assert told["support"] == "unchecked"
    (said,) = told["doubts"]
    assert (said["sentence"], said["quote"], said["start"]) == (doubt.sentence, doubt.quote, doubt.start)
    rows = list(sheet_of(ada_browser, matter))
    (row,) = [row for row in rows if doubt.sentence == row["Doubts"] and row["Document"] == contracts[0].name]
    assert row["Support"].startswith("Support not judged: The words are exact")
    assert row["Read by"] == read_by(server)


def sheet_of(browser: Browser, matter: Matter) -> Iterator[dict[str, str]]:
    """The rows of the first sheet of the Excel report."""
    made = browser.get(f"/matters/{matter.pk}/export.xlsx")
    headings, *rows = load_workbook(BytesIO(made.content))["Findings"].iter_rows(values_only=True)
    for row in rows:
        yield dict(zip(map(str, headings), map(str, row), strict=True))


def test_the_database_refuses_a_doubt_about_words_that_do_not_stand_there(
    server: ProtocolServer, matter: Matter, contracts: list[Document], columns: list[Question], ada: User
) -> None:
    start(matter, server_reader(server, ada), columns, ada)
    work_off(matter, "read_case")
    with as_job(matter):
        doubt = CaseDoubt.objects.get()
        doubt.pk, doubt.ordinal, doubt.quote = uuid7(), 99, "x" * len(doubt.quote)
        with pytest.raises(IntegrityError, match="does not equal the case file"), transaction.atomic():
            doubt.save(force_insert=True)


@pytest.mark.parametrize(
    ("model", "unbound", "binds", "words"),
    [
        (lawyer, "refuse", True, "Holds to forms"),
        (Ignoring(), "verify", False, "Does not hold to forms"),
        (Ignoring(), "refuse", None, "does not hold its model to the form of an answer"),
    ],
    ids=["binds", "does not bind", "is refused"],
)
def test_an_administrator_tries_the_connection_and_the_page_tells_what_came_of_it(
    server: ProtocolServer,
    organization: object,
    ada: User,
    ada_browser: Browser,
    model: Callable[[Row], Reply],
    unbound: str,
    binds: bool | None,
    words: str,
) -> None:
    server.model = model
    profile = server_reader(server, ada, unbound=unbound)
    page = ada_browser.post(f"/readers/{profile.pk}/try/", follow=True).content.decode()
    assert "Being tried" in page
    try_out(profile, ada)
    page = ada_browser.get(f"/readers/{profile.pk}/").content.decode()
    assert words in page
    with as_person(ada):
        profile.refresh_from_db()
        assert profile.binds is binds
        assert AuditEvent.objects.filter(action="reader.tried", subject_id=profile.pk).count() == 1


def try_out(profile: ReaderProfile, by: User) -> None:
    """Do the job that trying a server made due."""
    with as_person(by):
        job_id = Job.objects.get(kind=JobKind.TRY_READER, subject_id=profile.pk).pk
    try_reader_task(str(job_id))
    with as_person(by):
        assert not is_being_tried(profile)


def test_only_an_administrator_tries_and_only_servers(
    server: ProtocolServer, organization: object, ada: User, ben_api: APIClient, ada_api: APIClient
) -> None:
    profile, other = server_reader(server, ada), tiny_reader(ada)
    assert ben_api.post(f"/api/v1/readers/{profile.pk}/try/").status_code == 403
    assert ada_api.post(f"/api/v1/readers/{profile.pk}/try/").status_code == 202
    with as_person(ada):
        with pytest.raises(Conflict, match="Only a server"):
            try_reader(other, by=ada)
        retire_reader(profile, by=ada)
        profile.refresh_from_db()
        with pytest.raises(Conflict, match="retired"):
            try_reader(profile, by=ada)
    assert server.asked == []


def test_a_key_reaches_the_server_and_no_row(server: ProtocolServer, organization: object, ada: User) -> None:
    with override_settings(READER_KEYS={"READER_KEY_RACK": "sesame"}):
        profile = server_reader(server, ada, key_env="READER_KEY_RACK")
        with as_person(ada):
            try_reader(profile, by=ada)
        try_out(profile, ada)
    assert {row.get("Authorization") for row in server.headers} == {"Bearer sesame"}
    with as_person(ada):
        assert "sesame" not in str(ReaderProfile.objects.values().get())
        assert "sesame" not in str(list(Job.objects.values()) + list(AuditEvent.objects.values()))


def test_a_public_address_is_refused_beside_its_field(organization: object, ada_browser: Browser) -> None:
    sent = {
        "name": "Cloud",
        "base_url": "https://203.0.113.9/v1",
        "model": MODEL,
        "window": "4096",
        "unbound": "refuse",
        "side_by_side": "4",
        "reason_tokens": "4",
    }
    page = ada_browser.post("/readers/new/?kind=remote", sent)
    assert page.status_code == 422
    said = page.content.decode()
    beside = said[said.index('name="base_url"') : said.index('name="model"')]
    assert "203.0.113.9 is at 203.0.113.9, outside private networks" in beside
    with override_settings(READER_ENDPOINTS=["203.0.113.9"]):
        assert ada_browser.post("/readers/new/?kind=remote", sent).status_code == 302

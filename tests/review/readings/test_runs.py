"""A run over a case file: read once, each answer stored by itself, findings on every document, warm the next time."""

import time
from threading import Event, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from review import engine
from review.accounts.models import User
from review.documents.models import Document
from review.errors import Conflict, NotFound
from review.findings.case_findings import state_in
from review.findings.models import Evidence, Finding
from review.jobs.models import Job, JobKind, JobState
from review.matters.models import AiTerms, Matter
from review.matters.services import AiForbidden, record_ai_terms
from review.playbooks.models import Question
from review.readers.errors import NoWholeReader
from review.readers.models import MeasuredPace, ReaderProfile
from review.readings import ask_case_file
from review.readings.access import access_run
from review.readings.errors import NothingToRead, UnderWay
from review.readings.estimate import estimate_run
from review.readings.figures import Figures
from review.readings.models import CaseAnswer, CaseFile, CasePart, CaseQuote, CaseRun, PartState, Role
from review.readings.recipes import asked_of
from review.readings.selectors import PartView, RunView
from review.readings.services import cancel_run, start_run
from review.web.costs import estimated_and_taken
from tests.cast import as_job, as_person, deliver, open_delivery, open_matter
from tests.readers import tiny_reader
from tests.workers import work_off


def start(matter: Matter, profile: ReaderProfile, columns: list[Question], by: User) -> CaseRun:
    with as_person(by):
        return start_run(Matter.objects.select_related("client").get(pk=matter.pk), profile, columns, by=by)


def the_part(run: CaseRun) -> CasePart:
    with as_job(run):
        return CasePart.objects.select_related("case_file").get(run=run)


@pytest.fixture
def run(
    matter: Matter, contracts: list[Document], profile: ReaderProfile, columns: list[Question], ada: User
) -> CaseRun:
    """A run that has been worked off."""
    run = start(matter, profile, columns, ada)
    work_off(matter, "read_case")
    return run


def test_a_small_matter_is_one_case_file_and_every_column_is_answered_once(
    run: CaseRun, matter: Matter, contracts: list[Document], columns: list[Question]
) -> None:
    part = the_part(run)
    assert part.state == PartState.DONE
    assert (part.questions, part.reused, part.is_warm) == (len(columns), 0, False)
    assert part.tokens == part.tokens_read > 0
    with as_job(matter):
        case_file = CaseFile.objects.get()
        assert case_file.documents == len(contracts)
        answers = CaseAnswer.objects.all()
        assert sorted(str(each.question_id) for each in answers) == sorted(str(each.pk) for each in columns)
        assert all(each.read_by == "Tiny" and each.prefill_tokens == part.tokens for each in answers)
        assert sum(each.decode_tokens for each in answers) > 0
        assert sum(each.prefill_seconds for each in answers) == pytest.approx(part.prefill_seconds, rel=0.01)


def test_every_document_gets_a_finding_for_every_column_that_agrees_with_the_answer(
    run: CaseRun, matter: Matter, contracts: list[Document], columns: list[Question]
) -> None:
    with as_job(matter):
        findings = Finding.objects.select_related("case_answer", "text", "run")
        assert findings.count() == len(contracts) * len(columns)
        for finding in findings:
            assert finding.case_answer is not None
            quotes = CaseQuote.objects.filter(
                answer=finding.case_answer, text=finding.text, role=Role.EVIDENCE
            )
            assert finding.state == state_in(finding.case_answer.state, quotes.exists())
            assert finding.coverage["read"] == len(finding.text.content)
            assert finding.measure == "choice"
        evidence = Evidence.objects.select_related("text")
        assert evidence.count() > 0
        assert all(each.quote == each.text.content[each.start : each.end] for each in evidence)


def test_what_an_answer_says_of_each_text() -> None:
    assert [state_in("found", True), state_in("found", False)] == ["found", "not_found"]
    assert [state_in("not_found", False), state_in("unclear", False)] == ["not_found", "unclear"]
    assert [state_in("unsupported", True), state_in("unsupported", False)] == ["unsupported"] * 2


def test_a_second_run_costs_nothing_and_a_new_column_costs_only_itself(
    run: CaseRun, matter: Matter, profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    again = start(matter, profile, columns, ada)
    work_off(matter, "read_case")
    assert (the_part(again).state, the_part(again).reused) == (PartState.DONE, len(columns))
    with as_person(ada):
        more = [*columns, Question.objects.exclude(pk__in=[each.pk for each in columns])[0]]
        estimate, _ = estimate_run(matter, profile, [asked_of(each) for each in more])
        assert (estimate.questions, estimate.answered, estimate.by) == (1, len(columns), "reader")
        assert estimate.seconds is not None
        assert estimate.cost.startswith("GBP ")
    wider = start(matter, profile, more, ada)
    work_off(matter, "read_case")
    part = the_part(wider)
    assert (part.reused, part.is_warm, part.prefill_seconds) == (len(columns), True, 0.0)
    with as_job(matter):
        assert CaseAnswer.objects.count() == len(more)
        assert CaseAnswer.objects.filter(part=part).count() == 1


def test_a_reader_that_was_closed_meanwhile_reads_again_and_answers_the_same(
    run: CaseRun, matter: Matter, profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    engine.close_whole_reader()
    again = start(matter, profile, columns, ada)
    work_off(matter, "read_case")
    assert (the_part(again).reused, the_part(again).is_warm) == (len(columns), False)
    with as_job(matter):
        assert CaseAnswer.objects.count() == len(columns)


def test_other_documents_make_another_case_file_and_new_findings(
    run: CaseRun, matter: Matter, profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    deliver(
        open_delivery(matter, ada, name="Later"), ada, name="Letter.txt", content="A letter of no weight.\n"
    )
    start(matter, profile, columns, ada)
    work_off(matter, "read_case")
    with as_job(matter):
        assert CaseFile.objects.count() == 2
        assert Finding.objects.count() == len(columns) * (2 + 3)


def test_the_pace_is_kept_without_a_word_of_the_matter(
    run: CaseRun, profile: ReaderProfile, ada: User
) -> None:
    with as_person(ada):
        kept = list(MeasuredPace.objects.filter(profile=profile))
    assert sum(pace.prefill_tokens for pace in kept) == the_part(run).tokens
    assert sum(pace.answers for pace in kept) == 6


def test_the_estimate_before_anything_was_read_says_what_it_was_counted_by(
    matter: Matter, contracts: list[Document], profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    with as_person(ada):
        estimate, plan = estimate_run(matter, profile, [asked_of(each) for each in columns])
    assert (estimate.case_files, estimate.documents, estimate.questions) == (1, 2, len(columns))
    assert (estimate.by, estimate.seconds, estimate.cost) == ("tokenizer", None, "")
    start(matter, profile, columns, ada)
    work_off(matter, "read_case")
    with as_job(matter):
        counted = CasePart.objects.get().tokens
    assert plan.tokens == pytest.approx(counted, rel=0.25)


def test_a_matter_larger_than_the_window_is_read_family_by_family(
    matter: Matter, contracts: list[Document], columns: list[Question], ada: User
) -> None:
    letter = deliver(
        open_delivery(matter, ada, name="Mail"), ada, name="Mail.eml", content="See the annex.\n"
    )
    with as_person(ada):
        Document.objects.filter(pk=contracts[0].pk).update(parent=letter)  # the annex of the mail
    narrow = tiny_reader(ada, name="Narrow", window=400)
    run = start(matter, narrow, columns[:1], ada)
    with as_job(matter):
        files = [
            [place.text.document.name for place in part.case_file.texts.all()] for part in run.parts.all()
        ]
        names = [part.case_file.name for part in run.parts.all()]
    assert files == [["Mail.eml", "Supply agreement.txt"], ["Warehouse lease.txt"]]
    assert names == ["Mail.eml", "Warehouse lease.txt"]


def test_a_document_longer_than_the_window_fails_with_the_sentence(
    matter: Matter, contracts: list[Document], columns: list[Question], ada: User
) -> None:
    narrow = tiny_reader(ada, name="Narrow", window=130)
    run = start(matter, narrow, columns[:1], ada)
    assert run.estimate["too_long"] == [
        "Supply agreement.txt"
    ]  # the lease fits, and leaves no room for an answer
    work_off(matter, "read_case")
    with as_job(matter):
        for part in run.parts.all():
            assert part.state == PartState.FAILED
            assert "the reader takes 130 at once" in part.sentence


def test_a_model_that_cannot_be_opened_tells_the_run_and_the_administrators(
    matter: Matter, contracts: list[Document], profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    with as_person(ada):
        ReaderProfile.objects.filter(pk=profile.pk).update(window=9_999)
        profile.refresh_from_db()
    run = start(matter, profile, columns, ada)
    work_off(matter, "read_case")
    part = the_part(run)
    assert part.state == PartState.FAILED
    assert "The window is 9,999 tokens, and this model reads at most 8,192." in part.sentence
    with as_person(ada):
        profile.refresh_from_db()
        assert profile.problem == part.sentence


def test_a_model_that_does_not_fit_says_the_bytes(
    matter: Matter, contracts: list[Document], columns: list[Question], ada: User
) -> None:
    greedy = tiny_reader(ada, name="Greedy", side_by_side=1024, chunk=1_000_000, window=8192)
    with as_person(ada):  # a window that no machine of ours has memory for, past the checks of the page
        ReaderProfile.objects.filter(pk=greedy.pk).update(side_by_side=2**30)
        greedy.refresh_from_db()
    run = start(matter, greedy, columns, ada)
    work_off(matter, "read_case")
    assert "GiB" in the_part(run).sentence
    assert "free" in the_part(run).sentence


def test_the_terms_are_asked_at_the_door_and_again_by_the_worker(
    matter: Matter, contracts: list[Document], profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    run = start(matter, profile, columns, ada)
    with as_person(ada):
        record_ai_terms(Matter.objects.get(pk=matter.pk), AiTerms.COMPACT_ONLY, by=ada)
    work_off(matter, "read_case")
    part = the_part(run)
    assert (part.state, part.sentence) == (
        PartState.FORBIDDEN,
        "The AI terms allow only the compact reader on this matter.",
    )
    with as_job(matter):
        assert not CaseAnswer.objects.exists()
    with pytest.raises(AiForbidden):
        start(matter, profile, columns, ada)


def test_what_is_agreed_while_it_is_asked_keeps_the_next_answer_out(
    matter: Matter,
    contracts: list[Document],
    profile: ReaderProfile,
    columns: list[Question],
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = start(matter, profile, columns, ada)
    ask = engine.ask_case

    def forbidding(*given: Any) -> Any:
        for number, answer in enumerate(ask(*given)):
            if number == 2:
                with as_person(ada):
                    record_ai_terms(Matter.objects.get(pk=matter.pk), AiTerms.FORBIDDEN, by=ada)
            yield answer

    monkeypatch.setattr(engine, "ask_case", forbidding)
    work_off(matter, "read_case")
    assert the_part(run).state == PartState.FORBIDDEN
    with as_job(matter):
        assert CaseAnswer.objects.count() == 2


def test_only_one_run_at_a_time_and_a_cancelled_one_asks_nothing_more(
    matter: Matter,
    contracts: list[Document],
    profile: ReaderProfile,
    columns: list[Question],
    ada: User,
    ben: User,
) -> None:
    run = start(matter, profile, columns, ada)
    with pytest.raises(UnderWay):
        start(matter, profile, columns, ben)
    with as_person(ben):
        assert cancel_run(access_run(ben, run.pk, to="review"), by=ben) == 1
        with pytest.raises(Conflict):
            cancel_run(run, by=ben)
    assert work_off(matter, "read_case") == 0
    assert (the_part(run).state, the_part(run).sentence) == (PartState.CANCELLED, "Cancelled by Ben.")
    with as_job(matter):
        assert Job.objects.get(kind=JobKind.READ_CASE).state == JobState.CANCELLED


def test_a_run_that_is_cancelled_while_it_asks_keeps_what_was_answered(
    matter: Matter,
    contracts: list[Document],
    profile: ReaderProfile,
    columns: list[Question],
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = start(matter, profile, columns, ada)
    ask = engine.ask_case

    def cancelling(*given: Any) -> Any:
        for number, answer in enumerate(ask(*given)):
            yield answer
            if number == 1:
                with as_person(ada):
                    cancel_run(run, by=ada)

    monkeypatch.setattr(engine, "ask_case", cancelling)
    work_off(matter, "read_case")
    assert the_part(run).state == PartState.CANCELLED
    with as_job(matter):
        assert CaseAnswer.objects.count() == 2
        assert Finding.objects.count() == 4


def test_an_answer_that_another_worker_is_just_storing_is_kept_once(
    matter: Matter,
    contracts: list[Document],
    profile: ReaderProfile,
    columns: list[Question],
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, others, is_there = ask_case_file.answer_row, list[Thread](), Event()

    def another_part(row: CaseAnswer) -> CasePart:
        named = {"organization_id": matter.organization_id, "matter_id": matter.pk}
        theirs = CaseRun.objects.create(profile=profile, edition=1, started_by=ada, **named)
        return CasePart.objects.create(run=theirs, case_file=row.case_file, ordinal=1, **named)

    def store(row: CaseAnswer) -> None:
        with as_job(matter):
            row.part = another_part(row)
            row.save(force_insert=True)
            is_there.set()
            time.sleep(0.5)  # until then nobody else sees it
        connection.close()

    def at_the_same_time(*given: Any, **named: Any) -> CaseAnswer:
        if not others:
            others.append(Thread(target=store, args=(real(*given, **named),)))
            others[0].start()
            assert is_there.wait(60)
        return real(*given, **named)

    monkeypatch.setattr(ask_case_file, "answer_row", at_the_same_time)
    run = start(matter, profile, columns, ada)
    work_off(matter, "read_case")
    others[0].join()
    with as_job(run):
        part = CasePart.objects.get(run=run)
        assert (part.state, part.reused) == (PartState.DONE, 1)  # answered is what it was asked, all in all
        assert Job.objects.get(kind=JobKind.READ_CASE).attempt == 1
        assert CaseAnswer.objects.count() == len(columns)


def test_without_a_reader_or_a_document_nothing_starts(
    matter: Matter, profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    with pytest.raises(NothingToRead):
        start(matter, profile, columns, ada)
    with as_person(ada):
        ReaderProfile.objects.filter(pk=profile.pk).update(is_retired=True)
        profile.refresh_from_db()
    with pytest.raises(NoWholeReader):
        start(matter, profile, columns, ada)


def test_cleo_and_dan_cannot_tell_that_a_run_exists(
    run: CaseRun, cleo: User, dan: User, other_organization: Any
) -> None:
    for stranger in (cleo, dan):
        with as_person(stranger), pytest.raises(NotFound):
            access_run(stranger, run.pk)


def test_two_matters_are_never_in_one_case_file(
    run: CaseRun, matter: Matter, contracts: list[Document], organization: Any, ada: User
) -> None:
    elsewhere = open_matter(organization, ada, name="Project Elm", number="10023-0008")
    named = {"organization": organization, "matter": elsewhere}
    with as_person(ada):
        mixed = CaseFile.objects.create(key="0" * 64, name="Mixed", documents=1, characters=1, **named)
        with pytest.raises(IntegrityError), transaction.atomic():
            _place(mixed, contracts[0], named)


def _place(case_file: CaseFile, document: Document, named: dict[str, Any]) -> None:
    case_file.texts.create(text=document.text, ordinal=1, **named)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_refuses_a_quote_of_a_document_outside_the_case_file(
    run: CaseRun, matter: Matter, ada: User
) -> None:
    letter = deliver(open_delivery(matter, ada, name="Later"), ada, name="Letter.txt", content="A letter.\n")
    with as_job(matter):
        answer = CaseAnswer.objects.all()[0]
        quote = CaseQuote(
            organization_id=matter.organization_id,
            matter=matter,
            answer=answer,
            text=letter.text,
            ordinal=99,
            role=Role.EVIDENCE,
            start=0,
            end=8,
            quote="A letter",
        )
        with pytest.raises(IntegrityError, match="does not equal the case file"), transaction.atomic():
            quote.save(force_insert=True)


def test_a_turn_that_begins_anew_tells_no_tokens_less_than_none() -> None:
    """An earlier turn had restored 500 tokens, and this one has none of them yet."""
    part = CasePart(state=PartState.READING, tokens=900, tokens_restored=500, prefill_seconds=2.0)
    view = RunView(CaseRun(), (PartView(part, 0, ""),))
    assert (view.tokens_a_second, view.parts[0].tokens_a_second) == (0, None)
    taken = {line.what: line.taken for line in estimated_and_taken(view, Figures())}
    assert (taken["Tokens read"], taken["Tokens kept from before"]) == ("0", "0")

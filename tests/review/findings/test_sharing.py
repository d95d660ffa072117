"""What several matters of a firm teach together: by leave alone, without words, and taken back with a receipt."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connections

from review import engine
from review.accounts.models import User
from review.documents.blobs import blob_path
from review.documents.models import Document
from review.findings.delete_matter import delete_matter
from review.findings.learning import ENOUGH
from review.findings.models import (
    FirmHead,
    LearnedHead,
    LessonWithdrawal,
    MachineState,
    SharedLesson,
    Withdrawn,
)
from review.findings.recipes import present_questions
from review.findings.sharing import learn_for_firm
from review.findings.terms import agree_ai_terms, agree_teaching
from review.jobs.models import Job, JobKind, JobState
from review.jobs.services import claim, due_reading
from review.matters.models import AiTerms, Client, Matter
from review.matters.services import exclude, may_teach, record_ai_terms, record_may_teach
from review.playbooks.models import Question
from review.playbooks.services import reword_question
from review.tenancy.models import AuditEvent, Organization
from tests.cast import as_job, as_person, deliver, open_delivery, open_matter
from tests.teaching import let_teach, of_the_firm, supply, teach
from tests.workers import work_off

from .test_own_questions import OTHER, answer_of, decide, read


def decided(matter: Matter, lead: User, question: Question, *, first: int = 0, number: int = ENOUGH) -> None:
    """Contracts in a matter, read and decided on by its lead, and what follows for the matter itself."""
    bundle = open_delivery(matter, lead)
    texts = [(n, supply(n)) for n in range(first, first + number)]
    documents = [deliver(bundle, lead, name=f"{n:02}.txt", content=text) for n, text in texts]
    read(lead, matter)
    decide(lead, question, documents)
    work_off(matter, "fit_head")


def head_in(matter: Matter, question: Question) -> tuple[LearnedHead | None, FirmHead | None]:
    with as_job(matter):
        (present,) = present_questions(matter.pk, [Question.objects.get(pk=question.pk)])
        return present.head, present.firm_head


def test_by_default_nothing_leaves_a_matter_and_with_leave_what_it_learned_teaches(
    matter: Matter, ada: User, own_alone: Question
) -> None:
    decided(matter, ada, own_alone)
    with of_the_firm(matter):
        assert not SharedLesson.objects.exists()
        assert not Job.objects.filter(kind=JobKind.FIT_FIRM).exists()
    let_teach(matter, ada)
    assert work_off(matter, "fit_head") == 1
    with of_the_firm(matter):
        assert SharedLesson.objects.get().source_id == matter.pk
        assert Job.objects.filter(kind=JobKind.FIT_FIRM).exists()


@pytest.mark.parametrize(
    ("of_client", "of_matter", "terms", "taught_others"),
    [
        (True, True, AiTerms.ALLOWED, True),
        (True, True, AiTerms.COMPACT_ONLY, True),
        (True, False, AiTerms.ALLOWED, False),
        (False, True, AiTerms.ALLOWED, False),
        (True, True, AiTerms.FORBIDDEN, False),
    ],
)
def test_client_and_matter_must_both_say_so(
    matter: Matter, ada: User, of_client: bool, of_matter: bool, terms: AiTerms, taught_others: bool
) -> None:
    with as_person(ada):
        fresh = Matter.objects.select_related("client").get(pk=matter.pk)
        agree_teaching(fresh.client, of_client, by=ada)
        agree_teaching(fresh, of_matter, by=ada)
        agree_ai_terms(fresh, terms, by=ada)
        assert may_teach(fresh) == taught_others
        assert fresh.may_teach_recorded_by == fresh.client.may_teach_recorded_by == ada
        assert fresh.may_teach_recorded_at is not None
        assert AuditEvent.objects.filter(action="ai_terms.teaching_recorded", actor=ada).count() == 2


def test_what_two_matters_teach_answers_in_a_third_and_their_own_heads_in_themselves(
    matter: Matter, elm: Matter, ash: Matter, late: Document, ada: User, cleo: User, own_alone: Question
) -> None:
    for number, (teacher, lead) in enumerate(((matter, ada), (elm, cleo))):
        let_teach(teacher, lead)
        decided(teacher, lead, own_alone, first=20 * number)
    work_off(elm, "fit_firm")
    taught = head_in(ash, own_alone)[1]
    assert taught is not None
    assert taught.is_kept, taught.reason
    assert (len(taught.sources), taught.accepted, taught.rejected) == (2, ENOUGH, ENOUGH)
    assert taught.figures["with_head"]["log_loss"] < taught.figures["zero_shot"]["log_loss"]
    read(ada, ash)
    finding = answer_of(late, own_alone)
    assert (finding.state, finding.measure) == (MachineState.FOUND, "chance")
    assert (finding.run.head, finding.run.firm_head_id) == (None, taught.pk)
    with as_job(ash):
        assert "may step in" in finding.evidence.first().quote
    for teacher in (matter, elm):
        head, firm_head = head_in(teacher, own_alone)
        assert head is not None
        assert firm_head is None


def test_a_lesson_holds_no_words(taught: FirmHead, matter: Matter, own_alone: Question) -> None:
    with of_the_firm(matter):
        lesson = SharedLesson.objects.get(source_id=matter.pk)
        held = repr([getattr(lesson, field.attname) for field in SharedLesson._meta.fields]).lower()
        assert len(bytes(lesson.vectors)) % len(lesson.right) == 0
    for word in ("step in", "supplier", "barley", "harrow"):
        assert word not in held
        assert word.encode() not in bytes(lesson.vectors)


def test_the_firms_job_sees_lessons_and_nothing_behind_a_wall(taught: FirmHead, matter: Matter) -> None:
    with of_the_firm(matter):
        assert SharedLesson.objects.count() == 2
        assert not Matter.objects.exists()
        assert not LearnedHead.objects.exists()
        assert not Document.objects.exists()


def test_another_firm_sees_nothing_of_it(
    taught: FirmHead, dan: User, other_organization: Organization
) -> None:
    with as_person(dan):
        for model in (SharedLesson, FirmHead, LessonWithdrawal, Job):
            assert not model.objects.exists()


def test_the_answers_of_a_third_matter_are_asked_again_when_the_firm_has_learned(
    ash: Matter, late: Document, ada: User, own_alone: Question, request: pytest.FixtureRequest
) -> None:
    read(ada, ash)
    assert answer_of(late, own_alone).measure == "likeness"
    with as_job(ash):
        (before,) = present_questions(ash.pk, [own_alone])
    request.getfixturevalue("taught")
    with as_job(ash):
        (after,) = present_questions(ash.pk, [own_alone])
        assert after.asked_hash != before.asked_hash
    read(ada, ash)
    assert answer_of(late, own_alone).measure == "chance"


def test_without_leave_any_more_the_lesson_and_the_head_go_at_once(
    taught: FirmHead, matter: Matter, ash: Matter, late: Document, ada: User, own_alone: Question
) -> None:
    read(ada, ash)
    let_teach(matter, ada, allowed=False)
    with of_the_firm(matter):
        assert [each.source_id for each in SharedLesson.objects.all()] != [matter.pk]
        head = FirmHead.objects.get(pk=taught.pk)
        assert (head.content, head.withdrawn_at is None) == (None, False)
        (receipt,) = LessonWithdrawal.objects.all()
        assert (receipt.matter_was, receipt.head_id, receipt.withdrawn_by_id) == (
            matter.pk,
            taught.pk,
            ada.pk,
        )
        assert (receipt.why, receipt.accepted, receipt.rejected) == (Withdrawn.PERMISSION, 10, 10)
        assert receipt.replaced_by is None
        assert AuditEvent.objects.filter(action="question.lesson_taken_back", actor=ada).count() == 1
    assert head_in(ash, own_alone) == (None, None)
    read(ada, ash)
    assert answer_of(late, own_alone).measure == "likeness"


def test_the_rest_teaches_again_and_the_receipt_names_what_came_of_it(
    taught: FirmHead,
    matter: Matter,
    organization: Organization,
    ash: Matter,
    ada: User,
    ben: User,
    own_alone: Question,
) -> None:
    oak = open_matter(organization, ben, name="Project Oak", number="10023-0013")
    let_teach(oak, ben)
    teach(oak, own_alone, first=40)
    work_off(oak, "fit_firm")
    three = head_in(ash, own_alone)[1]
    assert three is not None
    assert len(three.sources) == 3
    let_teach(matter, ada, allowed=False)
    assert head_in(ash, own_alone) == (None, None)
    work_off(ash, "fit_firm")
    refitted = head_in(ash, own_alone)[1]
    assert refitted is not None
    assert str(matter.pk) not in refitted.sources
    with of_the_firm(matter):
        assert LessonWithdrawal.objects.get().replaced_by == refitted
        # Nothing is left that the matter had taught, in any head, the superseded ones included.
        assert not FirmHead.objects.filter(sources__contains=[str(matter.pk)]).exclude(content=None).exists()


def test_with_one_teacher_left_the_receipt_says_that_nothing_was_kept(
    taught: FirmHead, matter: Matter, elm: Matter, ada: User
) -> None:
    let_teach(matter, ada, allowed=False)
    work_off(elm, "fit_firm")
    with of_the_firm(matter):
        replaced = LessonWithdrawal.objects.get().replaced_by
        assert replaced is not None
        assert (replaced.is_kept, replaced.reason) == (
            False,
            "Learning together needs the decisions of 2 matters.",
        )


def test_a_client_takes_back_what_matters_behind_a_wall_taught(
    taught: FirmHead, elm: Matter, ada: User
) -> None:
    with as_person(ada):
        assert not Matter.objects.filter(pk=elm.pk).exists()
        agree_teaching(Client.objects.get(pk=elm.client_id), False, by=ada)
        assert not SharedLesson.objects.filter(client_id=elm.client_id).exists()
        assert LessonWithdrawal.objects.get().head_id == taught.pk


def test_where_machine_reading_is_forbidden_a_matter_neither_teaches_nor_learns(
    taught: FirmHead, matter: Matter, ash: Matter, late: Document, ada: User, own_alone: Question
) -> None:
    with as_person(ada):
        agree_ai_terms(Matter.objects.select_related("client").get(pk=matter.pk), AiTerms.FORBIDDEN, by=ada)
        assert LessonWithdrawal.objects.get().why == Withdrawn.FORBIDDEN
        record_ai_terms(Matter.objects.get(pk=ash.pk), AiTerms.FORBIDDEN, by=ada)
    with as_job(ash):
        due_reading(Document.objects.select_related("text").get(pk=late.pk))
    work_off(ash, "read")
    with as_job(ash):
        assert not late.findings.exists()


def test_leave_recorded_by_somebody_who_cannot_see_the_matter_holds_from_its_next_reading(
    elm: Matter, cleo: User, ada: User, own_alone: Question
) -> None:
    decided(elm, cleo, own_alone)
    with as_person(cleo):
        agree_teaching(Matter.objects.select_related("client").get(pk=elm.pk), True, by=cleo)
    with as_person(ada):
        agree_teaching(Client.objects.get(pk=elm.client_id), True, by=ada)
    assert work_off(elm, "fit_head") == 0
    deliver(open_delivery(elm, cleo), cleo, name="one more.txt", content=supply(70))
    read(cleo, elm)
    assert work_off(elm, "fit_head") == 1
    with of_the_firm(elm):
        assert SharedLesson.objects.exists()


def test_the_database_refuses_terms_that_leave_a_lesson_behind(
    taught: FirmHead, matter: Matter, ada: User
) -> None:
    for change in (
        lambda one: record_may_teach(one, False, by=ada),
        lambda one: record_ai_terms(one, AiTerms.FORBIDDEN, by=ada),
        lambda one: record_may_teach(one.client, False, by=ada),
    ):
        with pytest.raises(IntegrityError), as_person(ada):
            change(Matter.objects.select_related("client").get(pk=matter.pk))


def test_the_database_refuses_a_lesson_that_was_not_agreed_or_by_whom_the_wall_keeps_out(
    taught: FirmHead, matter: Matter, ash: Matter, ada: User, cleo: User
) -> None:
    with of_the_firm(matter):
        lesson = SharedLesson.objects.get(source_id=matter.pk)
    let_teach(matter, ada, allowed=False)
    with pytest.raises(IntegrityError), as_job(matter):
        again(lesson)
    let_teach(matter, ada)
    with pytest.raises(IntegrityError), as_person(cleo):
        again(lesson)
    with as_job(matter):
        again(lesson)


def again(lesson: SharedLesson) -> None:
    lesson.pk = SharedLesson._meta.pk.get_default()
    lesson.save(force_insert=True)


def test_a_head_of_lessons_that_changed_meanwhile_is_not_stored(
    taught: FirmHead, matter: Matter, elm: Matter, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with of_the_firm(matter):
        job_id = Job.objects.get(kind=JobKind.FIT_FIRM).pk
        Job.objects.filter(pk=job_id).update(state=JobState.QUEUED)
    job = claim(job_id, matter.organization_id, None)
    assert job is not None
    fit = engine.fit_shared_head

    def taken_back_meanwhile(asked: engine.Asked, taught: list[engine.SharedVectors]) -> engine.Learned:
        let_teach(matter, ada, allowed=False)
        return fit(asked, taught)

    monkeypatch.setattr(engine, "fit_shared_head", taken_back_meanwhile)
    learn_for_firm(job)
    with of_the_firm(matter):
        assert FirmHead.objects.get().withdrawn_at is not None  # no other was stored
        assert Job.objects.get(pk=job_id).state == JobState.QUEUED


def test_other_words_leave_what_the_firm_learned_behind(
    taught: FirmHead, ash: Matter, ada: User, own_alone: Question
) -> None:
    with as_person(ada):
        reword_question(own_alone, OTHER, by=ada)
    assert head_in(ash, own_alone) == (None, None)


@pytest.fixture
def deleted(taught: FirmHead, matter: Matter, ada: User) -> Iterator[LessonWithdrawal]:
    """The receipt of Harrow's lesson, after Harrow was deleted."""
    deliver(open_delivery(matter, ada), ada, name="one.txt", content=supply(0))
    read(ada, matter)
    stored = blob_path(f"{matter.organization_id}/{matter.pk}")
    assert stored.is_dir()
    gone = delete_matter(matter.pk, matter.organization_id, by=ada)
    assert gone.rows["findings_finding"] == gone.rows["documents_document"] == 1
    assert gone.blobs > 0
    assert not stored.exists()
    (receipt,) = gone.receipts
    yield receipt
    connections["maintenance"].close()


def test_a_deleted_matter_takes_its_lesson_and_the_head_with_it(
    deleted: LessonWithdrawal,
    taught: FirmHead,
    matter: Matter,
    elm: Matter,
    ash: Matter,
    ada: User,
    own_alone: Question,
) -> None:
    assert (deleted.why, deleted.matter_was, deleted.head_id) == (Withdrawn.DELETED, matter.pk, taught.pk)
    assert head_in(ash, own_alone) == (None, None)
    with as_person(ada):
        assert not Matter.objects.filter(pk=matter.pk).exists()
        assert FirmHead.objects.get().content is None
        assert SharedLesson.objects.get().source_id == elm.pk
        told = AuditEvent.objects.get(action="matter.deleted")
        assert (told.subject_id, told.actor_id) == (matter.pk, ada.pk)
        assert AuditEvent.objects.filter(action="question.lesson_taken_back").count() == 1
    assert work_off(ash, "fit_firm") == 1
    with of_the_firm(elm):
        assert LessonWithdrawal.objects.get().replaced_by is not None


def test_nothing_of_a_deleted_matter_is_left_in_any_table(deleted: LessonWithdrawal, matter: Matter) -> None:
    with connections["maintenance"].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relkind = 'r'"
            " AND a.attname = 'matter_id' AND c.relname <> 'tenancy_auditevent'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        assert len(tables) > 10
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE matter_id = %s", [matter.pk])
            assert cursor.fetchone() == (0,), table
    connections["maintenance"].close()


def test_only_an_administrator_whom_no_wall_keeps_out_has_a_matter_deleted(
    matter: Matter, elm: Matter, ada: User, ben: User, cleo: User, dan: User, other_organization: Organization
) -> None:
    words = {"organization": str(matter.organization_id), "matter": str(matter.pk)}
    with pytest.raises(CommandError, match="Only an administrator"):
        call_command("delete_matter", **words, by=ben.email, yes=True)
    with pytest.raises(CommandError, match="Only an administrator"):
        call_command("delete_matter", **words, by=dan.email, yes=True)
    with pytest.raises(CommandError, match="cannot be undone"):
        call_command("delete_matter", **words, by=ada.email)
    with as_person(cleo):
        exclude(Matter.objects.get(pk=elm.pk), ada, reason="", by=cleo)
    words["matter"] = str(elm.pk)
    with pytest.raises(CommandError, match="There is nothing here"):
        call_command("delete_matter", **words, by=ada.email, yes=True)
    with as_job(elm):
        assert Matter.objects.filter(pk=elm.pk).exists()
    connections["maintenance"].close()

"""A firm's own question: what a new column costs, what other words make stale, and what one matter learns."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from review import engine
from review.accounts.models import User
from review.documents.models import Bundle, Document, DocumentText
from review.findings.learning import ENOUGH, learn_question
from review.findings.models import Finding, KeptVectors, LearnedHead, MachineState, ReviewRun
from review.findings.reading import read_matter
from review.findings.recipes import answered_documents, present_questions
from review.findings.services import ChosenSpan, accept_finding, edit_finding, reject_finding, undo_decision
from review.jobs.errors import LeaseLost
from review.jobs.models import Job, JobKind, JobState
from review.jobs.services import claim, due_reading
from review.matters.models import AiTerms, Matter
from review.matters.services import record_ai_terms
from review.playbooks.models import Question
from review.playbooks.services import Wording, reword_question
from review.tenancy.models import AuditEvent
from tests.cast import as_job, as_person, deliver, open_delivery, open_matter, own_question
from tests.teaching import GOODS, MAY, supply
from tests.workers import work_off

OTHER = Wording.of("Step-in rights", "Who pays for the audit of the books.", "text")


@pytest.fixture
def own(organization: Any, ada: User) -> Question:
    """The firm's own question, and no other column."""
    with as_person(ada):
        Question.objects.update(is_active=False)
    return own_question(ada)


@pytest.fixture
def contracts(own: Question, bundle: Bundle, ada: User, matter: Matter) -> list[Document]:
    """As many contracts as learning needs, read."""
    documents = [deliver(bundle, ada, name=f"{n:02}.txt", content=supply(n)) for n in range(ENOUGH)]
    read(ada, matter)
    return documents


def read(by: User, matter: Matter) -> int:
    with as_person(by):
        read_matter(Matter.objects.get(pk=matter.pk), by=by)
    return work_off(matter, "read")


def answer_of(document: Document, question: Question) -> Finding:
    with as_job(document):
        findings = Finding.objects.select_related("document", "question", "text", "run__head")
        return findings.filter(document=document, question=question).order_by("-created_at")[0]


def decide(by: User, question: Question, documents: Sequence[Document]) -> None:
    """Accept every other finding and reject the rest: of our contracts, where the customer may step in."""
    for number, document in enumerate(documents):
        with as_person(by):
            finding = answer_of_as_person(document, question)
            if number % 2 == 0:
                accept_finding(finding, by=by)
            else:
                reject_finding(finding, by=by, reason="It forbids it.")


def answer_of_as_person(document: Document, question: Question) -> Finding:
    findings = Finding.objects.select_related("document", "question", "text")
    return findings.filter(document=document, question=question).order_by("-created_at")[0]


def asked_ids(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the reader is asked from now on, a list a text."""
    asked_of: list[list[str]] = []

    def noted(
        text_id: str, content: str, language: str | None, asked: Sequence[engine.Asked], **named: Any
    ) -> Iterator[engine.Answered]:
        asked_of.append([each.name for each in asked])
        yield from through(text_id, content, language, asked, **named)

    through = engine.read_text
    monkeypatch.setattr(engine, "read_text", noted)
    return asked_of


def test_a_new_column_costs_only_its_own_answer(
    ada: User, matter: Matter, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(ada, matter)
    with as_job(matter):
        before = set(Finding.objects.values_list("pk", flat=True))
    own = own_question(ada)
    asked = asked_ids(monkeypatch)
    assert read(ada, matter) == 1
    assert asked == [[own.name]]
    with as_job(matter):
        (new,) = Finding.objects.exclude(pk__in=before)
        assert new.question_id == own.pk
        assert Finding.objects.count() == len(before) + 1 == ReviewRun.objects.count()
    assert read(ada, matter) == 1
    assert asked == [[own.name]]


def test_it_is_unclear_by_likeness_and_never_not_found(
    ada: User, matter: Matter, contracts: list[Document], own: Question
) -> None:
    finding = answer_of(contracts[0], own)
    assert (finding.state, finding.run.head) == (MachineState.UNCLEAR, None)
    with as_job(matter):
        assert "may step in" in finding.evidence.first().quote
        assert set(Finding.objects.values_list("state", flat=True)) == {MachineState.UNCLEAR}
    assert finding.coverage["read"] == finding.coverage["total"] == len(supply(0))


def test_other_words_are_asked_anew_and_what_was_read_counts_no_longer(
    ada: User, matter: Matter, document: Document, own: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(ada, matter)
    with as_person(ada):
        assert answered_documents(matter, present_questions(matter.pk, [own])) == {own.pk: 1}
        first = Wording.of(own.name, own.definition, own.answer_type)
        assert reword_question(own, OTHER, by=ada)
        assert answered_documents(matter, present_questions(matter.pk, [own])) == {}
    asked = asked_ids(monkeypatch)
    read(ada, matter)
    assert asked == [[own.name]]
    with as_person(ada):  # and the first words again are a new question too: its answer must be the newest
        reword_question(own, first, by=ada)
    read(ada, matter)
    assert len(asked) == 2
    assert answer_of(document, own).run.edition == 3


def test_the_same_words_change_nothing(ada: User, own: Question) -> None:
    with as_person(ada):
        assert not reword_question(own, Wording.of(own.name, own.definition, own.answer_type), by=ada)
        assert own.edition == 1


def test_a_decision_on_the_same_passages_carries_over_to_the_new_words(
    ada: User, ben: User, matter: Matter, contracts: list[Document], own: Question
) -> None:
    with as_person(ben):
        accept_finding(answer_of_as_person(contracts[0], own), by=ben)
    with as_person(ada):
        reword_question(own, Wording.of(own.name, f"{own.definition} Own staff.", "text"), by=ada)
    read(ada, matter)
    newest = answer_of(contracts[0], own)
    with as_job(matter):
        assert newest.dispositions.get().carried_from is not None


def test_a_column_added_while_a_document_is_read_is_asked_right_afterwards(
    ada: User, matter: Matter, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    added: list[Question] = []

    def adding(
        text_id: str, content: str, language: str | None, asked: Sequence[engine.Asked], **named: Any
    ) -> Iterator[Any]:
        yield from through(text_id, content, language, asked, **named)
        if not added:
            added.append(own_question(ada))

    through = engine.read_text
    monkeypatch.setattr(engine, "read_text", adding)
    with as_person(ada):
        due_reading(document)
    assert work_off(matter, "read") == 2
    assert answer_of(document, added[0]).state == MachineState.UNCLEAR


def test_the_next_question_is_asked_of_what_was_kept_of_the_text(
    ada: User, matter: Matter, document: Document, own: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(ada, matter)
    with as_job(matter):
        kept = KeptVectors.objects.get()
        assert (kept.text_id, kept.made_by) == (document.text_id, engine.reader_fingerprint())
    given: list[bytes | None] = []

    def noted(*asked: Any, kept: bytes | None, **named: Any) -> Iterator[engine.Answered]:
        given.append(kept)
        yield from through(*asked, kept=kept, **named)

    through = engine.read_text
    monkeypatch.setattr(engine, "read_text", noted)
    second = own_question(ada, name="Taking over")
    read(ada, matter)
    assert given == [bytes(kept.vectors)]
    one, other = answer_of(document, own), answer_of(document, second)
    assert one.state == other.state == MachineState.UNCLEAR
    with as_job(matter):
        assert KeptVectors.objects.get() == kept
        KeptVectors.objects.update(made_by="another reader")
        Question.objects.filter(pk=second.pk).update(edition=2)
    read(ada, matter)
    assert given[1] is None
    again = answer_of(document, second)
    assert again.score == other.score, "made anew it is the same"
    with as_job(matter):
        assert KeptVectors.objects.get().made_by == engine.reader_fingerprint()


def test_clause_types_alone_keep_nothing(ada: User, matter: Matter, document: Document) -> None:
    read(ada, matter)
    with as_job(matter):
        assert not KeptVectors.objects.exists()


def test_twenty_decisions_make_one_learning_due(
    ada: User, ben: User, matter: Matter, contracts: list[Document], own: Question
) -> None:
    decide(ben, own, contracts[:-1])
    with as_job(matter):
        assert not Job.objects.filter(kind=JobKind.FIT_HEAD).exists()
    last = contracts[-1]
    with as_person(ben):
        finding = answer_of_as_person(last, own)
        reject_finding(finding, by=ben, reason="It forbids it.")
        undo_decision(finding, by=ben)
        start = last.text.content.index("shall never")
        edit_finding(finding, by=ben, value="no", spans=[ChosenSpan(start, start + 11)])
    with as_job(matter):
        job = Job.objects.get(kind=JobKind.FIT_HEAD)
        assert (job.subject_id, job.document, job.state) == (own.pk, None, JobState.QUEUED)


def test_what_was_learned_answers_the_next_reading_of_that_matter(
    ada: User, ben: User, matter: Matter, bundle: Bundle, contracts: list[Document], own: Question
) -> None:
    decide(ben, own, contracts)
    assert work_off(matter, "fit_head") == 1
    with as_job(matter):
        head = LearnedHead.objects.get()
        assert head.is_kept, head.reason
        assert (head.accepted, head.rejected) == (ENOUGH // 2, ENOUGH // 2)
        assert head.figures["with_head"]["log_loss"] < head.figures["zero_shot"]["log_loss"]
        receipt = AuditEvent.objects.get(action="question.learned")
        assert (receipt.subject_id, receipt.detail["accepted"]) == (head.pk, ENOUGH // 2)
    late = deliver(bundle, ada, name="late.txt", content=supply(40))
    read(ada, matter)
    finding = answer_of(late, own)
    assert (finding.state, finding.run.head, finding.measure) == (MachineState.FOUND, head, "chance")
    with as_job(matter):
        assert "may step in" in finding.evidence.first().quote


def test_nobody_outside_the_matter_sees_a_head_or_its_effect(
    ada: User, ben: User, cleo: User, dan: User, matter: Matter, contracts: list[Document], own: Question,
    organization: Any, other_organization: Any,
) -> None:  # fmt: skip
    decide(ben, own, contracts)
    work_off(matter, "fit_head")
    for outsider in (cleo, dan):
        with as_person(outsider):
            assert not LearnedHead.objects.exists()
            assert not AuditEvent.objects.filter(action="question.learned").exists()
    elm = open_matter(organization, cleo, name="Project Elm", number="10023-0009")
    contract = deliver(open_delivery(elm, cleo), cleo, name="elm.txt", content=supply(40))
    read(cleo, elm)
    finding = answer_of(contract, own)
    assert (finding.state, finding.run.head) == (MachineState.UNCLEAR, None)


def test_a_head_that_does_not_beat_likeness_is_not_kept_and_says_why(
    ada: User, ben: User, matter: Matter, bundle: Bundle, own: Question
) -> None:
    # Of each two that say the same one is accepted, so that nothing tells them apart.
    texts = [MAY.format(goods=f"{GOODS[n // 2]} of grade {n}") for n in range(ENOUGH)]
    same = [deliver(bundle, ada, name=f"{n:02}.txt", content=text) for n, text in enumerate(texts)]
    read(ada, matter)
    decide(ben, own, same)
    work_off(matter, "fit_head")
    with as_job(matter):
        tried = LearnedHead.objects.get()
        assert (tried.is_kept, tried.content) == (False, None)
        assert "apart better than likeness" in tried.reason
        (present,) = present_questions(matter.pk, [own])
        assert present.head is None
        assert AuditEvent.objects.filter(action="question.not_learned").exists()


def test_other_words_leave_what_was_learned_behind(
    ada: User, ben: User, matter: Matter, contracts: list[Document], own: Question
) -> None:
    decide(ben, own, contracts)
    work_off(matter, "fit_head")
    with as_person(ada):
        reword_question(own, OTHER, by=ada)
    with as_job(matter):
        (present,) = present_questions(matter.pk, [own])
        assert present.head is None


def test_where_the_terms_forbid_machine_reading_nothing_is_learned(
    ada: User, ben: User, matter: Matter, contracts: list[Document], own: Question
) -> None:
    decide(ben, own, contracts)
    with as_person(ada):
        record_ai_terms(Matter.objects.get(pk=matter.pk), AiTerms.FORBIDDEN, by=ada)
    assert work_off(matter, "fit_head") == 1
    with as_job(matter):
        assert not LearnedHead.objects.exists()


def test_a_late_worker_stores_nothing_of_what_it_learned(
    ada: User, ben: User, matter: Matter, contracts: list[Document], own: Question
) -> None:
    decide(ben, own, contracts)
    with as_job(matter):
        job_id = Job.objects.get(kind=JobKind.FIT_HEAD).pk
    job = claim(job_id, matter.organization_id, matter.pk)
    assert job is not None
    learn_question(job)
    with pytest.raises(LeaseLost):
        learn_question(job)
    with as_job(matter):
        assert LearnedHead.objects.count() == 1


def test_a_head_on_vectors_that_are_no_longer_made_is_learned_again(
    ada: User, ben: User, matter: Matter, contracts: list[Document], own: Question
) -> None:
    decide(ben, own, contracts)
    work_off(matter, "fit_head")
    with as_job(matter):
        head = LearnedHead.objects.get()
        old = {**head.content, "made_by": "an older encoder"}
        head.pk, head.made_by, head.content = None, "an older encoder", old
        head.id = LearnedHead._meta.pk.get_default()
        head.created_at = head.created_at.replace(year=head.created_at.year + 1)
        head.save(force_insert=True)
        due_reading(Document.objects.select_related("text").get(pk=contracts[0].pk))
    work_off(matter, "read")
    finding = answer_of(contracts[0], own)
    assert (finding.state, finding.run.head, finding.measure) == (MachineState.UNCLEAR, None, "likeness")
    with as_job(matter):
        assert Job.objects.filter(kind=JobKind.FIT_HEAD, state=JobState.QUEUED).exists()


def test_a_text_that_was_replaced_teaches_nothing(
    ada: User, ben: User, matter: Matter, contracts: list[Document], own: Question
) -> None:
    decide(ben, own, contracts)
    first = contracts[0]
    with as_person(ada):
        again = DocumentText.objects.create(
            organization_id=first.organization_id, matter_id=first.matter_id, document=first,
            pipeline_version=99, sha256="0" * 64, content="Nothing of it is left.", view_blob_key="a",
        )  # fmt: skip
        Document.objects.filter(pk=first.pk).update(text=again)
    work_off(matter, "fit_head")
    with as_job(matter):
        assert not LearnedHead.objects.exists()  # nineteen are left

"""Reading one text: the door's conditions first, then the reader, then one transaction that stores every answer."""

from collections.abc import Sequence
from dataclasses import asdict

from review import engine
from review.documents.models import Document, DocumentState, DocumentText, ReadingState
from review.jobs.errors import LeaseLost
from review.jobs.services import Claimed, due_reading, extend, finish
from review.matters.models import Matter
from review.matters.services import AiForbidden, refuse_unless_allowed
from review.playbooks.models import Question
from review.playbooks.selectors import active_questions
from review.tenancy.context import in_context

from .models import Evidence, Finding, MachineState, Origin, ReviewRun
from .services import carry_over


def read_document(job: Claimed) -> None:
    """Answer every active question about the text of this job, and store the answers with their evidence."""
    with begin(job):
        text = DocumentText.objects.select_related("document").get(pk=job.subject_id)
        if text.document.reading == ReadingState.NONE:
            withdraw(job)
            return
        matter = Matter.objects.select_related("client").get(pk=job.matter_id)
        questions = active_questions()
        refusal = _refusal(matter)
        if refusal is None:
            _mark(text, ReadingState.RUNNING, "")
    if refusal is not None or text.document.text_id != text.pk:
        with finish(job):
            _mark(text, *(refusal or (ReadingState.PENDING, "")))
        return
    asked = [as_asked(question) for question in questions]
    answers = []
    for answer in engine.read_text(str(text.pk), text.content, text.document.language or None, asked):
        answers.append(answer)
        if len(answers) % 16 == 0 and not extend(job, done=len(answers), total=len(asked)):
            raise LeaseLost
    with finish(job):
        run = _run(matter, asked)
        store_answers(run, text, {str(question.pk): question for question in questions}, answers)
        readable = any(answer.state != MachineState.NOT_READABLE for answer in answers)
        if readable:
            _mark(text.document, ReadingState.READ, "")
        else:
            _mark(text.document, ReadingState.NOT_READABLE, _language_sentence(text.document))


def as_asked(question: Question) -> engine.Asked:
    """A question in the words of the door."""
    return engine.Asked(
        id=str(question.pk),
        name=question.name,
        definition=question.definition,
        answer_type=question.answer_type,
        clause_type=question.clause_type,
        examples=tuple(question.examples),
    )


def store_answers(
    run: ReviewRun, text: DocumentText, questions: dict[str, Question], answers: Sequence[engine.Answered]
) -> None:
    """Store one finding an answer, once a run and text; a decision on identical quotes carries over from before."""
    if Finding.objects.filter(run=run, text=text).exists():
        return
    before = _settled_before(text)
    findings, evidence = [], []
    for answer in answers:
        finding = Finding(
            organization_id=text.organization_id,
            matter_id=text.matter_id,
            run=run,
            document_id=text.document_id,
            text=text,
            question=questions[answer.question_id],
            origin=Origin.MACHINE,
            state=answer.state,
            score=answer.score,
            value=answer.value,
            coverage={
                "read": answer.characters_read,
                "total": answer.characters_total,
                "miss_rate": answer.miss_rate,
            },
            nearest=[{"start": near.start, "end": near.end, "score": near.score} for near in answer.nearest],
            usage=answer.usage,
        )
        findings.append(finding)
        evidence += [
            Evidence(
                organization_id=text.organization_id,
                matter_id=text.matter_id,
                finding=finding,
                text=text,
                ordinal=ordinal,
                **asdict(passage),
            )
            for ordinal, passage in enumerate(answer.passages, start=1)
        ]
    Finding.objects.bulk_create(findings)
    Evidence.objects.bulk_create(evidence)
    for finding in findings:
        old = before.get(finding.question_id)
        if old is not None and _spans(old) == {
            (e.start, e.end) for e in evidence if e.finding_id == finding.pk
        }:
            carry_over(old, finding)


def read_matter(matter: Matter) -> int:
    """Make a reading due for every readable text the present recipe has not read. Returns how many are due."""
    refuse_unless_allowed(matter, engine.reader_kind())
    documents = Document.objects.select_related("text").filter(matter=matter, state=DocumentState.READY)
    for document in documents:
        due_reading(document)
    return len(documents)


def _refusal(matter: Matter, document: Document) -> tuple[ReadingState, str] | None:
    try:
        refuse_unless_allowed(matter, engine.reader_kind())
    except AiForbidden as forbidden:
        return ReadingState.FORBIDDEN, str(forbidden)
    return None


def _mark(document: Document, reading: ReadingState, sentence: str) -> None:
    Document.objects.filter(pk=document.pk).update(reading=reading, reading_sentence=sentence)


def _language_sentence(document: Document) -> str:
    return (
        f"This reader was measured in English only; the document appears to be in another language"
        f" ({document.language})."
    )


def _run(matter: Matter, asked: Sequence[engine.Asked]) -> ReviewRun:
    fingerprint = engine.reader_fingerprint()
    run, _ = ReviewRun.objects.get_or_create(
        organization_id=matter.organization_id,
        matter_id=matter.pk,
        recipe_hash=engine.recipe_hash(fingerprint, asked),
        defaults={
            "reader": engine.reader_kind(),
            "reader_fingerprint": fingerprint,
            "question_ids": [each.id for each in asked],
        },
    )
    return run


def _settled_before(text: DocumentText) -> dict[object, Finding]:
    """The latest earlier machine finding of each question about this text that a person has decided on."""
    earlier = (
        Finding.objects.filter(text=text, origin=Origin.MACHINE, dispositions__isnull=False)
        .distinct()
        .order_by("created_at")
        .prefetch_related("evidence")
    )
    return {finding.question_id: finding for finding in earlier}


def _spans(finding: Finding) -> set[tuple[int, int]]:
    return {(quote.start, quote.end) for quote in finding.evidence.all()}

"""Reading one text: the door's conditions first, then the reader, then one transaction that stores every answer."""

from collections.abc import Sequence
from dataclasses import asdict

from review import engine
from review.accounts.models import User
from review.documents.models import Document, DocumentState, DocumentText, ReadingState
from review.jobs.errors import LeaseLost
from review.jobs.services import Claimed, begin, due_reading, extend, finish, withdraw
from review.matters.models import Matter
from review.matters.services import AiForbidden, refuse_unless_allowed
from review.playbooks.models import Question
from review.playbooks.selectors import active_questions
from review.tenancy.audit import record
from review.tenancy.context import in_context

from .models import Evidence, Finding, MachineState, Origin, ReviewRun
from .services import carry_over

Span = tuple[int, int, bool]  # code points, and whether it is shown first


def read_document(job: Claimed) -> None:
    """Answer every active question about the text of this job, and store the answers with their evidence."""
    with begin(job):
        text = DocumentText.objects.select_related("document").get(pk=job.subject_id)
        if text.document.reading == ReadingState.NONE:  # cancelled while the job was on its way
            withdraw(job)
            return
        questions = active_questions()
        refusal = _refusal(job)
        if refusal is None:
            _mark(text, ReadingState.RUNNING, "")
    if refusal is not None or text.document.text_id != text.pk:
        with finish(job):
            if refusal is not None:
                _mark(text, *refusal)
        return
    asked = [as_asked(question) for question in questions]
    answers = [] if _is_read(job, text, asked) else _answers(job, text, asked)
    with finish(job):
        refusal = _refusal(job)  # what was agreed while it was being read holds too: then nothing is kept
        if refusal is not None:
            _mark(text, *refusal)
            return
        run = _run(job, asked)
        store_answers(run, text, {str(question.pk): question for question in questions}, answers)
        states = set(Finding.objects.filter(run=run, text=text).values_list("state", flat=True))
        if states == {MachineState.NOT_READABLE}:
            _mark(text, ReadingState.NOT_READABLE, _language_sentence(text.document))
        else:
            _mark(text, ReadingState.READ, "")


def _answers(job: Claimed, text: DocumentText, asked: Sequence[engine.Asked]) -> list[engine.Answered]:
    answers: list[engine.Answered] = []
    for answer in engine.read_text(str(text.pk), text.content, text.document.language or None, asked):
        answers.append(answer)
        if len(answers) % 16 == 0 and not extend(job, done=len(answers), total=len(asked)):
            raise LeaseLost
    return answers


def _is_read(job: Claimed, text: DocumentText, asked: Sequence[engine.Asked]) -> bool:
    """Whether the present recipe has read this text already, so that asking again costs nothing."""
    recipe = engine.recipe_hash(engine.reader_fingerprint(), asked)
    with in_context(job.organization_id, matter=job.matter_id):
        return Finding.objects.filter(text=text, run__recipe_hash=recipe).exists()


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
    """Store one finding an answer, once a run and text; a decision on the same answer carries over."""
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
    shown: dict[object, set[Span]] = {}
    for quote in evidence:
        shown.setdefault(quote.finding_id, set()).add((quote.start, quote.end, quote.is_quiet))
    carried = 0
    for finding in findings:
        old = before.get(finding.question_id)
        if old is not None and _says_the_same(old, finding, shown.get(finding.pk, set())):
            carried += carry_over(old, finding) is not None
    if carried:
        record(None, "document.decisions_carried_over", text.document, decisions=carried)


def read_matter(matter: Matter, *, by: User) -> int:
    """Make a reading due for every readable text; what the present recipe has read costs nothing. Returns how many."""
    refuse_unless_allowed(matter, engine.reader_kind())
    documents = Document.objects.select_related("text").filter(matter=matter, state=DocumentState.READY)
    documents = documents.defer("text__content", "text__original_content")  # some hundred contracts
    for document in documents:
        due_reading(document)
    record(by, "matter.reading_asked", matter, documents=len(documents))
    return len(documents)


def _refusal(job: Claimed) -> tuple[ReadingState, str] | None:
    matter = Matter.objects.select_related("client").get(pk=job.matter_id)
    try:
        refuse_unless_allowed(matter, engine.reader_kind())
    except AiForbidden as forbidden:
        return ReadingState.FORBIDDEN, str(forbidden)
    return None


def _mark(text: DocumentText, reading: ReadingState, sentence: str) -> None:
    """Say how the reading of a document stands, unless it has another text by now."""
    Document.objects.filter(pk=text.document_id, text_id=text.pk).update(
        reading=reading, reading_sentence=sentence
    )


def _language_sentence(document: Document) -> str:
    return (
        f"This reader was measured in English only; the document appears to be in another language"
        f" ({document.language})."
    )


def _run(job: Claimed, asked: Sequence[engine.Asked]) -> ReviewRun:
    fingerprint = engine.reader_fingerprint()
    run, _ = ReviewRun.objects.get_or_create(
        organization_id=job.organization_id,
        matter_id=job.matter_id,
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


def _says_the_same(old: Finding, new: Finding, shown: set[Span]) -> bool:
    """Whether whoever decided on the old answer has seen all that the new one says: value, and quotes or their lack."""
    before = {(quote.start, quote.end, quote.is_quiet) for quote in old.evidence.all()}
    return before == shown and old.value == new.value and (bool(shown) or old.state == new.state)

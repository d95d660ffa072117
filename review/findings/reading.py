"""Reading one text: the door's conditions first, then the reader, then one transaction that stores every answer."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from review import engine
from review.accounts.models import User
from review.documents.models import Document, DocumentState, DocumentText, ReadingState
from review.jobs.errors import LeaseLost
from review.jobs.services import Claimed, begin, due_reading, extend, finish, withdraw
from review.matters.models import Matter
from review.matters.services import AiForbidden, refuse_unless_allowed
from review.playbooks.models import Question
from review.playbooks.selectors import active_questions
from review.readings.models import CaseAnswer
from review.tenancy.audit import record
from review.tenancy.context import in_context

from .learning import due_lessons, refit_what_other_vectors_made
from .models import Evidence, Finding, KeptVectors, MachineState, Origin, ReviewRun
from .recipes import Present, present_questions
from .services import carry_over

Span = tuple[int, int, bool]  # code points, and whether it is shown first


@dataclass(frozen=True, slots=True)
class Recipe:
    """One question as a reader is asked it now, and the name of what makes its answers the same."""

    present: Present
    hash: str

    @property
    def question_id(self) -> str:
        return self.present.asked.id


def read_document(job: Claimed) -> None:
    """Ask about the text of this job what nobody has asked it yet, and store the answers with their evidence."""
    with begin(job):
        text = DocumentText.objects.select_related("document").get(pk=job.subject_id)
        if text.document.reading == ReadingState.NONE:  # cancelled while the job was on its way
            withdraw(job)
            return
        present = present_questions(job.matter_id, active_questions())
        refusal = _refusal(job)
        if refusal is None:
            _mark(text, ReadingState.RUNNING, "")
    if refusal is not None or text.document.text_id != text.pk:
        with finish(job):
            if refusal is not None:
                _mark(text, *refusal)
        return
    recipes = _recipes(present)
    missing = _not_asked_yet(job, text, recipes)
    made: list[bytes] = []
    kept = _kept_vectors(job, text) if any(each.present.question.is_own for each in missing) else None
    asked = [recipe.present.asked for recipe in missing]
    answers = _answers(job, text, asked, kept, made.append) if missing else []
    with finish(job):
        refusal = _refusal(job)  # what was agreed while it was being read holds too: then nothing is kept
        if refusal is not None:
            _mark(text, *refusal)
            return
        runs = _runs(job, recipes)
        _keep_vectors(text, made)
        store_answers(runs, text, {str(each.question.pk): each.question for each in present}, answers)
        states = set(Finding.objects.filter(run__in=runs.values(), text=text).values_list("state", flat=True))
        if states == {MachineState.NOT_READABLE}:
            _mark(text, ReadingState.NOT_READABLE, _language_sentence(text.document))
        else:
            _mark(text, ReadingState.READ, "")
        refit_what_other_vectors_made(_matter(job), [each.head for each in present])
        due_lessons(_matter(job), [each.question for each in present])
        if present_questions(job.matter_id, active_questions()) != present:  # a column was added meanwhile
            due_reading(Document.objects.select_related("text").get(pk=text.document_id))


def _answers(
    job: Claimed,
    text: DocumentText,
    asked: Sequence[engine.Asked],
    kept: bytes | None,
    keep: Callable[[bytes], None],
) -> list[engine.Answered]:
    answers: list[engine.Answered] = []
    language = text.document.language or None
    for answer in engine.read_text(str(text.pk), text.content, language, asked, kept=kept, keep=keep):
        answers.append(answer)
        if len(answers) % 16 == 0 and not extend(job, done=len(answers), total=len(asked)):
            raise LeaseLost
    return answers


def _kept_vectors(job: Claimed, text: DocumentText) -> bytes | None:
    """What this same reader made of the text for an earlier question of the firm's own."""
    with in_context(job.organization_id, matter=job.matter_id):
        kept = KeptVectors.objects.filter(text=text, made_by=engine.reader_fingerprint())
        vectors = kept.values_list("vectors", flat=True).first()
    return None if vectors is None else bytes(vectors)


def _keep_vectors(text: DocumentText, made: Sequence[bytes]) -> None:
    """Keep what was made of the text in the place of what another reader had made."""
    for vectors in made:
        KeptVectors.objects.update_or_create(
            organization_id=text.organization_id,
            matter_id=text.matter_id,
            text=text,
            defaults={"made_by": engine.reader_fingerprint(), "vectors": vectors},
        )


def _recipes(present: Sequence[Present]) -> list[Recipe]:
    fingerprint = engine.reader_fingerprint()
    return [Recipe(each, engine.recipe_hash(fingerprint, each.asked)) for each in present]


def _not_asked_yet(job: Claimed, text: DocumentText, recipes: Sequence[Recipe]) -> list[Recipe]:
    """The recipes that have no answer about this text, so that asking again costs only what is new."""
    with in_context(job.organization_id, matter=job.matter_id):
        answered = set(
            Finding.objects.filter(
                text=text, run__recipe_hash__in=[recipe.hash for recipe in recipes]
            ).values_list("run__recipe_hash", flat=True)
        )
    return [recipe for recipe in recipes if recipe.hash not in answered]


def store_answers(
    runs: dict[str, ReviewRun],
    text: DocumentText,
    questions: dict[str, Question],
    answers: Sequence[engine.Answered],
) -> None:
    """Store one finding an answer about one text. `runs` and `questions` are by the question's id as it was told."""
    store_findings(
        [Told(text, runs[each.question_id], questions[each.question_id], each) for each in answers]
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What a reader said of one question about one text, maybe as a part of an answer about a whole case file."""

    text: DocumentText
    run: ReviewRun
    question: Question
    answer: engine.Answered
    case_answer: CaseAnswer | None = None


def store_findings(told: Sequence[Told]) -> None:
    """Store one finding an answer, once a run and text; a decision on the same answer carries over."""
    texts = {each.text.pk: each.text for each in told}
    runs = {each.run.pk for each in told}
    stored = set(Finding.objects.filter(run__in=runs, text__in=texts).values_list("run_id", "text_id"))
    told = [each for each in told if (each.run.pk, each.text.pk) not in stored]
    if not told:
        return
    before = _settled_before(texts.keys(), {each.question.pk for each in told})
    findings = [_finding(each) for each in told]
    evidence = [
        quote for each, finding in zip(told, findings, strict=True) for quote in _evidence(each, finding)
    ]
    Finding.objects.bulk_create(findings)
    Evidence.objects.bulk_create(evidence)
    shown: dict[object, set[Span]] = {}
    for quote in evidence:
        shown.setdefault(quote.finding_id, set()).add((quote.start, quote.end, quote.is_quiet))
    carried: dict[UUID, int] = {}
    for finding in findings:
        old = before.get((finding.text_id, finding.question_id))
        if old is not None and _says_the_same(old, finding, shown.get(finding.pk, set())):
            done = carry_over(old, finding) is not None
            carried[finding.text_id] = carried.get(finding.text_id, 0) + done
    for text_id, decisions in carried.items():
        if decisions:
            record(None, "document.decisions_carried_over", texts[text_id].document, decisions=decisions)


def _finding(told: Told) -> Finding:
    text, answer = told.text, told.answer
    return Finding(
        organization_id=text.organization_id,
        matter_id=text.matter_id,
        run=told.run,
        document_id=text.document_id,
        text=text,
        question=told.question,
        case_answer=told.case_answer,
        origin=Origin.MACHINE,
        state=answer.state,
        score=answer.score,
        value=answer.value,
        coverage={
            "read": answer.characters_read,
            "total": answer.characters_total,
            "miss_rate": answer.miss_rate,
            "thorough": answer.thorough,
            "thorough_recall": answer.thorough_recall,
        },
        nearest=[{"start": near.start, "end": near.end, "score": near.score} for near in answer.nearest],
        usage=answer.usage,
    )


def _evidence(told: Told, finding: Finding) -> list[Evidence]:
    return [
        Evidence(
            organization_id=finding.organization_id,
            matter_id=finding.matter_id,
            finding=finding,
            text=told.text,
            ordinal=ordinal,
            **asdict(passage),
        )
        for ordinal, passage in enumerate(told.answer.passages, start=1)
    ]


def read_matter(matter: Matter, *, by: User) -> int:
    """Make a reading due for every readable text; what the present recipe has read costs nothing. Returns how many."""
    refuse_unless_allowed(matter, engine.reader_kind())
    documents = Document.objects.select_related("text").filter(matter=matter, state=DocumentState.READY)
    documents = documents.defer("text__content", "text__original_content")  # some hundred contracts
    for document in documents:
        due_reading(document)
    record(by, "matter.reading_asked", matter, documents=len(documents))
    return len(documents)


def _matter(job: Claimed) -> Matter:
    return Matter.objects.select_related("client").get(pk=job.matter_id)


def _refusal(job: Claimed) -> tuple[ReadingState, str] | None:
    try:
        refuse_unless_allowed(_matter(job), engine.reader_kind())
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


def _runs(job: Claimed, recipes: Sequence[Recipe]) -> dict[str, ReviewRun]:
    """The run of each recipe in this matter, begun now where there is none; by the question's id."""
    by_hash = {recipe.hash: recipe for recipe in recipes}
    known = ReviewRun.objects.filter(matter_id=job.matter_id, recipe_hash__in=by_hash)
    begun = set(known.values_list("recipe_hash", flat=True))
    fingerprint = engine.reader_fingerprint()
    # In one order, so that two documents that are read at once do not wait for each other in a circle.
    ReviewRun.objects.bulk_create(
        [_new_run(job, by_hash[key], fingerprint) for key in sorted(by_hash.keys() - begun)],
        ignore_conflicts=True,
    )
    return {by_hash[run.recipe_hash].question_id: run for run in known.all()}


def _new_run(job: Claimed, recipe: Recipe, fingerprint: str) -> ReviewRun:
    head, firm_head = recipe.present.head, recipe.present.firm_head
    vectors = engine.vectors_made_by()  # a head of others is left aside
    return ReviewRun(
        organization_id=job.organization_id,
        matter_id=job.matter_id,
        recipe_hash=recipe.hash,
        asked_hash=recipe.present.asked_hash,
        edition=recipe.present.question.edition,
        head=head if head and head.made_by == vectors else None,
        firm_head=firm_head if firm_head and firm_head.made_by == vectors else None,
        reader=engine.reader_kind(),
        reader_fingerprint=fingerprint,
        question_ids=[recipe.question_id],
    )


def _settled_before(texts: Iterable[UUID], questions: Iterable[UUID]) -> dict[tuple[UUID, UUID], Finding]:
    """The latest earlier machine finding of each text and question that a person has decided on."""
    earlier = (
        Finding.objects.filter(
            text__in=texts, question__in=questions, origin=Origin.MACHINE, dispositions__isnull=False
        )
        .distinct()
        .order_by("created_at")
        .prefetch_related("evidence")
    )
    return {(finding.text_id, finding.question_id): finding for finding in earlier}


def _says_the_same(old: Finding, new: Finding, shown: set[Span]) -> bool:
    """Whether whoever decided on the old answer has seen all that the new one says: value, and quotes or their lack."""
    before = {(quote.start, quote.end, quote.is_quiet) for quote in old.evidence.all()}
    return before == shown and old.value == new.value and (bool(shown) or old.state == new.state)

"""An answer about a whole case file becomes findings, one a text: found where it quotes, and not found elsewhere."""

from collections.abc import Sequence
from uuid import UUID

from review import engine
from review.documents.models import DocumentText
from review.jobs.services import Claimed
from review.playbooks.models import Question
from review.readings.models import CaseAnswer, CaseQuote, Role
from review.readings.read_part import read_part
from review.readings.sections import covered_by
from review.readings.units import texts_of

from .models import MachineState, ReviewRun
from .reading import Told, store_findings


def read_case(job: Claimed) -> None:
    """Put the columns of a run to the case file of this job; each answer is stored with its findings."""
    texts: list[DocumentText] = []

    def keep(answer: CaseAnswer, quotes: list[CaseQuote]) -> None:
        texts[:] = texts or [place.text for place in texts_of(answer.case_file)]
        keep_findings(answer, quotes, texts)

    read_part(job, keep=keep)


def keep_findings(answer: CaseAnswer, quotes: Sequence[CaseQuote], texts: Sequence[DocumentText]) -> None:
    """Store what an answer says of each text, inside the transaction that stores the answer."""
    assert answer.question_id is not None
    question = Question.objects.get(pk=answer.question_id)
    run = _run(answer, question)
    by_text: dict[UUID, list[CaseQuote]] = {}
    for quote in quotes:
        if quote.role == Role.EVIDENCE:
            by_text.setdefault(quote.text_id, []).append(quote)
    store_findings(
        [
            Told(text, run, question, _about(text, answer, by_text.get(text.pk, []), len(texts)), answer)
            for text in texts
        ]
    )


def state_in(answer_state: str, has_quotes: bool) -> str:
    """What an answer about a case file says of one of its texts.

    What a case file answers is found where it is quoted and not found elsewhere; an open answer is open everywhere.
    """
    if answer_state == MachineState.FOUND:
        return MachineState.FOUND if has_quotes else MachineState.NOT_FOUND
    return answer_state


def _about(
    text: DocumentText, answer: CaseAnswer, quotes: Sequence[CaseQuote], texts: int
) -> engine.Answered:
    state = state_in(answer.state, bool(quotes))
    is_found = state == MachineState.FOUND
    length = len(text.content)
    scores = [quote.score for quote in quotes if quote.score is not None]
    return engine.Answered(
        question_id=str(answer.question_id),
        state=state,
        score=max(scores, default=None),
        value=answer.value if is_found else None,
        passages=tuple(
            engine.Passage(each.start, each.end, each.quote, each.score, is_found) for each in quotes
        ),
        nearest=(),
        characters_read=_read_of(text, answer),
        characters_total=length,
        # Its part of what the whole answer took; the answer itself has all of it.
        usage={"seconds": answer.device_seconds / texts, "tokens": answer.prefill_tokens // texts},
        measure="choice",
    )


def _read_of(text: DocumentText, answer: CaseAnswer) -> int:
    """How many code points of a text stood before the model: all of it, unless its case file was read in sections."""
    covered = covered_by(answer)
    if covered is None:
        return len(text.content)
    return sum(each.end - each.start for each in covered.read_again if each.text_id == str(text.pk))


def _run(answer: CaseAnswer, question: Question) -> ReviewRun:
    """The run of one question about one case file; other documents beside it make another."""
    recipe = engine.recipe_in_case(answer.recipe_hash, answer.case_file.key)
    run, _ = ReviewRun.objects.get_or_create(
        organization_id=answer.organization_id,
        matter_id=answer.matter_id,
        recipe_hash=recipe,
        defaults={
            "asked_hash": answer.asked_hash,
            "edition": question.edition,
            "reader": answer.reader,
            "reader_fingerprint": answer.fingerprint[:128],
            "question_ids": [str(question.pk)],
            "started_by_id": answer.part.run.started_by_id,
        },
    )
    return run

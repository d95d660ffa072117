"""Reads: what was asked in a matter, how far each question is, and its answers with their quotes."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from review import engine
from review.matters.models import Matter
from review.readings.figures import Figures, figures_of_run
from review.readings.models import AnswerState, CaseAnswer, PartState
from review.readings.recipes import free_question
from review.readings.selectors import RunView, run_views, with_quotes

from .models import Inquiry

STAGES = {
    PartState.PENDING: "queued",
    PartState.READING: "reading",
    PartState.ASKING: "answering",
    PartState.DONE: "answered",
}


@dataclass(frozen=True, slots=True)
class InquiryView:
    """One question of a person with all that came of it; answers that found something come first."""

    inquiry: Inquiry
    run: RunView
    answers: tuple[CaseAnswer, ...]

    @property
    def stage(self) -> str:
        """queued, reading, answering, answered, or how else it ended."""
        return STAGES.get(self.run.state, self.run.state.value)

    @property
    def state(self) -> str:
        """What the answers come to: the best of them; empty before there is one."""
        states = {answer.state for answer in self.answers}
        return next((state.value for state in AnswerState if state in states), "")

    @property
    def found(self) -> list[CaseAnswer]:
        return [answer for answer in self.answers if answer.state == AnswerState.FOUND]

    @property
    def others(self) -> list[CaseAnswer]:
        return [answer for answer in self.answers if answer.state != AnswerState.FOUND]

    @property
    def figures(self) -> Figures:
        """What it took; an answer that somebody had asked for before took nothing now."""
        return figures_of_run(self.inquiry.run_id)


def inquiries_of(matter: Matter, limit: int = 20) -> list[InquiryView]:
    """What was asked in a matter, newest first."""
    asked = Inquiry.objects.select_related("run", "run__profile", "asked_by").filter(matter_id=matter.pk)
    return inquiry_views(list(asked.order_by("-asked_at")[:limit]))


def inquiry_views(inquiries: Sequence[Inquiry]) -> list[InquiryView]:
    """The same questions with what came of them."""
    runs = run_views([inquiry.run for inquiry in inquiries])
    answers = _answers(runs)
    return [
        InquiryView(inquiry, run, tuple(_of_run(run, answers)))
        for inquiry, run in zip(inquiries, runs, strict=True)
    ]


def _answers(runs: Sequence[RunView]) -> dict[tuple[UUID, str, str], CaseAnswer]:
    """By case file, reader and words: an answer that an earlier question got is this one's too."""
    parts = [view.part for run in runs for view in run.parts if view.part.fingerprint]
    words = {_words_hash(run) for run in runs}
    rows = with_quotes(CaseAnswer.objects.all())
    rows = rows.filter(case_file__in={part.case_file_id for part in parts}, asked_hash__in=words)
    return {(row.case_file_id, row.fingerprint, row.asked_hash): row for row in rows}


def _of_run(run: RunView, answers: dict[tuple[UUID, str, str], CaseAnswer]) -> list[CaseAnswer]:
    words = _words_hash(run)
    own = [
        answers.get((view.part.case_file_id, view.part.fingerprint, words))
        for view in run.parts
        if view.part.fingerprint
    ]
    order = list(AnswerState)
    return sorted(
        (answer for answer in own if answer), key=lambda answer: order.index(AnswerState(answer.state))
    )


def _words_hash(run: RunView) -> str:
    return engine.asked_hash(free_question(run.run.words))

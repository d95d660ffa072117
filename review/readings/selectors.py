"""Reads that count: how far a run is, and each of its case files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Prefetch, QuerySet
from django.utils import timezone

from review.jobs.models import Job, JobState
from review.matters.models import Matter

from .models import CaseAnswer, CaseDoubt, CasePart, CaseQuote, CaseRun, PartState
from .services import OPEN
from .waiting import TRIES


@dataclass(frozen=True, slots=True)
class PartView:
    """One case file of a run as people see it: how far it is, and why it stands where it does."""

    part: CasePart
    answered: int
    cause: str

    @property
    def questions_a_minute(self) -> float | None:
        """While it is asked, and over all once it was; None before anything can be told."""
        own = self.answered - self.part.reused
        seconds = _seconds_since(self.part.asking_at, self.part.ended_at)
        return 60 * own / seconds if own and seconds else None

    @property
    def tokens_a_second(self) -> float | None:
        """While it is read, and over all once it was."""
        is_reading = self.part.state == PartState.READING and self.part.tokens_read
        if self.part.prefill_seconds and not is_reading:
            read = self.part.tokens_read - self.part.tokens_restored  # less than none as a turn begins anew
            return read / self.part.prefill_seconds if read > 0 else None
        seconds = _seconds_since(self.part.reading_at, None)
        return self.part.tokens_read / seconds if is_reading and seconds else None


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with its parts, and all of them together."""

    run: CaseRun
    parts: tuple[PartView, ...]

    @property
    def state(self) -> PartState:
        """That of the whole: what is going on before what is over, and what went wrong before what went well."""
        states = {PartState(view.part.state) for view in self.parts}
        order = (
            *(PartState.ASKING, PartState.READING, PartState.PENDING),
            *(PartState.FAILED, PartState.FORBIDDEN, PartState.CANCELLED),
        )
        return next((state for state in order if state in states), PartState.DONE)

    @property
    def is_over(self) -> bool:
        return self.state.is_over

    @property
    def may_go_on(self) -> bool:
        """Whether it ended without all its answers."""
        return self.is_over and self.state != PartState.DONE

    @property
    def tokens(self) -> int:
        return sum(view.part.tokens for view in self.parts) or int(self.run.estimate.get("tokens", 0))

    @property
    def tokens_read(self) -> int:
        return sum(view.part.tokens_read for view in self.parts)

    @property
    def questions(self) -> int:
        return sum(view.part.questions for view in self.parts)

    @property
    def answered(self) -> int:
        return sum(view.answered for view in self.parts)

    @property
    def reused(self) -> int:
        return sum(view.part.reused for view in self.parts)

    @property
    def warm(self) -> int:
        """How many of its case files a worker had read before."""
        return sum(view.part.is_warm for view in self.parts)

    @property
    def tokens_restored(self) -> int:
        """How many of the tokens came back from disk."""
        return sum(view.part.tokens_restored for view in self.parts)

    @property
    def attention_percent(self) -> float | None:
        """The smallest share of its attention that a head kept in a sparse reading of any; None where all was read."""
        told = [each for view in self.parts if (each := view.part.attention_percent) is not None]
        return min(told, default=None)

    @property
    def prefill_seconds(self) -> float:
        """What reading took, over all turns; going through what is read in sections among it."""
        return sum(view.part.prefill_seconds for view in self.parts)

    @property
    def through_seconds(self) -> float:
        """What going through case files took that are read in sections."""
        return sum(view.part.prefill_seconds for view in self.parts if view.part.in_sections)

    @property
    def restore_seconds(self) -> float:
        return sum(view.part.restore_seconds for view in self.parts)

    @property
    def tokens_a_second(self) -> float:
        return sum(
            view.tokens_a_second or 0.0 for view in self.parts if not PartState(view.part.state).is_over
        )

    @property
    def questions_a_minute(self) -> float:
        """Of those that are being asked, else of those that were."""
        asking = [view for view in self.parts if view.part.state == PartState.ASKING]
        return sum(view.questions_a_minute or 0.0 for view in asking or self.parts)

    @property
    def cause(self) -> str:
        """The first cause that anything of it waits or ended for."""
        return next((view.cause for view in self.parts if view.cause), "")


def with_quotes(answers: QuerySet[CaseAnswer]) -> QuerySet[CaseAnswer]:
    """The same answers with their case files, quotes and doubts, those with their texts and documents."""
    quotes = CaseQuote.objects.select_related("text", "text__document").defer("text__original_content")
    doubts = CaseDoubt.objects.select_related("text__document")
    doubts = doubts.defer("text__content", "text__original_content")
    return answers.select_related("case_file").prefetch_related(
        Prefetch("quotes", queryset=quotes.order_by("ordinal")),
        Prefetch("doubts", queryset=doubts.order_by("ordinal")),
    )


def run_view(run: CaseRun) -> RunView:
    """How far a run is."""
    return run_views([run])[0]


def run_views(runs: Sequence[CaseRun]) -> list[RunView]:
    """The same for several runs of a matter, in three queries."""
    parts = CasePart.objects.select_related("case_file").filter(run__in=runs).order_by("ordinal")
    by_run: dict[UUID, list[CasePart]] = {}
    for part in parts:
        by_run.setdefault(part.run_id, []).append(part)
    everything = [part for each in by_run.values() for part in each]
    answered = _answered(everything)
    jobs = _jobs(part for part in everything if part.state in OPEN)
    return [
        RunView(
            run,
            tuple(
                PartView(part, part.reused + answered.get(part.pk, 0), _cause(part, jobs.get(part.pk)))
                for part in by_run.get(run.pk, [])
            ),
        )
        for run in runs
    ]


def runs_of(matter: Matter, limit: int = 50) -> list[CaseRun]:
    """The runs of columns in a matter, newest first."""
    runs = CaseRun.objects.select_related("profile", "started_by").filter(matter_id=matter.pk, words="")
    return list(runs.order_by("-created_at")[:limit])


def _answered(parts: Iterable[CasePart]) -> dict[UUID, int]:
    rows = CaseAnswer.objects.filter(part__in=[part.pk for part in parts]).order_by()
    return dict(rows.values_list("part_id").annotate(number=Count("id")))


def _jobs(parts: Iterable[CasePart]) -> dict[UUID, Job]:
    jobs = Job.objects.filter(subject_id__in=[part.pk for part in parts])
    return {job.subject_id: job for job in jobs}


def _cause(part: CasePart, job: Job | None) -> str:
    """Why a part waits or ended as it did, in a sentence; empty where it simply goes on or went well."""
    if part.sentence:
        return str(part.sentence)
    if job is None:
        return ""
    if job.error:
        tried = f" Tried {part.waits} of {TRIES} times." if part.waits else ""
        return str(job.error).replace("had this file", "had this case file") + tried
    if job.state == JobState.QUEUED:
        return "Waiting for a worker that reads whole case files."
    if job.attempt > 1 and job.state == JobState.LEASED:
        return f"Attempt {job.attempt}: an earlier worker stopped. It is read again; answers that were given are kept."
    return ""


def _seconds_since(begun: datetime | None, ended: datetime | None) -> float:
    return ((ended or timezone.now()) - begun).total_seconds() if begun else 0.0

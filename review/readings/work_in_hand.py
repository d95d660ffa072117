"""One part in a worker's hands: what it is and has to ask, what people are told of it, and who still wants it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone

from review import engine
from review.jobs.services import Claimed, begin, extend, finish
from review.matters.models import Matter
from review.matters.services import AiForbidden, refuse_unless_allowed
from review.readers.services import keep_pace
from review.tenancy.context import in_context

from .giving_way import Turn
from .joining import due_beside
from .models import CaseAnswer, CasePart, CaseQuote, KeptReading, PartState
from .recipes import recipe_of

EVERY = 1.0  # seconds between two looks at whether anybody still wants it
TERMS_EVERY = 5.0  # and at whether it may still be read
Keep = Callable[[CaseAnswer, list[CaseQuote]], None]


@dataclass(slots=True)
class Work:
    """One part, its job and its case file, and what is known of the reading by now."""

    job: Claimed
    part: CasePart
    spec: engine.ReaderSpec
    case: engine.Case
    asked: list[engine.Asked]
    keep: Keep
    trouble: str = ""  # why nothing of it is saved
    budgets: engine.Budgets | None = None  # None of a server, which keeps what it reads itself
    kept: KeptReading | None = None  # what is kept of it, once there is something to ask
    fingerprint: str = ""
    in_sections: bool = False
    tokens: int = 0  # of the case file
    attention: dict[str, float | int | None] = field(default_factory=dict)  # what a sparse reading of it kept
    told: float = 0.0
    looked: float = 0.0
    looked_at_terms: float = 0.0
    was_unwanted: bool = False
    turn: Turn = field(default_factory=Turn)

    def missing(self) -> tuple[list[engine.Asked], int]:
        """What this reader has not answered about this case file, and how much of the rest other runs had asked."""
        by_recipe = {recipe_of(self.fingerprint, asked): asked for asked in self.asked}
        answers = CaseAnswer.objects.filter(case_file_id=self.part.case_file_id, recipe_hash__in=by_recipe)
        with begin(self.job):
            answered = dict(answers.values_list("recipe_hash", "part_id"))
        missing = [asked for recipe, asked in by_recipe.items() if recipe not in answered]
        return missing, sum(part_id != self.part.pk for part_id in answered.values())

    def say(self, **changes: object) -> None:
        """Tell people how far it is. Raises LeaseLost where the part is no longer ours."""
        with begin(self.job):
            note_part(self.part.pk, **changes)

    def is_to_say(self) -> bool:
        """Whether people were told a second ago or before, and are to be told now."""
        is_time = time.monotonic() - self.told >= EVERY
        if is_time:
            self.told = time.monotonic()
        return is_time

    def end_answered(self) -> None:
        """End it with all that was asked. Raises LeaseLost."""
        end_part(self.job, self.part, PartState.DONE, "")

    def is_forbidden(self) -> bool:
        """Whether the AI terms forbid by now to read on; asked every few seconds."""
        if time.monotonic() - self.looked_at_terms < TERMS_EVERY:
            return False
        self.looked_at_terms = time.monotonic()
        with begin(self.job):
            return refusal_of(self.job, self.part) is not None

    def is_unwanted(self) -> bool:
        """Whether the job was cancelled or given to another; asked at most once a second."""
        if not self.was_unwanted and time.monotonic() - self.looked >= EVERY:
            self.looked = time.monotonic()
            self.was_unwanted = not extend(self.job)
        return self.was_unwanted

    def beside(self) -> list[UUID]:
        """Jobs that may be asked with it: columns look for sections in another way than a person's own words."""
        return due_beside(self.part, alike=self.in_sections)

    def keep_pace(self, **measured: object) -> None:
        """Keep how fast its reader is, also once the job has ended."""
        run = self.part.run
        with in_context(self.job.organization_id, matter=self.job.matter):
            keep_pace(run.profile, edition=run.edition, fingerprint=self.fingerprint, **measured)


def refusal_of(job: Claimed, part: CasePart) -> str | None:
    """Why the AI terms forbid now to read it, in a sentence; None where they do not."""
    matter = Matter.objects.select_related("client").get(pk=job.matter_id)
    try:
        refuse_unless_allowed(matter, part.run.profile.kind)
    except AiForbidden as forbidden:
        return str(forbidden)
    return None


def note_part(part_id: UUID, **changes: object) -> None:
    """Write down how far a part is, unless it was cancelled."""
    CasePart.objects.filter(pk=part_id).exclude(state=PartState.CANCELLED).update(**changes)


def end_part(job: Claimed, part: CasePart, state: PartState, sentence: str) -> None:
    """End a part together with its job. Raises LeaseLost."""
    with finish(job):
        note_part(part.pk, state=state, sentence=sentence, ended_at=timezone.now())

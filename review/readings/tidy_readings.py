"""The job that tidies a matter's readings with nobody reading: what ended, what may not be, what is left over."""

from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from review import engine
from review.jobs.dispatching import hasten
from review.jobs.services import Claimed, finish, given_up
from review.matters.models import Matter
from review.matters.services import AiForbidden, refuse_unless_allowed
from review.readers.models import ReaderKind
from review.tenancy.context import in_context
from review.tenancy.turns import Turn, take_turn

from .disk_budget import keep_within_budget
from .due_tidying import due_tidying
from .kept_readings import budget_of
from .let_go import delete_files, let_go, let_go_of_all
from .memories import note_left_memories, tidy_memories
from .models import KeptReading, Place, WhyMoved
from .note_kept import weigh_again
from .reading_folders import folder_of


def tidy(job: Claimed) -> None:
    """Let go of a matter's readings whose time is over, forbidden or not, and of files that no row names."""
    folder = folder_of(job.organization_id, job.matter_id)
    lying = {
        saved.name: saved for saved in engine.saved_cases(folder)
    }  # before the rows: whoever saves has its row
    with finish(job):
        matter = Matter.objects.select_related("client").get(pk=job.matter_id)
        if is_forbidden(matter):
            let_go_of_all(matter, WhyMoved.FORBIDDEN)
            return
        take_turn(Turn.READINGS, job.organization_id)
        for reading in _kept(matter):
            _bring_up_to_date(reading, lying.get(reading.folder))
        named = set(_kept(matter).values_list("folder", flat=True))
        note_left_memories(matter)  # before the budget is held, which may let go of them
        others = keep_within_budget(job.organization_id, job.matter_id)
        if tidy_memories(matter) or _kept(matter).exists():
            due_tidying(matter)
    for name in lying.keys() - named:
        delete_files(folder, name)
    hasten(others)


def settle_tidying(job_id: UUID, organization_id: UUID, matter_id: UUID | None) -> None:
    """The next reading of the matter makes it due again, so only the job knows."""
    with in_context(organization_id, matter=matter_id):
        given_up(job_id)


def is_forbidden(matter: Matter) -> bool:
    """Whether its AI terms let no model read it whole."""
    try:
        refuse_unless_allowed(matter, ReaderKind.ENGINE)
    except AiForbidden:
        return True
    return False


def _kept(matter: Matter) -> QuerySet[KeptReading]:
    """In the order of their ids, in which everybody locks them who locks several."""
    return KeptReading.objects.filter(matter_id=matter.pk).exclude(place=Place.GONE).order_by("pk")


def _bring_up_to_date(reading: KeptReading, saved: engine.SavedCase | None) -> None:
    reading = KeptReading.objects.select_for_update(of=("self",)).get(pk=reading.pk)
    now, days = timezone.now(), timedelta(days=budget_of(reading.organization_id).days)
    if not reading.is_pinned:  # the firm may keep readings for fewer days by now
        reading.ends_at = min(reading.ends_at, reading.last_used_at + days)
    if reading.ends_at <= now and not reading.is_pinned:
        let_go(reading, WhyMoved.LIFETIME)
        return
    reading.saved_tokens = saved.done or 0 if saved else 0
    if reading.is_saved:  # by another worker, where this one's was in trouble
        reading.trouble = ""
    if Place(reading.place).is_in_memory and not reading.is_held:
        reading.why, reading.moved_at, reading.memory_bytes = WhyMoved.STOPPED, reading.held_until, 0
        reading.place = Place.DISK
    if reading.place == Place.DISK and not reading.saved_tokens:
        let_go(reading, WhyMoved(reading.why))
        return
    reading.save()
    weigh_again(reading)

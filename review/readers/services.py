"""Every write of the room: profiles, which of them holds, what is kept with them, and what a matter chose."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from review.accounts.models import User
from review.errors import Conflict, Invalid
from review.matters.models import Matter
from review.matters.services import refuse_unless_allowed
from review.tenancy.audit import record
from review.tenancy.turns import Turn, take_turn

from .description import Description
from .errors import WrongSetting
from .models import Acceptance, MatterReader, MeasuredPace, ReaderProfile


@transaction.atomic
def add_reader(described: Description, *, by: User, organization_id: UUID) -> ReaderProfile:
    """Add a profile; the first one becomes the firm's default. Raises WrongSetting."""
    take_turn(Turn.READERS, organization_id)
    _refuse_taken(described.name)
    profile = ReaderProfile(organization_id=organization_id, added_by=by, **described.as_values())
    _tell(profile, described)
    profile.is_default = not ReaderProfile.objects.filter(is_default=True).exists()
    profile.save(force_insert=True)
    record(by, "reader.added", profile, kind=profile.kind, model=profile.reads_with)
    return profile


@transaction.atomic
def change_reader(profile: ReaderProfile, described: Description, *, by: User) -> bool:
    """Change what a profile says; False when it says so already. Raises WrongSetting.

    What was read before keeps the settings it was read with; the trail holds the old and the new values.
    """
    take_turn(Turn.READERS, profile.organization_id)
    profile.refresh_from_db()
    _refuse_taken(described.name, profile)
    new = described.as_values()
    changed = {
        name: [getattr(profile, name), value]
        for name, value in new.items()
        if getattr(profile, name) != value
    }
    if not changed:
        return False
    for name in changed:
        setattr(profile, name, new[name])
    profile.edition, profile.changed_at = profile.edition + 1, timezone.now()
    profile.binds = profile.tried_at = None
    _tell(profile, described)
    told = ["edition", "changed_at", "problem", "problem_at", "binds", "tried_at"]
    profile.save(update_fields=[*changed, *told])
    record(by, "reader.changed", profile, edition=profile.edition, changed=changed)
    return True


@transaction.atomic
def make_default(profile: ReaderProfile, *, by: User) -> None:
    """Let a profile hold wherever a matter chose none. Raises Conflict for a retired one."""
    take_turn(Turn.READERS, profile.organization_id)
    profile.refresh_from_db()
    if profile.is_retired:
        raise Conflict("This reader is retired. Restore it first.")
    if not profile.is_default:
        ReaderProfile.objects.filter(is_default=True).update(is_default=False)
        ReaderProfile.objects.filter(pk=profile.pk).update(is_default=True)
        record(by, "reader.made_default", profile)


@transaction.atomic
def retire_reader(profile: ReaderProfile, *, by: User) -> None:
    """Let nothing be read with a profile any more; what it has read is kept."""
    if ReaderProfile.objects.filter(pk=profile.pk, is_retired=False).update(
        is_retired=True, is_default=False
    ):
        record(by, "reader.retired", profile)


@transaction.atomic
def restore_reader(profile: ReaderProfile, *, by: User) -> None:
    """Bring a retired profile back; it is not the default."""
    if ReaderProfile.objects.filter(pk=profile.pk, is_retired=True).update(is_retired=False):
        record(by, "reader.restored", profile)


@transaction.atomic
def choose_reader(matter: Matter, profile: ReaderProfile | None, *, by: User) -> None:
    """Choose a matter's reader; None gives it the firm's default again. Raises AiForbidden against its AI terms."""
    if profile is None:
        taken_back, _ = MatterReader.objects.filter(matter_id=matter.pk).delete()
        if taken_back:
            record(by, "matter.reader_left_to_the_firm", matter)
        return
    if profile.is_retired:
        raise Invalid("This reader is retired. Choose another.")
    refuse_unless_allowed(matter, profile.kind)
    MatterReader.objects.update_or_create(
        organization_id=matter.organization_id,
        matter_id=matter.pk,
        defaults={"profile": profile, "chosen_by": by, "chosen_at": timezone.now()},
    )
    record(by, "matter.reader_chosen", matter, reader=str(profile.pk))


@transaction.atomic
def keep_acceptance(profile: ReaderProfile, page: Any, *, by: User | None) -> Acceptance:
    """Keep the page of `python -m inference accept` with a profile. Raises Invalid where it is no such page."""
    checks = page.get("checks") if isinstance(page, dict) else None
    if not isinstance(checks, list) or not isinstance(page.get("pass"), bool):
        raise Invalid("This is no acceptance page: keep what `python -m inference accept --json` wrote.")
    acceptance = Acceptance.objects.create(
        organization_id=profile.organization_id,
        profile=profile,
        edition=profile.edition,
        is_passed=page["pass"],
        page=page,
        kept_by=by,
    )
    record(by, "reader.acceptance_kept", profile, passed=acceptance.is_passed, edition=profile.edition)
    return acceptance


def note_problem(profile_id: UUID, sentence: str) -> None:
    """Tell the firm's administrators why a worker could not open a profile."""
    ReaderProfile.objects.filter(pk=profile_id).update(problem=sentence[:500], problem_at=timezone.now())


def note_opened(profile_id: UUID, *, binds: bool | None) -> None:
    """Tell them that a worker could, and whether a server held its model to forms; None of a model of the machine."""
    noted = ReaderProfile.objects.filter(pk=profile_id)
    noted.exclude(problem="").update(problem="", problem_at=None)
    if binds is not None:
        noted.update(binds=binds, tried_at=timezone.now())


def keep_pace(profile: ReaderProfile, *, edition: int, fingerprint: str, **measured: Any) -> MeasuredPace:
    """Keep how fast a profile was over one case file, for the next estimate."""
    return MeasuredPace.objects.create(
        organization_id=profile.organization_id,
        profile=profile,
        edition=edition,
        fingerprint=fingerprint,
        **measured,
    )


def _tell(profile: ReaderProfile, described: Description) -> None:
    """Let a profile say why it cannot be used yet, if so."""
    profile.problem, profile.problem_at = described.problem, timezone.now() if described.problem else None


def _refuse_taken(name: str, own: ReaderProfile | None = None) -> None:
    others = ReaderProfile.objects.exclude(pk=own.pk) if own else ReaderProfile.objects.all()
    if others.filter(name__iexact=name).exists():
        raise WrongSetting("name", f"There is already a reader called {name}. Choose another name.")

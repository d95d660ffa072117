"""What people decide about readings that are kept: pins, letting go, and the firm's budget."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from review.accounts.models import User
from review.documents.models import Document
from review.errors import Conflict, Invalid, NotFound
from review.matters.models import Matter
from review.readers.models import ReaderProfile
from review.readings.access import access_reading
from review.readings.keep_readings import let_go_of_reading, pin_reading, set_budget, unpin_reading
from review.readings.kept_readings import budget_of, disk_used_by, kept_readings_of
from review.readings.models import KeptReading, Place, ReadingShare, WhyMoved
from review.readings.units import keep_case_files, plan_of
from review.tenancy.models import AuditEvent
from tests.cast import as_person
from tests.readers import kept_reading

MIB = 1024**2


@pytest.fixture
def reading(matter: Matter, contracts: list[Document], profile: ReaderProfile, ada: User) -> KeptReading:
    from review.readers.description import spec_of

    with as_person(ada):
        found = Matter.objects.select_related("client").get(pk=matter.pk)
        keep_case_files(found, plan_of(found, spec_of(profile)).units)
    return kept_reading(matter, profile)


def in_a_week() -> Any:
    return timezone.now() + timedelta(days=7)


def test_a_pin_holds_a_reading_beyond_its_lifetime_and_is_audited(reading: KeptReading, ben: User) -> None:
    until = timezone.now() + timedelta(days=90)
    with as_person(ben):
        pinned = pin_reading(access_reading(ben, reading.pk, to="review"), until, by=ben)
        assert (pinned.is_pinned, pinned.ends_at, pinned.pinned_by) == (True, until, ben)
        assert disk_used_by(reading.organization_id).pinned_bytes == reading.disk_bytes
        with pytest.raises(Conflict, match="pinned"):
            let_go_of_reading(pinned, by=ben)
        free = unpin_reading(pinned, by=ben)
        assert (free.is_pinned, free.pinned_by) == (False, None)
        assert free.ends_at < until
        assert disk_used_by(reading.organization_id).pinned_bytes == 0
        told = AuditEvent.objects.filter(subject_id=reading.pk).order_by("at")
        assert [each.action for each in told] == ["reading.pinned", "reading.unpinned"]
        with pytest.raises(Conflict, match="not pinned"):
            unpin_reading(free, by=ben)


@pytest.mark.parametrize(
    ("days", "sentence"), [(-1, "Choose a day to come."), (400, "pinned for a year at the most")]
)
def test_an_odd_day_is_refused(reading: KeptReading, ben: User, days: int, sentence: str) -> None:
    with as_person(ben), pytest.raises(Invalid, match=sentence):
        pin_reading(reading, timezone.now() + timedelta(days=days), by=ben)


def test_a_reading_that_is_let_go_of_is_gone_and_gives_its_share_back(
    reading: KeptReading, matter: Matter, ben: User
) -> None:
    with as_person(ben):
        let_go_of_reading(reading, by=ben)
        (kept,) = kept_readings_of(matter)
        assert (kept.place_now, kept.why, kept.let_go_by) == (Place.GONE, WhyMoved.PERSON, ben)
        assert kept.sentence == "Somebody let go of it."
        assert disk_used_by(matter.organization_id).bytes == 0
        assert AuditEvent.objects.get(action="reading.let_go").detail["tokens"] == reading.tokens
        with pytest.raises(Conflict, match="not kept any more"):
            let_go_of_reading(reading, by=ben)
        with pytest.raises(Conflict, match="not kept any more"):
            pin_reading(reading, in_a_week(), by=ben)


def test_a_reading_in_memory_is_there_as_long_as_its_worker_says_so(
    matter: Matter, reading: KeptReading, ben: User
) -> None:
    with as_person(ben):
        held = {"place": Place.DEVICE, "held_until": timezone.now() + timedelta(minutes=1)}
        KeptReading.objects.update(**held)
        (kept,) = kept_readings_of(matter)
        assert (kept.place_now, kept.sentence) == (Place.DEVICE, "")
        KeptReading.objects.update(held_until=timezone.now() - timedelta(seconds=1))
        (kept,) = kept_readings_of(matter)
        assert (kept.place_now, kept.sentence) == (Place.DISK, "The worker that held it in memory stopped.")
        KeptReading.objects.update(saved_tokens=0)
        assert kept_readings_of(matter)[0].place_now == Place.GONE


def test_the_installation_s_budget_holds_until_an_administrator_sets_one(
    reading: KeptReading, organization: Any, ada: User
) -> None:
    with as_person(ada):
        assert not budget_of(organization.pk).is_own
        set_budget(organization.pk, disk_bytes=8 * MIB, days=3, by=ada)
        set_budget(organization.pk, disk_bytes=6 * MIB, days=4, memory_bytes=9, by=ada)
        budget = budget_of(organization.pk)
        assert (budget.disk_bytes, budget.days, budget.memory_bytes, budget.is_own) == (6 * MIB, 4, 9, True)
        assert AuditEvent.objects.filter(action="readings.budget_set").count() == 2
        use = disk_used_by(organization.pk)
        assert (use.readings, use.bytes, use.pinned_bytes) == (1, 5 * MIB, 0)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"disk_bytes": 4 * MIB}, "Readings of 5.0 MiB are pinned. Choose a larger disk budget"),
        ({"disk_bytes": -1}, "The budget of disk must be 0 or more"),
        ({"memory_bytes": 2**60}, "The budget of main memory must be 0 or more, and at most"),
        ({"days": 0}, "Readings are kept from 1 to 3,650 days."),
    ],
)
def test_a_budget_that_cannot_hold_is_refused_in_a_sentence(
    reading: KeptReading, organization: Any, ada: User, said: dict[str, int], sentence: str
) -> None:
    with as_person(ada):
        pin_reading(reading, in_a_week(), by=ada)
        with pytest.raises(Invalid, match=sentence):
            set_budget(organization.pk, **{"disk_bytes": 9 * MIB, "days": 5, **said}, by=ada)


def test_pins_may_not_take_more_than_the_firm_s_disk_budget(
    reading: KeptReading, organization: Any, ada: User
) -> None:
    with as_person(ada):
        set_budget(organization.pk, disk_bytes=4 * MIB, days=5, by=ada)
        with pytest.raises(Conflict, match="already, and this one takes 5"):
            pin_reading(reading, in_a_week(), by=ada)


def test_a_pin_is_refused_that_no_worker_could_keep(
    reading: KeptReading, organization: Any, ada: User
) -> None:
    held = {
        "place": Place.DEVICE,
        "held_until": timezone.now() + timedelta(minutes=1),
        "memory_bytes": 6 * MIB,
    }
    with as_person(ada):
        for tokens, disk_bytes in ((0, 0), (640, 3 * MIB)):  # nothing of it is saved, or a part
            KeptReading.objects.update(saved_tokens=tokens, disk_bytes=disk_bytes, **held)
            for memory in (None, 6 * MIB - 1):
                set_budget(organization.pk, disk_bytes=9 * MIB, days=5, memory_bytes=memory, by=ada)
                with pytest.raises(Conflict, match="not saved, and too little main memory is set aside"):
                    pin_reading(reading, in_a_week(), by=ada)
        set_budget(organization.pk, disk_bytes=9 * MIB, days=5, memory_bytes=6 * MIB, by=ada)
        assert pin_reading(reading, in_a_week(), by=ada).is_pinned


def test_cleo_and_dan_cannot_tell_that_a_reading_exists(
    reading: KeptReading, cleo: User, dan: User, matter: Matter, other_organization: Any
) -> None:
    for stranger in (cleo, dan):
        with as_person(stranger):
            with pytest.raises(NotFound):
                access_reading(stranger, reading.pk)
            assert kept_readings_of(matter) == []
    with as_person(dan):
        assert not ReadingShare.objects.exists()

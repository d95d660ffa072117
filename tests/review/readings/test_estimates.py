"""What a question costs before it is confirmed: reading what is kept nowhere, bringing back the rest, answering."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from review.accounts.models import User
from review.documents.models import Document
from review.matters.models import Matter
from review.readers.description import spec_of
from review.readers.models import ReaderProfile
from review.readers.services import keep_pace
from review.readings.estimate import NEW_COLUMN, Estimate, estimate_run
from review.readings.models import CasePart, CaseRun, KeptReading, Place
from review.readings.units import keep_case_files, plan_of
from tests.cast import as_job, as_person
from tests.readers import kept_reading, tiny_reader


@pytest.fixture
def profile(organization: Any, ada: User) -> ReaderProfile:
    """It reads each of the two contracts by itself: 100 tokens a second, half a second and 20 tokens an answer."""
    profile = tiny_reader(ada, window=400)
    with as_person(ada):
        told = {"edition": 1, "fingerprint": "weights:code"}
        keep_pace(profile, **told, prefill_tokens=1000, prefill_seconds=10.0)
        keep_pace(profile, **told, answers=4, answer_tokens=80, answer_seconds=2.0)
    return profile


@pytest.fixture
def case_files(matter: Matter, contracts: list[Document], profile: ReaderProfile, ada: User) -> list[Any]:
    with as_person(ada):
        made = keep_case_files(matter, plan_of(matter, spec_of(profile)).units)
    assert len(made) == 2
    return made


def estimate(matter: Matter, profile: ReaderProfile, by: User) -> Estimate:
    with as_person(by):
        return estimate_run(matter, profile, [NEW_COLUMN])[0]


def keep(matter: Matter, profile: ReaderProfile, case_file: Any, **told: Any) -> KeptReading:
    return kept_reading(matter, profile, case_file=case_file, **told)


def test_what_is_kept_nowhere_is_read_first(
    matter: Matter, case_files: list[Any], profile: ReaderProfile, ada: User
) -> None:
    told = estimate(matter, profile, ada)
    assert (told.to_read, told.on_disk, told.warm, told.kept_tokens) == (2, 0, 0, 0)
    assert told.reading_seconds == pytest.approx(told.tokens / 100)
    assert told.answering_seconds == pytest.approx(1.0)
    assert told.seconds == pytest.approx(told.tokens / 100 + 1.0)
    assert told.reading_cost.startswith("GBP ")
    assert told.answering_cost == "GBP 0.00067"  # a second at GBP 2.40 an hour
    assert told.own_tokens is not None
    assert 40 < told.own_tokens < 1000  # two answers of 20 tokens, and the question twice


def test_a_warm_case_file_costs_no_reading_and_one_on_disk_only_its_way_back(
    matter: Matter, case_files: list[Any], profile: ReaderProfile, ada: User
) -> None:
    cold = estimate(matter, profile, ada)
    held = {"place": Place.DEVICE, "held_until": timezone.now() + timedelta(minutes=1)}
    keep(matter, profile, case_files[0], **held)
    keep(matter, profile, case_files[1], tokens=300, saved_tokens=100_000)
    told = estimate(matter, profile, ada)
    assert (told.to_read, told.on_disk, told.warm, told.tokens) == (0, 1, 1, 0)
    assert told.kept_tokens == cold.tokens
    assert told.reading_seconds is not None
    assert cold.reading_seconds is not None
    assert told.reading_seconds < cold.reading_seconds  # at most what reading it would take
    with as_job(matter):
        run = CaseRun.objects.create(
            organization_id=matter.organization_id, matter=matter, profile=profile, edition=1, started_by=ada
        )
        CasePart.objects.create(
            organization_id=matter.organization_id,
            matter=matter,
            run=run,
            case_file=case_files[1],
            ordinal=1,
            fingerprint="weights:code",
            tokens_restored=100_000,
            restore_seconds=1.0,
            reading_at=timezone.now(),
        )
    quick = estimate(matter, profile, ada)
    assert quick.reading_seconds == pytest.approx(0.003, abs=0.003)  # as fast as it was brought back before


def test_of_a_reading_that_is_saved_in_part_the_rest_is_read(
    matter: Matter, case_files: list[Any], profile: ReaderProfile, ada: User
) -> None:
    cold = estimate(matter, profile, ada)
    keep(matter, profile, case_files[0], saved_tokens=64)
    told = estimate(matter, profile, ada)
    assert (told.to_read, told.on_disk, told.kept_tokens) == (2, 0, 64)
    assert told.tokens == cold.tokens - 64


@pytest.mark.parametrize(("saved", "left"), [(0, 128), (256, 256)], ids=["in memory", "on disk"])
def test_what_has_only_begun_to_be_read_is_not_warm(
    matter: Matter, case_files: list[Any], profile: ReaderProfile, ada: User, saved: int, left: int
) -> None:
    cold = estimate(matter, profile, ada)
    held = {"place": Place.DEVICE, "held_until": timezone.now() + timedelta(minutes=1)}
    keep(matter, profile, case_files[0], **held, read_tokens=128, saved_tokens=saved)
    told = estimate(matter, profile, ada)
    assert (told.to_read, told.warm, told.tokens) == (2, 0, cold.tokens - left)


@pytest.mark.parametrize(
    "told",
    [
        {"place": Place.GONE, "saved_tokens": 0},
        {"place": Place.DEVICE, "saved_tokens": 0},  # held by a worker that has not been heard of since
        {"fingerprint": "another:code"},
    ],
    ids=["let go", "worker gone", "another reader"],
)
def test_what_is_no_longer_there_is_read_again(
    matter: Matter, case_files: list[Any], profile: ReaderProfile, ada: User, told: dict[str, Any]
) -> None:
    cold = estimate(matter, profile, ada)
    keep(matter, profile, case_files[0], **told)
    assert estimate(matter, profile, ada) == cold


def test_a_reader_nobody_measured_tells_no_seconds(
    matter: Matter, contracts: list[Document], ada: User
) -> None:
    told = estimate(matter, tiny_reader(ada, name="New"), ada)
    assert (told.reading_seconds, told.answering_seconds, told.seconds, told.own_tokens) == (None,) * 4
    assert (told.reading_cost, told.answering_cost, told.cost) == ("", "", "")

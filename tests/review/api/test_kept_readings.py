"""Kept readings for programs: listed, pinned, let go; the firm's budgets; and what a column costs, told apart."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from review.accounts.models import User
from review.matters.models import Matter
from review.readers.description import spec_of
from review.readers.models import ReaderProfile
from review.readers.services import keep_pace
from review.readings.models import KeptReading
from review.readings.units import keep_case_files, plan_of
from tests.cast import AGREEMENT, as_person, deliver
from tests.readers import kept_reading, tiny_reader

BUDGET = "/api/v1/readers/budget/"
MIB = 1024**2


@pytest.fixture
def profile(organization: Any, ada: User) -> ReaderProfile:
    return tiny_reader(ada)


@pytest.fixture
def reading(matter: Matter, bundle: Any, profile: ReaderProfile, ada: User) -> KeptReading:
    deliver(bundle, ada, name="Supply agreement.txt", content=AGREEMENT)
    with as_person(ada):
        keep_case_files(matter, plan_of(matter, spec_of(profile)).units)
    return kept_reading(matter, profile)


def test_a_reading_is_listed_pinned_unpinned_and_let_go(
    ben_api: APIClient, matter: Matter, reading: KeptReading
) -> None:
    address = f"/api/v1/matters/{matter.pk}/kept/"
    (row,) = ben_api.get(address).json()
    assert (row["id"], row["place"], row["tokens"], row["saved_tokens"]) == (
        str(reading.pk),
        "disk",
        900,
        900,
    )
    assert (row["memory_bytes"], row["disk_bytes"], row["why"]) == (0, 5 * MIB, "")
    assert (row["is_pinned"], row["pinned_by"], row["let_go_by"]) == (False, None, None)

    one = f"/api/v1/kept/{reading.pk}"
    until = timezone.now() + timedelta(days=3)
    pinned = ben_api.post(f"{one}/pin/", {"until": until.isoformat()}, format="json").json()
    assert (pinned["is_pinned"], pinned["pinned_by"]) == (True, "Ben")
    refused = ben_api.post(f"{one}/let-go/")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert ben_api.post(f"{one}/unpin/").json()["is_pinned"] is False
    gone = ben_api.post(f"{one}/let-go/").json()
    assert (gone["place"], gone["disk_bytes"], gone["let_go_by"]) == ("gone", 0, "Ben")
    assert ben_api.get(address).json() == [gone]


@pytest.mark.parametrize("until", [None, "", "soon", "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"])
def test_an_odd_time_is_refused_like_anything_else(
    ben_api: APIClient, reading: KeptReading, until: str | None
) -> None:
    answer = ben_api.post(f"/api/v1/kept/{reading.pk}/pin/", {"until": until}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_an_administrator_reads_and_sets_the_budgets_and_others_do_not(
    ada_api: APIClient, ben_api: APIClient, reading: KeptReading
) -> None:
    told = ada_api.get(BUDGET).json()
    assert (told["is_own"], told["readings_on_disk"], told["disk_bytes_used"]) == (False, 1, 5 * MIB)
    set_now = ada_api.patch(BUDGET, {"disk_bytes": 9 * MIB, "memory_bytes": None}, format="json").json()
    assert (set_now["disk_bytes"], set_now["days"], set_now["is_own"]) == (9 * MIB, told["days"], True)
    assert ada_api.get(BUDGET).json() == set_now
    for wrong in ({"days": 0}, {"disk_bytes": -1}, {"disk_bytes": 2**62}, {"device_bytes": "much"}):
        answer = ada_api.patch(BUDGET, wrong, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), wrong
    assert ada_api.get(BUDGET).json() == set_now
    for answer in (ben_api.get(BUDGET), ben_api.patch(BUDGET, {"days": 1}, format="json")):
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_an_estimate_tells_reading_and_answering_apart(
    ben_api: APIClient, ada: User, matter: Matter, profile: ReaderProfile, reading: KeptReading
) -> None:
    with as_person(ada):
        told = {"edition": 1, "fingerprint": "weights:code"}
        keep_pace(profile, **told, prefill_tokens=1000, prefill_seconds=10.0)
        keep_pace(profile, **told, answers=4, answer_tokens=80, answer_seconds=12.0)
    address = f"/api/v1/matters/{matter.pk}/runs/estimate/?question=insurance"
    estimate = ben_api.get(address).json()
    assert (estimate["tokens"], estimate["to_read"], estimate["on_disk"], estimate["warm"]) == (0, 0, 1, 0)
    assert estimate["answering_seconds"] == pytest.approx(3.0)
    assert estimate["answering_cost"] == "GBP 0.002"
    assert estimate["seconds"] == pytest.approx(estimate["reading_seconds"] + 3.0)
    assert estimate["own_tokens"] > 20

"""A matter of two contracts and a reader of whole case files: a tiny model that quotes exactly and means nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from review import engine
from review.accounts.models import User
from review.documents.models import Bundle, Document
from review.matters.models import Matter
from review.playbooks.models import Question
from review.readers.models import ReaderProfile
from review.readings import company, giving_way, outcomes, work_in_hand
from tests.cast import AGREEMENT, LEASE, as_person, deliver
from tests.readers import tiny_reader
from tests.workers import leave_nothing_due

COLUMNS = (
    "governing-law",
    "anti-assignment",
    "cap-on-liability",
    "expiration-date",
    "effective-date",
    "insurance",
)


@pytest.fixture(autouse=True)
def _no_reader_is_left() -> Iterator[None]:
    yield
    engine.close_whole_reader()


@pytest.fixture
def profile(organization: Any, ada: User) -> ReaderProfile:
    return tiny_reader(ada)


@pytest.fixture
def contracts(bundle: Bundle, ada: User) -> list[Document]:
    return [
        deliver(bundle, ada, name="Supply agreement.txt", content=AGREEMENT),
        deliver(bundle, ada, name="Warehouse lease.txt", content=LEASE),
    ]


@pytest.fixture
def columns(matter: Matter, ada: User) -> list[Question]:
    with as_person(ada):
        return list(Question.objects.filter(key__in=COLUMNS).order_by("position"))


class NoTime:
    """A clock that stands still: every turn has lasted long enough as soon as it has brought anything new."""

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture
def by_order(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is told by time in a service, told by order: who waits is next as soon as the other brought anything new."""
    leave_nothing_due()
    for place in (work_in_hand, company, giving_way):
        monkeypatch.setattr(place, "EVERY", 0.0)
    monkeypatch.setattr(giving_way, "PATIENCE", 0.0)
    monkeypatch.setattr(giving_way, "time", NoTime())
    monkeypatch.setattr(outcomes, "AWAY", 0)
    with override_settings(READER_TURN_SECONDS=0):
        yield

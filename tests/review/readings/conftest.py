"""A matter of two contracts and a reader of whole case files: a tiny model that quotes exactly and means nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from review import engine
from review.accounts.models import User
from review.documents.models import Bundle, Document
from review.matters.models import Matter
from review.playbooks.models import Question
from review.readers.models import ReaderProfile
from tests.cast import AGREEMENT, LEASE, as_person, deliver
from tests.readers import tiny_reader

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

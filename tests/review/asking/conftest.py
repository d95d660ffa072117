from collections.abc import Iterator
from typing import Any

import pytest

from review import engine
from review.accounts.models import User
from review.documents.models import Bundle, Document
from review.readers.models import ReaderProfile
from tests.cast import AGREEMENT, LEASE, deliver
from tests.readers import tiny_reader


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

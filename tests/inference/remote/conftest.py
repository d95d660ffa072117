"""The cast of these tests: a lease with a side letter, and a server on loopback that holds its model to a form."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from inference.remote.profile import RemoteProfile
from inference.remote.reader import RemoteReader
from inference.types import CaseFile, Question, SourceText

from .protocol_server import MODEL, Model, ProtocolServer, serving

LEASE = (
    "LEASE\n\n1. Rent. The Tenant shall pay the\nRent on the first day of each month. The office ﬁles its ﬂoor plans, "
    "and “Plans” are drawn by <|im_end|> the Landlord's architect. Rent is due in advance, free of any set-off, and "
    "without any deduction whatever.\n\n"
    "2. Repair. The Landlord shall keep the roof in repair. The Tenant shall keep the inside in repair, fair wear and "
    "tear excepted, and shall give it back as it was; ⟦9⟧ marks of others are none.\n"
)
LETTER = (
    "SIDE LETTER\n\nThe Tenant shall pay the Rent on the first day of each month. 本合同受新加坡法律管辖。\n"
)
RENT = Question("rent", "Rent", "When is rent due?", "text")
REPAIR = Question("repair", "Repair", "Who keeps the roof in repair?", "text")
LAW = Question("law", "Governing law", "Which law governs?", "text")

Start = Callable[..., ProtocolServer]


@pytest.fixture
def case_file() -> CaseFile:
    return CaseFile((SourceText("lease", LEASE), SourceText("letter", LETTER)))


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a server whose model answers as it is told."""
    with ExitStack() as running:

        def begin(model: Model, **more: Any) -> ProtocolServer:
            return running.enter_context(serving(ProtocolServer(model, **more)))

        yield begin


def profile_of(server: ProtocolServer, **more: Any) -> RemoteProfile:
    """A profile of that server, which gives up soon."""
    settings = {"name": "house", "answer_seconds": 20.0, "read_seconds": 20.0, "side_by_side": 3, **more}
    return RemoteProfile(server.base_url, MODEL, **settings)


def reader_of(server: ProtocolServer, **more: Any) -> RemoteReader:
    """A reader on that server."""
    return RemoteReader.open(profile_of(server, **more))

"""The cast of these tests: the stand-in with its small window, and matters that are longer than it reads."""

import random
from collections.abc import Iterator

import pytest
import torch

from inference.engine.profile import EngineProfile
from inference.engine.reader import EngineReader
from inference.evaluation.needle.agreements import Agreements, written
from inference.evaluation.needle.command import STANDIN


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Two threads on a busy machine wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def standin() -> EngineReader:
    """A model that answers what a named clause says, and reads 2,048 tokens at once."""
    return EngineReader.open(EngineProfile.from_toml(STANDIN.with_suffix(".toml")))


@pytest.fixture(scope="session")
def agreements() -> Agreements:
    """Ninety named clauses in six agreements: about a quarter more than the stand-in reads at once."""
    return written(random.Random("beyond"), clauses=90, documents=6)

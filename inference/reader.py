"""The front door: open a reader, let it read a case file once, ask it many questions."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import torch

from .compact.reader import CompactReader
from .config import Profile
from .types import Answer, CaseFile, Fingerprint, HeadTrial, JudgedText, Question, Reading


class Reader(Protocol):
    """A model behind the one door; every quote in its answers has been checked against the text."""

    @property
    def fingerprint(self) -> Fingerprint: ...

    @property
    def languages(self) -> frozenset[str]: ...

    @property
    def vectors_made_by(self) -> str: ...

    def read(self, case_file: CaseFile) -> Reading: ...

    def ask(self, reading: Reading, questions: Sequence[Question]) -> Iterator[Answer]: ...

    def fit_head(self, question: Question, judged: Sequence[JudgedText]) -> HeadTrial: ...


def open_reader(profile: Profile) -> Reader:
    """Load the reader a profile names; raises FileNotFoundError or BadWeights when its weights do not open."""
    torch.set_num_threads(profile.threads)  # one process a core reads more than one process on all of them
    return CompactReader.open(profile.weights, profile.encoder)

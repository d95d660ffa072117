"""The front door: open a reader, let it read a case file once, ask it many questions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, overload

from .config import Profile
from .engine.profile import EngineProfile
from .remote.endpoint import Access
from .remote.profile import RemoteProfile
from .types import Answer, CaseFile, Fingerprint, HeadTrial, JudgedText, JudgedVectors, Question, Reading

if TYPE_CHECKING:
    from .engine.reader import EngineReader
    from .remote.reader import RemoteReader


class Reader(Protocol):
    """A model behind the one door; every quote in its answers has been checked against the text."""

    @property
    def fingerprint(self) -> Fingerprint: ...

    @property
    def languages(self) -> frozenset[str]: ...

    @property
    def vectors_made_by(self) -> str: ...

    def read(self, case_file: CaseFile, kept: Mapping[str, bytes] | None = None) -> Reading: ...

    def ask(self, reading: Reading, questions: Sequence[Question]) -> Iterator[Answer]: ...

    def fit_head(self, question: Question, judged: Sequence[JudgedText]) -> HeadTrial: ...

    def judged_vectors(self, question: Question, judged: Sequence[JudgedText]) -> JudgedVectors: ...

    def fit_shared_head(self, question: Question, taught: Sequence[JudgedVectors]) -> HeadTrial: ...


@overload
def open_reader(profile: Profile) -> Reader: ...


@overload
def open_reader(profile: EngineProfile) -> "EngineReader": ...


@overload
def open_reader(profile: RemoteProfile, access: Access | None = None) -> "RemoteReader": ...


def open_reader(
    profile: Profile | EngineProfile | RemoteProfile, access: Access | None = None
) -> "Reader | EngineReader | RemoteReader":
    """Load the reader a profile names; raises FileNotFoundError or BadWeights when its weights do not open.

    A model's own profile gives the reader of whole case files, which raises ProfileError and what `load` raises. That
    of a server gives one that asks there; `access` says which servers may be talked to and with which key. It raises
    ProfileError and RemoteFailure.
    What a reader needs is imported when it is opened: nobody pays for a reader that somebody else uses.
    """
    if isinstance(profile, EngineProfile):
        from .engine.reader import EngineReader

        return EngineReader.open(profile)
    if isinstance(profile, RemoteProfile):
        from .remote.reader import RemoteReader

        return RemoteReader.open(profile, access)
    import torch

    from .compact.reader import CompactReader

    torch.set_num_threads(profile.threads)  # one process a core reads more than one process on all of them
    return CompactReader.open(profile.weights, profile.encoder)

"""The reader of matters that are larger than a model's window: a memory finds what the model reads again.

It wraps a reader of case files, the engine's or a server's, and gives the same answers, with what they rest on.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Generic

from inference.types import CaseAnswer, CaseFile, Fingerprint, Question

from .effort import Asking, Effort
from .memory import Progress
from .model import CaseReader, R
from .pending import SoFar
from .reading import BeyondReading
from .remember import made_by
from .rounds import Rounds
from .scores import clause_types_of, scored_by

if TYPE_CHECKING:
    from inference.compact.reader import CompactReader


class BeyondReader(Generic[R]):
    """One model; readings of several matters may be open at once, and none knows of another."""

    def __init__(
        self, reader: CaseReader[R], effort: Effort | None = None, compact: "CompactReader | None" = None
    ) -> None:
        """With a compact reader, its scores are remembered too, and rank passages for the clause types it knows."""
        self._reader, self._effort, self._compact = reader, effort or Effort(), compact

    @property
    def fingerprint(self) -> Fingerprint:
        """What must be equal for two answers to be comparable: the model, what finds passages, and the effort."""
        model = self._reader.fingerprint
        scores = self._compact.fingerprint if self._compact else ""
        found = hashlib.sha256(f"{model.weights} {made_by()} {scores} {self._effort}".encode()).hexdigest()
        return Fingerprint(found, f"{code_version()}+{model.code}")

    def begin(
        self,
        case_file: CaseFile,
        kept: Mapping[str, bytes] | None = None,
        families: Sequence[Sequence[str]] | None = None,
    ) -> BeyondReading:
        """A reading that remembers nothing yet; `kept` is what an earlier one gave to keep, by document."""
        return BeyondReading(case_file, kept, families, scored_by(self._compact))

    def read(
        self,
        case_file: CaseFile,
        progress: Progress = lambda done, total: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> BeyondReading:
        """Remember a matter; raises Forgotten. To keep it, or to go on after that, `begin` and `prefill`."""
        reading = self.begin(case_file)
        reading.prefill(progress, cancelled)
        return reading

    def ask(
        self,
        reading: BeyondReading,
        questions: Sequence[Question],
        *,
        seconds: float | None = None,
        cancelled: Callable[[], bool] = lambda: False,
        second_reading: bool | None = None,
        is_enough: Callable[[], bool] = lambda: False,
        so_far: dict[str, SoFar] | None = None,
    ) -> Iterator[CaseAnswer]:
        """Each answer as soon as nothing further is to be read for it, every quote checked against its document.

        Raises Unanswered, after what was finished, when `seconds` have passed or `cancelled` says so, and what a
        server raises; also where it is enough for now, which is asked before every sitting but the first. What was read
        for questions without an answer is then in `so_far`: given to the next asking, it is not read again.
        """
        if not reading.is_complete:
            raise ValueError("Not every document of this matter is remembered yet.")
        deadline = None if seconds is None else time.monotonic() + seconds
        asking = Asking(second_reading, deadline, cancelled, is_enough)
        clause_types = clause_types_of(self._compact)
        rounds = Rounds(self._reader, reading, questions, self._effort, asking, clause_types, so_far)
        return rounds.answers()


@lru_cache(maxsize=1)
def code_version() -> str:
    """A short hash of the modules that choose what is read again and put answers together."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return f"beyond-{digest.hexdigest()[:12]}"

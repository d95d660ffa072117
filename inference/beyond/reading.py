"""A matter as it is read beyond the window: its memory, its families, and what rules hold against quotes of it."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from inference.doubts.examine import Examiner
from inference.types import CaseCoverage, CaseFile, ReadRange

from .encoding import Scored
from .excerpts import joined
from .families import Families, checked, families_of
from .memory import Coverage, MatterMemory, Progress
from .pieces import Pieces


class BeyondReading:
    """One matter's case file and its memory; it can be asked when every document is remembered."""

    def __init__(
        self,
        case_file: CaseFile,
        kept: Mapping[str, bytes] | None = None,
        families: Sequence[Sequence[str]] | None = None,
        scored: Scored | None = None,
    ) -> None:
        """`kept` is what an earlier reading gave to keep; families are found by rule where the caller names none."""
        self.case_file = case_file
        self.memory = MatterMemory(case_file)
        self.sources = {each.id: each for each in case_file.documents}
        self.contents = {each.id: each.content for each in case_file.documents}
        self.seconds = 0.0
        self._kept, self._scored = {} if kept is None else kept, scored
        self._named = None if families is None else checked(families, list(self.sources))

    @property
    def is_complete(self) -> bool:
        """Whether it can be asked."""
        return self.memory.is_complete

    @cached_property
    def examiner(self) -> Examiner:
        """Who doubts quotes by rules that see the whole matter."""
        return Examiner(self.case_file)

    @cached_property
    def families(self) -> Families:
        """Its documents by family."""
        return families_of(self.memory.documents) if self._named is None else self._named

    @cached_property
    def relatives(self) -> dict[str, tuple[str, ...]]:
        """The family of each document."""
        return {document_id: family for family in self.families for document_id in family}

    @cached_property
    def coverage(self) -> Coverage:
        """How much of the matter is searched whatever is asked."""
        return self.memory.coverage

    def recall(self) -> None:
        """Take what was kept, and make nothing."""
        self.memory.recall(self._kept, with_scores=self._scored is not None)

    def prefill(
        self,
        progress: Progress = lambda done, total: None,
        cancelled: Callable[[], bool] = lambda: False,
        keep: Callable[[str, bytes], None] = lambda document_id, made: None,
        pieces: Pieces | None = None,
        makes_room: Callable[[], bool] = lambda: False,
    ) -> None:
        """Remember what is not remembered yet; raises Forgotten and MadeRoom, after which it can be gone on with."""
        begun = time.perf_counter()
        try:
            self.memory.grow(
                self._kept,
                scored=self._scored,
                keep=keep,
                pieces=pieces,
                progress=progress,
                cancelled=cancelled,
                makes_room=makes_room,
            )
        finally:
            self.seconds += time.perf_counter() - begun

    def coverage_with(self, read: Sequence[ReadRange], rounds: int) -> CaseCoverage:
        """What an answer rests on for which the model read these ranges."""
        held = self.coverage
        again = joined(read, self.contents)
        return CaseCoverage(
            held.documents,
            held.characters,
            held.documents_searched,
            held.characters_searched,
            held.unreadable,
            again,
            rounds,
        )

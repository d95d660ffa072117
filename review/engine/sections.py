"""A case file longer than its reader's window: read in sections that a memory finds again for each question."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from .cases import Case
from .errors import CalledOff
from .estimates import CHARACTERS_A_TOKEN


class InSections:
    """One such case file in a process's hands; how long it is and how far are about, in the reader's tokens.

    What was gone through stays in the matter's memories, document by document, where it has any.
    """

    def __init__(self, reader: Any, case: Case, case_file: Any, tokens: int) -> None:
        from inference.beyond.reader import BeyondReader

        self.by_clause_type = case.by_clause_type
        self.total = tokens
        self._beyond: Any = BeyondReader(reader, compact=_compact() if case.by_clause_type else None)
        self._folder = _folder(case, case_file)
        self._reading: Any = self._beyond.begin(case_file, self._folder, case.families or None)
        self._characters = sum(len(text.content) for text in case.texts)
        self._kept = sum(len(text.content) for text in case.texts if text.id in (self._folder or ()))

    @property
    def fingerprint(self) -> Any:
        """The model, what finds sections, and how far questions go."""
        return self._beyond.fingerprint

    @property
    def done(self) -> int:
        """How much of it is remembered: by this process, or before it was begun."""
        return self.total if self.is_complete else self._tokens(self._kept)

    @property
    def is_complete(self) -> bool:
        """Whether it can be asked."""
        return bool(self._reading.is_complete)

    @property
    def seconds(self) -> float:
        """What going through it took."""
        return float(self._reading.seconds)

    def prefill(self, progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> None:
        """Go through what is not remembered yet. Raises CalledOff; what was finished stays."""
        from inference.beyond.remember import Forgotten

        def told(characters: int, total: int) -> None:
            progress(self._tokens(characters), self.total)

        keep = {"keep": self._folder.keep} if self._folder is not None else {}
        try:
            self._reading.prefill(told, cancelled, **keep)
        except Forgotten:
            raise CalledOff from None

    def ask(self, questions: Sequence[Any], cancelled: Callable[[], bool]) -> Iterator[Any]:
        """Each answer with its coverage. Raises what the reader does."""
        yield from self._beyond.ask(self._reading, questions, cancelled=cancelled)

    def _tokens(self, characters: int) -> int:
        return round(self.total * characters / max(1, self._characters))


def is_longer(reader: Any, reading: Any) -> bool:
    """Whether a case file surely is longer than a server reads, told without sending it."""
    return bool(reader.window) and len(reading.message) / CHARACTERS_A_TOKEN > reader.window


def reads_on(reader: Any) -> bool:
    """Whether a reader's window is known and long enough for sections of what is longer."""
    from inference.beyond.model import takes_excerpts

    return bool(reader.window) and takes_excerpts(reader.window, reader.profile.reason_tokens)


def _folder(case: Case, case_file: Any) -> Any:
    from inference.beyond.folder import MemoryFolder
    from inference.engine.saved.keys import ReadingKey

    if case.memories is None:
        return None
    return MemoryFolder(case.memories.folder, ReadingKey(case.memories.key), case_file)


@lru_cache(maxsize=1)
def _compact() -> Any:
    """Whose scores rank sections for the clause types it knows; it leaves the threads of this process as they are."""
    from inference.compact.reader import CompactReader

    return CompactReader.open()

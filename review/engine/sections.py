"""A case file longer than its reader's window: read in sections that a memory finds again for each question."""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from .cases import Case, GoneThrough
from .errors import CalledOff, GaveWay
from .estimates import CHARACTERS_A_TOKEN
from .half_asked import half_asked
from .waiting import Waiting

log = logging.getLogger(__name__)

MEMORIES = ".memories"  # on a shelf, where a point keeps it apart from saved readings
SURELY = 16  # characters for each token of a window


class InSections:
    """One such case file in a process's hands; how long it is and how far are about, in the reader's tokens.

    What was gone through stays on the matter's shelf, document by document, and of long documents piece by piece.
    """

    restored = 0

    def __init__(self, reader: Any, case: Case, case_file: Any, tokens: int | None) -> None:
        from inference.beyond.reader import BeyondReader

        self.by_clause_type = case.by_clause_type
        self._characters = sum(len(text.content) for text in case.texts)
        self.total = tokens or round(self._characters / CHARACTERS_A_TOKEN)
        self._profile = reader.profile
        self._beyond: Any = BeyondReader(reader, compact=_compact() if case.by_clause_type else None)
        self._folder = _folder(case, case_file)
        self._reading: Any = self._beyond.begin(case_file, self._folder, case.families or None)
        self._reading.recall()
        self._key = (case.organization, case.matter, case.key)

    @property
    def fingerprint(self) -> Any:
        """The model, what finds sections, and how far questions go."""
        return self._beyond.fingerprint

    @property
    def done(self) -> int:
        """How much of it is remembered, in documents that are wholly so."""
        return self.total if self.is_complete else self._tokens(self._reading.memory.characters)

    @property
    def stays(self) -> bool:
        """Whether what was gone through lies on the shelf, for whoever comes next."""
        return self._folder is not None and not self._folder.trouble and bool(self._folder.is_there)

    @property
    def is_complete(self) -> bool:
        """Whether it can be asked."""
        return bool(self._reading.is_complete)

    @property
    def usage(self) -> Any:
        """Seconds that going through it took, and its tokens."""
        from inference.types import Usage

        return Usage(self._reading.seconds, self.total)

    @property
    def gone_through(self) -> GoneThrough:
        """What this process did of it, all in all."""
        work = self._reading.memory.work
        return GoneThrough(work.characters, work.seconds)

    def prefill(
        self,
        progress: Callable[[int, int], None] = lambda done, total: None,
        cancelled: Callable[[], bool] = lambda: False,
        makes_room: Callable[[], bool] = lambda: False,
    ) -> None:
        """Go through what is not remembered yet; what was finished stays. Raises CalledOff, and GaveWay.

        Others have their turn between two documents, or two pieces of a long one, and only where both lie on the shelf:
        another case file in sections takes the place of this one.
        """
        from inference.beyond.pieces import Forgotten, MadeRoom

        def told(characters: int, total: int) -> None:
            progress(self._tokens(characters), self.total)

        folder, before = self._folder, self.gone_through
        keeping = {} if folder is None else {"keep": folder.keep, "pieces": folder}
        try:
            self._reading.prefill(
                told,
                cancelled,
                makes_room=lambda: self.stays and makes_room(),
                **keeping,
            )
        except MadeRoom:
            raise GaveWay((), since(self.gone_through, before)) from None
        except Forgotten:
            raise CalledOff from None

    def ask(
        self, questions: Sequence[Any], cancelled: Callable[[], bool], news: Callable[[], Any]
    ) -> Iterator[Any]:
        """Each answer with its coverage, a few questions after the other: who is killed loses no more than those.

        `news` is asked between two readings of sections who joins or leaves, and whether it is enough; what was read
        for questions without an answer is then not read again by this process, unless nobody wants it any more. Raises
        what the reader does.
        """
        waiting = Waiting(questions)
        made = f"{self.fingerprint.weights}:{self.fingerprint.code}:{self._profile.reason_tokens}"
        so_far = half_asked(*self._key, made)
        while few := waiting.few(self._profile.side_by_side):
            yield from self._few(few, waiting, so_far, cancelled, news)
            waiting.hear(news())

    def _few(
        self,
        few: Sequence[Any],
        waiting: Waiting,
        so_far: dict[str, Any],
        cancelled: Callable[[], bool],
        news: Callable[[], Any],
    ) -> Iterator[Any]:
        from inference.engine.ask import Unanswered

        def is_enough() -> bool:
            return waiting.lets_in(news())

        try:
            yield from self._beyond.ask(
                self._reading, few, cancelled=cancelled, is_enough=is_enough, so_far=so_far
            )
        except Unanswered as stopped:
            left = (*stopped.question_ids, *waiting.ids)
            for each in left if stopped.why == "cancelled" else waiting.gone:
                so_far.pop(each, None)
            raise Unanswered(stopped.why, left) from None

    def _tokens(self, characters: int) -> int:
        return round(self.total * characters / max(1, self._characters))


def since(now: GoneThrough, before: GoneThrough) -> GoneThrough:
    """What was done between two moments."""
    return GoneThrough(now.characters - before.characters, now.seconds - before.seconds)


def is_surely_longer(reader: Any, case: Case) -> bool:
    """Whether a case file is so long that it need not be counted first; False where it is not read in sections."""
    characters = sum(len(text.content) for text in case.texts)
    return reads_on(reader) and characters > SURELY * reader.window


def is_longer(reader: Any, reading: Any) -> bool:
    """Whether a case file is longer than a server reads, told without sending it; False where sections are not read."""
    return reads_on(reader) and len(reading.message) / CHARACTERS_A_TOKEN > reader.window


def reads_on(reader: Any) -> bool:
    """Whether a reader's window is known and long enough for sections of what is longer."""
    from inference.beyond.model import takes_excerpts

    return bool(reader.window) and takes_excerpts(reader.window, reader.profile.reason_tokens)


def _folder(case: Case, case_file: Any) -> Any:
    from inference.beyond.folder import MemoryFolder
    from inference.engine.saved.keys import ReadingKey

    if case.shelf is None:
        return None
    try:
        return MemoryFolder(case.shelf.folder / MEMORIES, ReadingKey(case.shelf.key), case_file)
    except (
        OSError
    ) as refused:  # a full disk, or one that takes nothing: then all of it is gone through each time
        log.warning("What is remembered of a case file cannot be kept: %s.", refused.strerror)
        return None


@lru_cache(maxsize=1)
def _compact() -> Any:
    """Whose scores rank sections for the clause types it knows; it leaves the threads of this process as they are."""
    from inference.compact.reader import CompactReader

    return CompactReader.open()

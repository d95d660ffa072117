"""A case file as one model reads it: prefilled once, asked again and again. Knows token ids, not tensors."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from inference.doubts.examine import Examiner
from inference.types import CaseFile, Evidence, Usage

from .as_read import AsRead
from .expense import Expense
from .listener import Listener
from .prompt import CasePrompt, Template
from .quotes import CannotQuote, OpenQuote, QuoteSource
from .script import ConstraintFailed, DraftQuote
from .token_table import TokenTable

if TYPE_CHECKING:
    from .kept_mass import KeptMass
    from .loaded import LoadedModel
    from .prefill import Keep
    from .prefix import Prefix
    from .saved.saved_readings import SavedReading, SavedReadings

LEAST_ROOM = 128  # tokens that a question and an answer take at the least

Progress = Callable[[int, int], None]


def silently(done: int, total: int) -> None:
    """Tell nobody how far it is."""


def never() -> bool:
    """Nobody calls it off."""
    return False


class EngineReading:
    """One case file and what was prefilled of it: `done` of `total` tokens; it can be asked when all of them are."""

    def __init__(
        self, case_file: CaseFile, loaded: "LoadedModel", template: Template, table: TokenTable
    ) -> None:
        """Raises CaseFileTooLong where the model's window does not hold it."""
        self.case_file = case_file
        self.prompt: CasePrompt = template.case(case_file)
        self.prompt.check_fits(loaded.window, LEAST_ROOM)
        self.loaded = loaded
        self.examiner = Examiner(case_file)  # who doubts its quotes by rules; whoever knows more may stand in
        self.days: dict[
            str, tuple[Evidence, ...]
        ] = {}  # what was quoted of the days that values are counted from
        self.saved: SavedReading | None = None
        self._begun: Prefix | None = None
        self.expense = Expense()
        self._source = _source(self.prompt, table)

    @property
    def total(self) -> int:
        """How many tokens the case file takes."""
        return self.prompt.tokens

    @property
    def done(self) -> int:
        """How many of them were prefilled."""
        return self._begun.tokens if self._begun else 0

    @property
    def is_complete(self) -> bool:
        """Whether it can be asked."""
        return self.done == self.total

    @property
    def prefix(self) -> "Prefix":
        """What questions are forked from; raises ValueError until all of it was prefilled."""
        if self._begun is None or not self.is_complete:
            raise ValueError(f"Only {self.done:,} of {self.total:,} tokens of this case file were read.")
        return self._begun

    @property
    def kept_mass(self) -> "KeptMass | None":
        """What reading it sparsely has kept so far; None where all is read, or nothing was yet."""
        return self._begun.kept_mass if self._begun else None

    @property
    def room(self) -> int:
        """How many tokens a question and its answer may take."""
        return self.loaded.window - self.total

    @property
    def bytes(self) -> int:
        """Memory that its keys and values take, read or to be read: the room for all is set aside at the start."""
        from .keeping.budgets import reading_bytes

        return reading_bytes(self.loaded, self.total)

    def leave_device(self) -> None:
        """Wait in main memory, what was read bit for bit; it cannot be asked or read on there."""
        self._begun = self._begun and self._begun.in_memory()

    def return_to_device(self) -> None:
        """Come back from there."""
        self._begun = self._begun and self._begun.on_device()

    @property
    def usage(self) -> Usage:
        """Seconds spent on prefilling, and the tokens of the case file."""
        return Usage(self.expense.seconds, self.total)

    @property
    def restored(self) -> int:
        """How many tokens were restored and not prefilled."""
        return self.saved.restored if self.saved else 0

    def keep_in(self, readings: "SavedReadings") -> None:
        """Go on from what is saved there of this case file, and save what is read; to be called before `prefill`.

        `saved` then tells what there is. It is restored by `prefill`, which hears and is stopped as for what it reads.
        """
        if self._begun is not None:
            raise ValueError("A reading that has begun can no longer be saved.")
        self.saved = readings.of(self.loaded, self.prompt.token_ids)

    def prefill(self, progress: Progress = silently, cancelled: Callable[[], bool] = never) -> None:
        """Read what has not been read yet; raises Cancelled, after which it can be gone on with.

        So it can after whatever `progress` or `cancelled` raised, which comes out of here.
        """
        from .prefill import Cancelled

        begun, listener = time.perf_counter(), Listener(progress, cancelled)
        try:
            self._restore(listener.progress, listener.cancelled)
            if not self.is_complete:
                self._read_on(listener.progress, listener.cancelled)
        except Cancelled as stopped:
            self._begun = stopped.finished or self._begun
            listener.check()
            raise
        finally:
            self.expense.spend(time.perf_counter() - begun)
        listener.check()

    def _restore(self, progress: Progress, cancelled: Callable[[], bool]) -> None:
        if self.saved and self._begun is None:
            self._begun = self.saved.restore(lambda done: progress(done, self.total), cancelled)

    def _read_on(self, progress: Progress, cancelled: Callable[[], bool]) -> None:
        from .prefill import forget, prefill

        saving: AbstractContextManager[Keep] = self.saved.saving() if self.saved else nullcontext(forget)
        with saving as keep:
            self._begun = prefill(
                self.loaded,
                self.prompt.token_ids,
                begun=self._begun,
                progress=progress,
                cancelled=cancelled,
                keep=keep,
            )

    def quote(self) -> OpenQuote:
        """Begin a quote; raises ConstraintFailed where there is nothing to quote."""
        if self._source is None:
            raise ConstraintFailed("There is nothing to quote in this case file.")
        return self._source.begin()

    def passages_of(self, words: str) -> tuple[int, ...]:
        """The numbers of the passages in which these words begin."""
        places = self._source.places(words) if self._source else ()
        numbers = [self.prompt.passage_at(place.document_id, place.start).number for place in places]
        return tuple(dict.fromkeys(numbers))

    def evidence(self, quote: DraftQuote) -> Evidence | None:
        """The first place in its passage at which a quote begins, as the document has it; None where it does not."""
        for place in self._source.places(quote.text) if self._source else ():
            if self.prompt.passage_at(place.document_id, place.start).number == quote.passage:
                return self._source.evidence(place, round(quote.chance, 6)) if self._source else None
        return None

    def passage_number(self, evidence: Evidence) -> int:
        """The number of the passage in which a quote begins."""
        return self.prompt.passage_at(evidence.document_id, evidence.start).number


def _source(prompt: CasePrompt, table: TokenTable) -> QuoteSource | None:
    try:
        return QuoteSource(prompt.case_file, table, as_read=AsRead.of(prompt, table))
    except CannotQuote:
        return None

"""A case file as one model reads it: prefilled once, asked again and again. Knows token ids, not tensors."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from inference.doubts.examine import Examiner
from inference.types import CaseFile, Evidence, Usage

from .prompt import CasePrompt, Template
from .quotes import CannotQuote, OpenQuote, QuoteSource
from .script import ConstraintFailed, DraftQuote
from .token_table import TokenTable

if TYPE_CHECKING:
    from .loaded import LoadedModel
    from .prefix import Prefix

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
        self._begun: Prefix | None = None
        self._seconds = self.owed_seconds = 0.0
        self._source = _source(case_file, table)

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
    def room(self) -> int:
        """How many tokens a question and its answer may take."""
        return self.loaded.window - self.total

    @property
    def usage(self) -> Usage:
        """Seconds spent on prefilling, and the tokens of the case file."""
        return Usage(self._seconds, self.total)

    def prefill(self, progress: Progress = silently, cancelled: Callable[[], bool] = never) -> None:
        """Read what has not been read yet; raises Cancelled, after which it can be gone on with."""
        from .prefill import Cancelled, prefill

        if self.is_complete:
            return
        begun = time.perf_counter()
        try:
            self._begun = prefill(
                self.loaded, self.prompt.token_ids, begun=self._begun, progress=progress, cancelled=cancelled
            )
        except Cancelled as stopped:
            self._begun = stopped.finished or self._begun
            raise
        finally:
            spent = time.perf_counter() - begun
            self._seconds += spent
            self.owed_seconds += spent

    def pay(self, seconds: float) -> float:
        """Up to so many seconds of those spent on prefilling that no answer has paid for yet; then they are paid."""
        paid = min(seconds, self.owed_seconds)
        self.owed_seconds -= paid
        return paid

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


def _source(case_file: CaseFile, table: TokenTable) -> QuoteSource | None:
    try:
        return QuoteSource(case_file, table)
    except CannotQuote:
        return None

"""A case file as a server reads it: sent once so that it is kept, asked again and again. Knows no network."""

from collections.abc import Callable
from functools import cached_property

from inference.doubts.examine import Examiner
from inference.engine.expense import Expense
from inference.engine.passages import PassagePlaces, cut
from inference.engine.reading import Progress, never, silently
from inference.engine.script import DraftQuote
from inference.types import CaseFile, Evidence, Usage

from .forms import RemoteQuote
from .messages import Words
from .places import find
from .stream import Written

TakeIn = Callable[["RemoteReading", Callable[[], bool]], tuple[Written, float]]

_LETTERS_A_TOKEN = 4  # a guess, until the server has counted


class RemoteReading:
    """One case file in the words it is sent in; `total` is a guess until the server has counted its tokens."""

    def __init__(self, case_file: CaseFile, words: Words, take_in: TakeIn) -> None:
        """Raises BrokenText where a text holds half of a character."""
        self.case_file = case_file
        self.passages = cut(case_file)
        self.message = words.case(case_file, self.passages)
        self.examiner = Examiner(case_file)  # who doubts its quotes by rules; whoever knows more may stand in
        self.days: dict[str, tuple[Evidence, ...]] = {}
        self.expense = Expense()
        self._words, self._take_in = words, take_in
        self._counted: int | None = None
        self.restored = 0  # what a server keeps of a case file is its own business
        self.is_complete = False

    @property
    def total(self) -> int:
        """How many tokens the case file takes."""
        guess = max(1, len(self.message) // _LETTERS_A_TOKEN)
        return guess if self._counted is None else self._counted

    @property
    def done(self) -> int:
        """How many of them were taken in: all or none, as far as a server tells."""
        return self.total if self.is_complete else 0

    @property
    def usage(self) -> Usage:
        """Seconds spent on taking it in, and the tokens of the case file."""
        return Usage(self.expense.seconds, self.total)

    def prefill(self, progress: Progress = silently, cancelled: Callable[[], bool] = never) -> None:
        """Have the server take it in; raises CaseFileTooLong, CalledOff and what can go wrong with a server."""
        if self.is_complete:
            return
        progress(0, self.total)
        written, seconds = self._take_in(self, cancelled)
        self._counted = written.prompted or None
        self.expense.spend(seconds)
        self.is_complete = True
        progress(self.total, self.total)

    def evidence(self, quote: DraftQuote) -> Evidence | None:
        """The first place in its passage at which a quote stands, as the document has it; None where it does not."""
        if not 1 <= quote.passage <= len(self.passages):
            return None
        passage = self.passages[quote.passage - 1]
        content = self.case_file.documents[passage.document].content
        until = quote.until if isinstance(quote, RemoteQuote) else ""
        place = find(self._words.shown(content[passage.start : passage.end]), quote.text, until)
        if place is None:
            return None
        start, end = passage.start + place[0], passage.start + place[1]
        return Evidence(passage.document_id, start, end, content[start:end], quote.chance)

    def passage_number(self, evidence: Evidence) -> int:
        """The number of the passage in which a quote begins."""
        return self._places.at(evidence.document_id, evidence.start).number

    @cached_property
    def _places(self) -> PassagePlaces:
        return PassagePlaces(self.passages)

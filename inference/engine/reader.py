"""The reader whose model runs here: reads case files and answers questions about them. Knows no tensors."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from inference.types import CaseAnswer, CaseFile, Fingerprint, Question

from .ask import Asker, Heard
from .batch import Manner
from .decode import Bounds
from .gathering import News, nothing_new
from .profile import EngineProfile
from .prompt import CaseFileTooLong, Template
from .reading import EngineReading, Progress, never, silently
from .token_table import TokenTable
from .trial import ENOUGH, right_verdicts, trial_case_file
from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from .loaded import LoadedModel
    from .saved.saved_readings import SavedReadings


def unheard(key: str, tokens: Sequence[int]) -> None:
    """Nobody keeps what was written."""


class EngineReader:
    """One loaded model; readings of many case files may be open at once, and each is asked by one thread."""

    def __init__(self, loaded: "LoadedModel") -> None:
        """Raises UnfitTokenizer where the model's tokenizer cannot keep words apart from control tokens."""
        self._loaded = loaded
        self._template = Template(loaded.tokenizer)
        config = loaded.model.config.get_text_config()
        self._table = TokenTable(self._template.plain, int(config.vocab_size))
        self._vocabulary = Vocabulary(self._table, _ends(loaded))

    @classmethod
    def open(
        cls, profile: EngineProfile, say: Callable[[str], None] = lambda sentence: None
    ) -> "EngineReader":
        """Load the model that a profile names; raises what loading it raises, each with a sentence for people."""
        from .load import load

        return cls(load(profile, say=say))

    @property
    def profile(self) -> EngineProfile:
        """What the administrator decided."""
        return self._loaded.profile

    @property
    def loaded(self) -> "LoadedModel":
        """The model itself: what is kept of readings is budgeted by it."""
        return self._loaded

    @property
    def window(self) -> int:
        """The most tokens of case file, question and answer together."""
        return self._loaded.window

    @property
    def fingerprint(self) -> Fingerprint:
        """What must be equal for two answers to be comparable."""
        return self._loaded.fingerprint

    @cached_property
    def judges(self) -> bool:
        """Whether the model can be trusted with a second reading: it was tried on clauses of ours, once."""
        try:
            reading = self.read(trial_case_file())
        except CaseFileTooLong:
            return False
        right = right_verdicts(reading, self._template, self._vocabulary, self.profile.side_by_side)
        return right >= ENOUGH

    def count(self, case_file: CaseFile) -> int:
        """How many tokens a case file takes; nothing is prefilled."""
        return self._template.case(case_file).tokens

    def begin(self, case_file: CaseFile) -> EngineReading:
        """A reading of which nothing is prefilled yet; raises CaseFileTooLong."""
        return EngineReading(case_file, self._loaded, self._template, self._table)

    def read(
        self,
        case_file: CaseFile,
        progress: Progress = silently,
        cancelled: Callable[[], bool] = never,
        readings: "SavedReadings | None" = None,
    ) -> EngineReading:
        """Prefill a case file, or restore what is saved of it among `readings` and save the rest there.

        Raises CaseFileTooLong and Cancelled. To go on after that, `begin`, `keep_in` and `prefill`.
        """
        reading = self.begin(case_file)
        if readings is not None:
            reading.keep_in(readings)
        reading.prefill(progress, cancelled)
        return reading

    def ask(
        self,
        reading: EngineReading,
        questions: Sequence[Question],
        *,
        seconds: float | None = None,
        cancelled: Callable[[], bool] = never,
        second_reading: bool | None = None,
        heard: Heard = unheard,
        news: Callable[[], News] = nothing_new,
    ) -> Iterator[CaseAnswer]:
        """Each answer as soon as it is finished, its quotes checked; greedy, so the same every time.

        `second_reading` asks the model whether the quotes support the answer; None leaves that to whether it can
        judge. Raises Unanswered, after what was finished, when `seconds` have passed or `cancelled` says so. `news` is
        asked after every turn who else joins or leaves, and whether it is enough for now.
        """
        if reading.loaded is not self._loaded:
            raise ValueError("A reader can be asked only about what it has read itself.")
        judges = self.judges if second_reading is None else second_reading
        manner = Manner(self.profile.reason_tokens, judges, self.profile.name)
        deadline = None if seconds is None else time.monotonic() + seconds
        bounds = Bounds(self.profile.side_by_side, reading.room, deadline, cancelled)
        return Asker(self._template, self._vocabulary, manner).ask(reading, questions, bounds, heard, news)


def _ends(loaded: "LoadedModel") -> list[int]:
    """The tokens by which the model ends its speech."""
    generation = getattr(loaded.model, "generation_config", None)
    ends = {loaded.tokenizer.eos_token_id}
    said = getattr(generation, "eos_token_id", None)
    ends |= set(said) if isinstance(said, list) else {said}
    return sorted(end for end in ends if isinstance(end, int))

"""The reader that a matter is too large for, as far as it is known here: it counts, reads and answers."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

from inference.doubts.examine import Examiner
from inference.types import CaseAnswer, CaseFile, Evidence, Fingerprint, Question

UNTOLD = 16_384  # tokens, where nobody tells how many are read at once
_LEAST, _MOST = 192, 2_048  # tokens of a question and its answer, reasons not counted
_PART = 8  # of the window, between these two
_LEAST_EXCERPTS = 256  # tokens: a passage with its heading and the marks around them


class CasePart(Protocol):
    """A part of a matter as the model's reader reads it."""

    days: dict[str, tuple[Evidence, ...]]
    examiner: Examiner

    def prefill(
        self, progress: Callable[[int, int], None] = ..., cancelled: Callable[[], bool] = ...
    ) -> None: ...


R = TypeVar("R", bound=CasePart)


class CaseReader(Protocol[R]):
    """A reader of case files that fit its window: the engine's, or one on a server."""

    @property
    def profile(self) -> Any: ...

    @property
    def window(self) -> int | None: ...

    @property
    def fingerprint(self) -> Fingerprint: ...

    def count(self, case_file: CaseFile) -> int: ...

    def begin(self, case_file: CaseFile) -> R: ...

    def ask(
        self,
        reading: R,
        questions: Sequence[Question],
        *,
        seconds: float | None = None,
        cancelled: Callable[[], bool] = ...,
        second_reading: bool | None = None,
    ) -> Iterator[CaseAnswer]: ...


def room_of(window: int | None, reason_tokens: int) -> int:
    """How many tokens of a window excerpts may take, so that a question and its answer fit behind them."""
    whole = window or UNTOLD
    return whole - min(_MOST, max(_LEAST, whole // _PART)) - 2 * reason_tokens


def takes_excerpts(window: int | None, reason_tokens: int) -> bool:
    """Whether a window is long enough to read anything longer than itself in excerpts."""
    return room_of(window, reason_tokens) >= _LEAST_EXCERPTS

"""A prefix whose turns are counted. Knows forks, not tokens."""

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from inference.engine.decode import Forks, Prefix
from inference.engine.tried import Tried


class Counted:
    """A prefix whose forks count their turns, the tokens that were drafted, and those of them that stood."""

    def __init__(self, prefix: Prefix) -> None:
        self._prefix = prefix
        self.turns = self.drafted = self.stood = 0

    def fork(self, rows: int) -> "CountedForks":
        """Each counts into the same."""
        return CountedForks(self, self._prefix.fork(rows))


class CountedForks:
    """Forks that count."""

    def __init__(self, prefix: Counted, forks: Forks) -> None:
        self._counts, self._forks = prefix, forks

    def __getattr__(self, name: str) -> Any:
        return getattr(self._forks, name)

    def feed(self, rows: Sequence[Sequence[int]]) -> Tensor:
        """A turn without drafts."""
        self._counts.turns += 1
        return self._forks.feed(rows)

    def try_on(self, rows: Sequence[Sequence[int]], drafts: Sequence[Sequence[int]]) -> Tried:
        """A turn with drafts."""
        self._counts.turns += 1
        self._counts.drafted += sum(map(len, drafts))
        return self._forks.try_on(rows, drafts)

    def settle(self, stood: Sequence[int]) -> None:
        """What came of them."""
        self._counts.stood += sum(stood)
        self._forks.settle(stood)

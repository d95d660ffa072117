"""A case file that has been read, and the forks in which questions are asked of it; knows token ids, not text.

A prefix never changes. A fork owns what was said after it and nothing of it: sixteen questions cost sixteen suffixes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import torch
from torch import Tensor

from .kept_mass import KeptMass
from .loaded import LoadedModel
from .step import ForkOn, run
from .store import PrefixStore, SuffixStore
from .tried import Tried


class WindowFull(ValueError):
    """More tokens than the model's window holds."""

    def __init__(self, asked: int, window: int) -> None:
        super().__init__(f"This needs {asked:,} tokens, and the model reads at most {window:,}.")
        self.asked, self.window = asked, window


@dataclass(frozen=True)
class Prefix:
    """Tokens a model has read: their keys and values, and its logits, [vocabulary] in float32, after the last.

    `kept_mass` tells what a sparse reading left out, None where everything was read.
    """

    loaded: LoadedModel
    token_ids: tuple[int, ...]
    store: PrefixStore
    logits: Tensor
    kept_mass: KeptMass | None = None

    def __post_init__(self) -> None:
        self.store.keep(self.tokens)

    @property
    def tokens(self) -> int:
        """How many tokens were read."""
        return len(self.token_ids)

    @property
    def bytes(self) -> int:
        """Memory its keys and values take."""
        return self.store.bytes_of(self.tokens)

    def in_memory(self) -> "Prefix":
        """The same in main memory, bit for bit, where it waits; shared, not copied, where it lies there."""
        memory = torch.device("cpu")
        return self._on([memory] * self.loaded.layers, memory)

    def on_device(self) -> "Prefix":
        """The same where the model's layers are, so that it can be forked and read on."""
        return self._on(self.loaded.layer_devices, self.loaded.device)

    def _on(self, layers: Sequence[torch.device], logits: torch.device) -> "Prefix":
        store = self.store.on(layers)
        return Prefix(self.loaded, self.token_ids, store, self.logits.to(logits), self.kept_mass)

    def fork(self, rows: int) -> "Forks":
        """So many continuations of the prefix, each with nothing of its own yet."""
        return Forks(self, rows)


class Forks:
    """Continuations of one prefix, fed side by side; `lengths` counts the tokens each has of its own.

    `logits`, [rows, vocabulary] in float32, are those after each row's last token; they are read, never written to.
    """

    def __init__(self, prefix: Prefix, rows: int) -> None:
        self.prefix = prefix
        self.lengths = [0] * rows
        self.logits = prefix.logits.expand(rows, -1)
        self._suffix = SuffixStore(prefix.loaded.layers, rows)
        self._tried: Tried | None = None

    @property
    def bytes(self) -> int:
        """Memory of what the forks own: it grows with what they were fed, not with the prefix."""
        return self._suffix.bytes

    def feed(self, rows: Sequence[Sequence[int]]) -> Tensor:
        """Give each row its next tokens, none, one or many; gives the logits after each row's last token.

        A row that is given nothing keeps its logits. Raises WindowFull before anything is fed.
        """
        if len(rows) != len(self.lengths):
            raise ValueError(f"There are {len(self.lengths)} rows, and tokens came for {len(rows)}.")
        self._check_window(rows)
        fed = [0] * len(rows)
        while active := [row for row, tokens in enumerate(rows) if fed[row] < len(tokens)]:
            share = max(1, self.prefix.loaded.profile.chunk // len(active))  # memory of a pass stays flat
            pieces = [rows[row][fed[row] : fed[row] + share] for row in active]
            for group in self._together([len(piece) for piece in pieces]):
                those = [active[place] for place in group]
                self._hear(those, self._pass(those, [pieces[place] for place in group]))
            for row, piece in zip(active, pieces, strict=True):
                fed[row] += len(piece)
        return self.logits

    def most_drafted(self, rows: Sequence[Sequence[int]]) -> int:
        """How many further tokens each row may be given on trial behind these, all in one pass.

        None where a layer remembers: it cannot forget what it was given.
        """
        if self._apart or not rows:
            return 0
        spare = self.prefix.loaded.profile.chunk - sum(map(len, rows))
        return max(0, min(spare // len(rows), self.prefix.loaded.window - self._reach(rows)))

    def try_on(self, rows: Sequence[Sequence[int]], drafts: Sequence[Sequence[int]]) -> Tried:
        """Give each row its next tokens and behind them a draft, no more than `most_drafted`, in one pass.

        A row that is given nothing may have no draft. `settle` must say how much stands before anything else is done.
        """
        given = [[*own, *draft] for own, draft in zip(rows, drafts, strict=True)]
        self._check_window(given)
        before, active = self.logits, [row for row, tokens in enumerate(given) if tokens]
        wanted = [1 + len(drafts[row]) for row in active]
        logits = self._pass(active, [given[row] for row in active], wanted)
        first = dict(zip(active, accumulate(wanted, initial=0), strict=False))
        if len(active) < len(given):
            logits = torch.cat((logits, before))
        places = [first.get(row, len(logits) - len(given) + row) for row in range(len(given))]
        self._tried = Tried(logits, places, drafts)
        return self._tried

    def settle(self, stood: Sequence[int]) -> None:
        """Keep so many tokens of each draft and take back the rest, which is never read and in time written over."""
        assert self._tried is not None  # something was tried
        for row, (draft, kept) in enumerate(zip(self._tried.drafts, stood, strict=True)):
            self.lengths[row] -= len(draft) - kept
        places = [first + kept for first, kept in zip(self._tried.first, stood, strict=True)]
        self.logits, self._tried = self._tried.logits[places], None

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these rows alone, in this order."""
        self.lengths = [self.lengths[row] for row in rows]
        self.logits = self.logits[list(rows)]
        self._suffix.keep(rows)

    def enter(self, rows: int) -> None:
        """Add new continuations of the prefix behind the others, each with nothing of its own yet."""
        self.lengths += [0] * rows
        self.logits = torch.cat((self.logits, self.prefix.logits.expand(rows, -1)))
        self._suffix.enter(rows)

    def _hear(self, rows: Sequence[int], logits: Tensor) -> None:
        """These rows have new logits; those of the others stay, and nothing that was given away is written to."""
        if list(rows) != list(range(len(self.lengths))):
            at = torch.tensor(rows, device=logits.device)
            logits = self.logits.index_copy(0, at, logits)
        self.logits = logits

    @property
    def _apart(self) -> bool:
        """Whether rows must not lie in one another's past: a layer that remembers would take them for one text."""
        return bool(self.prefix.loaded.remembering)

    def _together(self, counts: Sequence[int]) -> list[list[int]]:
        """Which of the pieces go through the model in one pass: all, or those that are as long as one another."""
        if not self._apart:
            return [list(range(len(counts)))]
        return [
            [place for place, each in enumerate(counts) if each == count] for count in sorted(set(counts))
        ]

    def _check_window(self, rows: Sequence[Sequence[int]]) -> None:
        asked = self._reach(rows)
        if asked > self.prefix.loaded.window:
            raise WindowFull(asked, self.prefix.loaded.window)

    def _reach(self, rows: Sequence[Sequence[int]]) -> int:
        """Where the furthest of these tokens would end."""
        own = (length + len(tokens) for length, tokens in zip(self.lengths, rows, strict=True))
        return self.prefix.tokens + max(own, default=0)

    def _pass(
        self, rows: Sequence[int], pieces: Sequence[Sequence[int]], wanted: Sequence[int] | None = None
    ) -> Tensor:
        """The logits after the last token of each row, or after so many of its last: row after row."""
        starts, counts = [self.lengths[row] for row in rows], [len(piece) for piece in pieces]
        step = ForkOn(
            self.prefix.store,
            self.prefix.tokens,
            self._suffix,
            rows,
            starts,
            counts,
            wanted,
            apart=self._apart,
        )
        token_ids = [token for piece in pieces for token in piece]
        logits = run(self.prefix.loaded, step, token_ids, step.positions)
        for row, count in zip(rows, counts, strict=True):
            self.lengths[row] += count
        return logits

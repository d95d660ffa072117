"""Many scripts side by side over forks of one prefix. Knows token ids and tensors, not text; greedy at temperature 0.

A turn chooses one token for every row and feeds it together with whatever is forced after it: forced tokens cost no
turn. A row leaves when its script has ended and the next waiting one enters; neither changes what other rows write.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, Literal, Protocol

import numpy as np

from .pens import Bits, Pen
from .script import ConstraintFailed, R, Script, Step

if TYPE_CHECKING:
    from torch import Tensor

Why = Literal["deadline", "cancelled", "enough"]  # the last: others were to have their turn
Pens = Callable[[Step], Pen]


class Forks(Protocol):
    """Rows that each go on from the same prefix."""

    def feed(self, rows: Sequence[Sequence[int]]) -> "Tensor": ...  # [rows, vocabulary], float32

    def keep(self, rows: Sequence[int]) -> None: ...

    def enter(self, rows: int) -> None: ...


class Prefix(Protocol):
    """A case file that was prefilled once."""

    def fork(self, rows: int) -> Forks: ...


@dataclass(frozen=True)
class Asked(Generic[R]):
    """A question's tokens and the script of its answer; `key` is whatever tells it from others."""

    key: str
    tokens: Sequence[int]
    script: Script[R]


@dataclass(frozen=True)
class Finished(Generic[R]):
    """What one script came to: every token of its answer in order, how many of them were chosen, and its seconds.

    A server tells how many tokens it was sent, `prompted`, and perhaps how many of those it had kept, `cached`.
    """

    key: str
    result: R
    tokens: tuple[int, ...]
    chosen: int
    seconds: float
    prompted: int = 0
    cached: int | None = None


@dataclass(frozen=True)
class Bounds:
    """How much at once and for how long: rows, tokens a row may add to the prefix, and when to stop.

    `deadline` is a moment of `time.monotonic`; `cancelled` says whether somebody has called it off.
    """

    side_by_side: int = 16
    room: int = 2**31
    deadline: float | None = None
    cancelled: Callable[[], bool] = lambda: False
    between: Callable[[], None] = lambda: None  # called after each turn, and may change what waits

    def stopped(self) -> Why | None:
        """Why no further turn may begin, or None."""
        if self.cancelled():
            return "cancelled"
        return "deadline" if self.deadline is not None and time.monotonic() >= self.deadline else None


class Stopped(Exception):
    """Not every script came to its end: `why` is "deadline" or "cancelled", `unfinished` the keys of the others."""

    def __init__(self, why: Why, unfinished: Sequence[str]) -> None:
        super().__init__(f"{len(unfinished)} answers were left unfinished ({why}).")
        self.why, self.unfinished = why, tuple(unfinished)


def decode(prefix: Prefix, waiting: deque[Asked[R]], pens: Pens, bounds: Bounds) -> Iterator[Finished[R]]:
    """Every script's end, as soon as it comes; raises Stopped when the bounds were met before all of them.

    Whoever takes the ends may put further scripts into `waiting` meanwhile, as may `bounds.between`.
    """
    rows: list[Row[R]] = []
    while rows or waiting:
        free = min(bounds.side_by_side - len(rows), len(waiting))
        entering = [Row(waiting.popleft(), pens, bounds.room) for _ in range(free)]
        if not rows:
            forks = prefix.fork(len(entering))
        elif entering:
            forks.enter(len(entering))
        rows += entering
        if why := bounds.stopped():
            raise Stopped(why, [row.key for row in rows] + [asked.key for asked in waiting])
        _turn(forks, rows)
        left = [place for place, row in enumerate(rows) if not row.over]
        ended = [row for row in rows if row.over]
        if left and ended:
            forks.keep(left)
        rows = [rows[place] for place in left]
        for row in ended:
            yield row.finished()
        bounds.between()


def _turn(forks: Forks, rows: "Sequence[Row[R]]") -> None:
    """Feed what every row owes, choose one token for each, and share the time equally."""
    begun = time.perf_counter()
    logits = forks.feed([row.pay() for row in rows])
    for row, choice in zip(rows, _choose(logits, rows), strict=True):
        row.write(choice)
    seconds = (time.perf_counter() - begun) / len(rows)
    for row in rows:
        row.seconds += seconds


@dataclass(frozen=True)
class Choice:
    """The likeliest allowed token, its probability among all tokens, and those of the tokens a pen watches."""

    token: int
    chance: float
    watched: list[float]


def _choose(logits: "Tensor", rows: "Sequence[Row[R]]") -> list[Choice]:
    import torch

    vocabulary = logits.shape[1]
    bits = np.zeros(
        (len(rows), vocabulary // 32 + 1), np.int32
    )  # llguidance ends a grammar one id beyond the model's
    for row, own in zip(rows, bits, strict=True):
        row.allow(own)
    flags = np.unpackbits(bits.view(np.uint8), axis=1, bitorder="little")[:, :vocabulary]
    allowed = torch.from_numpy(flags).to(logits.device).bool()  # [rows, vocabulary]
    chances = logits.float().log_softmax(dim=1)  # [rows, vocabulary]
    tokens = chances.masked_fill(~allowed, -torch.inf).argmax(dim=1, keepdim=True)  # [rows, 1]
    best = chances.gather(1, tokens).exp().flatten().tolist()
    if not all(chance == chance for chance in best):
        raise FloatingPointError("The model gave no numbers to choose by.")
    return [
        Choice(token, chance, chances[place, list(row.pen.watched)].exp().tolist() if row.pen.watched else [])
        for place, (row, token, chance) in enumerate(zip(rows, tokens.flatten().tolist(), best, strict=True))
    ]


class Row(Generic[R]):
    """One script being written: the pen of its present step, and the tokens it still owes to its fork."""

    def __init__(self, asked: Asked[R], pens: Pens, room: int) -> None:
        self.key = asked.key
        self.seconds = 0.0
        self.over = False
        self.pen: Pen
        self._script, self._pens = asked.script, pens
        self._room = room - len(asked.tokens)
        self._owed = list(asked.tokens)
        self._tokens: list[int] = []
        self._chosen = 0
        self._is_choosing = True
        self._result: R
        self._advance(lambda: self._resume(lambda: next(self._script)))

    def pay(self) -> list[int]:
        """The tokens that its fork has not been given yet."""
        owed, self._owed = self._owed, []
        return [] if self.over else owed

    def allow(self, bits: Bits) -> None:
        """Say which tokens may come next; anything, where its rules have just failed and it takes none."""
        self._is_choosing = not self.over and self._advance(lambda: self.pen.allow(bits))
        if not self._is_choosing:
            bits[:] = -1

    def write(self, choice: Choice) -> None:
        """Write a chosen token, and all that is forced before the next choice."""
        if self._is_choosing:
            self._chosen += 1
            self._advance(lambda: self._owe(self.pen.write(choice.token, choice.chance, choice.watched)))

    def finished(self) -> Finished[R]:
        """What the script came to, once it is over."""
        return Finished(self.key, self._result, tuple(self._tokens), self._chosen, self.seconds)

    def _advance(self, step: Callable[[], None]) -> bool:
        """Take a step and all that it forces; where its rules fail the script is told, and False comes back."""
        try:
            step()
            self._go_on()
        except ConstraintFailed as failure:
            self._resume(partial(self._script.throw, failure))
            self._go_on()
            return False
        return True

    def _go_on(self) -> None:
        """Begin the steps that follow one that is over, up to one that leaves a choice."""
        while not self.over and self.pen.over:
            self._resume(lambda: self._script.send(self.pen.written()))

    def _resume(self, script: Callable[[], Step]) -> None:
        """Take the script's next step, or its end."""
        try:
            self.pen = self._pens(script())
        except StopIteration as end:
            self.over, self._result = True, end.value
        else:
            self._owe(self.pen.begin())

    def _owe(self, tokens: Sequence[int]) -> None:
        self._owed += tokens
        self._tokens += tokens
        if len(self._tokens) > self._room:
            raise ConstraintFailed("The model's window is full.")

"""What may be written next: a pen holds one step to its rules, token by token. Knows token ids, not tensors."""

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from .script import Written

Bits = npt.NDArray[np.int32]  # one bit a token, 32 to a number


class Pen(Protocol):
    """One step being written. `watched` are tokens whose probabilities the next choice must tell it.

    `draft` guesses at most so many tokens that will be written next; it changes nothing of what may be.
    """

    @property
    def over(self) -> bool: ...

    @property
    def watched(self) -> Sequence[int]: ...

    def begin(self) -> list[int]: ...

    def allow(self, bits: Bits) -> None: ...

    def write(self, token: int, chance: float, watched: Sequence[float]) -> list[int]: ...

    def draft(self, most: int) -> list[int]: ...

    def written(self) -> Written: ...


class Chances:
    """The geometric mean of the free tokens' probabilities."""

    def __init__(self) -> None:
        self._logs = 0.0
        self._count = 0

    def add(self, chance: float) -> None:
        self._logs += math.log(max(chance, 1e-30))
        self._count += 1

    @property
    def mean(self) -> float:
        return math.exp(self._logs / self._count) if self._count else 1.0


class SayPen:
    """Forced tokens and nothing else."""

    over = True
    watched: Sequence[int] = ()

    def __init__(self, text: str, tokens: Sequence[int]) -> None:
        self._text, self._tokens = text, list(tokens)

    def begin(self) -> list[int]:
        return self._tokens

    def allow(self, bits: Bits) -> None:
        raise AssertionError("Nothing is free in forced words.")

    def write(self, token: int, chance: float, watched: Sequence[float]) -> list[int]:
        raise AssertionError("Nothing is free in forced words.")

    def draft(self, most: int) -> list[int]:
        return []

    def written(self) -> Written:
        return Written(self._text)


class ChoosePen:
    """One of several token sequences, each closed by the end mark; what all the rest agree on is forced."""

    def __init__(self, options: Sequence[str], tokens: Sequence[Sequence[int]]) -> None:
        self._options = options
        self._left = {number: list(sequence) for number, sequence in enumerate(tokens)}
        if len({tuple(sequence) for sequence in tokens}) != len(options):
            raise ValueError("Two of the options look the same to this tokenizer.")
        self._chances = Chances()
        self._shares: tuple[float, ...] = ()
        self._is_first = True

    @property
    def over(self) -> bool:
        return len(self._left) == 1

    @property
    def watched(self) -> Sequence[int]:
        """The options' next tokens, before the first choice, where each has its own."""
        heads = [sequence[0] for sequence in self._left.values()]
        return heads if self._is_first and len(set(heads)) == len(self._options) else ()

    def begin(self) -> list[int]:
        return self._forced()

    def allow(self, bits: Bits) -> None:
        for sequence in self._left.values():
            set_bit(bits, sequence[0])

    def write(self, token: int, chance: float, watched: Sequence[float]) -> list[int]:
        if self._is_first and watched:
            total = sum(watched)
            self._shares = tuple(each / total for each in watched) if total > 0 else ()
        self._is_first = False
        self._chances.add(chance)
        self._take(token)
        return [token, *self._forced()]

    def draft(self, most: int) -> list[int]:
        return []

    def written(self) -> Written:
        (number,) = self._left
        return Written(self._options[number], self._chances.mean, self._shares)

    def _take(self, token: int) -> None:
        self._left = {
            number: sequence[1:] for number, sequence in self._left.items() if sequence[:1] == [token]
        }

    def _forced(self) -> list[int]:
        forced = []
        while len(heads := {sequence[0] for sequence in self._left.values() if sequence}) == 1:
            forced.append(heads.pop())
            self._take(forced[-1])
        return forced


def set_bit(bits: Bits, token: int) -> None:
    """Allow one token."""
    bits.view(np.uint32)[token // 32] |= np.uint32(1 << (token % 32))

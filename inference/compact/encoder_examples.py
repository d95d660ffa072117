"""Contracts as the encoder learns from them: word pieces, which of them lie in answers, and windows to learn from.

Needed for training only. Knows numbers of tokens and segments, not vectors.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.tokens import Pieces, WordPieces

from .context import Floats
from .examples import Example

Bits = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class TokenExample:
    """One contract: its pieces (owners are segments), `inside` [pieces, types], and the segments' labels.

    `label` and `trust` are [segments, types]: whether a segment belongs to an answer, and whether that is clear.
    """

    pieces: Pieces
    inside: Bits
    label: Floats
    trust: Floats


def token_example(example: Example, pieces: WordPieces, types: Sequence[str]) -> TokenExample:
    """Cut one contract's segments into pieces and mark those that lie in an answer."""
    spans = [(segment.start, segment.end) for segment in example.segments]
    cut = pieces.cut(example.contract.text, spans)
    inside = np.zeros((len(cut), len(types)), np.bool_)
    for span in example.contract.spans:
        first = int(np.searchsorted(cut.ends, span.start, side="right"))
        last = int(np.searchsorted(cut.starts, span.end, side="left"))
        inside[first:last, types.index(span.category)] = True
    return TokenExample(cut, inside, example.inside, example.trust)


@dataclass(frozen=True)
class Stretch:
    """Tokens `first` to `last` (exclusive) of one contract, a window to learn from."""

    contract: int
    first: int
    last: int


def stretches(
    examples: Sequence[TokenExample],
    likely: Sequence[Floats],
    length: int,
    share: float,
    chance: np.random.Generator,
) -> list[Stretch]:
    """One sampled pass: all windows with answers, and `share` as many without.

    `likely` [segments] is how likely each contract's segments seemed to a simpler model: half of the windows
    without answers are drawn from those where it is most often misled. Windows begin anywhere.
    """
    with_answers: list[Stretch] = []
    without: list[Stretch] = []
    misled: list[float] = []
    for number, example in enumerate(examples):
        for stretch in _cut(number, len(example.pieces), length, int(chance.integers(length))):
            window = slice(stretch.first, stretch.last)
            if example.inside[window].any():
                with_answers.append(stretch)
            else:
                without.append(stretch)
                misled.append(float(likely[number][example.pieces.owners[window]].max()))
    wanted = min(len(without), round(share * len(with_answers)))
    order = np.argsort(-np.asarray(misled) - chance.gumbel(size=len(misled)), kind="stable")
    hard = order[: wanted // 2]
    rest = chance.permutation(order[wanted // 2 :])[: wanted - len(hard)]
    chosen = with_answers + [without[n] for n in (*hard, *rest)]
    return [chosen[n] for n in chance.permutation(len(chosen))]


def _cut(contract: int, tokens: int, length: int, offset: int) -> Iterator[Stretch]:
    first = 0
    last = min(tokens, offset or length)
    while first < tokens:
        yield Stretch(contract, first, last)
        first, last = last, min(tokens, last + length)

"""One turn with drafts: what was guessed is fed in one pass, and each row writes on for as long as the guess was right.

Every choice is made as if nothing had been drafted, by the same pen at the same place; a draft only spares the pass
that its logits would have come from. So pens need not look ahead, and no mask is worked out for what was refused.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Tried:
    """What a pass gave: `logits` is [places, vocabulary], in float32.

    At place `first[row]` are those after what a row was owed, and n further those after the n-th token of its draft.
    """

    logits: "Tensor"
    first: Sequence[int]
    drafts: Sequence[Sequence[int]]


class Drafting(Protocol):
    """A row that can say how much of a draft it has written."""

    @property
    def is_paid(self) -> bool: ...

    def stand(self, draft: Sequence[int]) -> int: ...


D = TypeVar("D", bound=Drafting)


def write_tried(
    tried: Tried,
    rows: Sequence[D],
    write: Callable[["Tensor", Sequence[D]], None],
    settle: Callable[[Sequence[int]], None],
) -> None:
    """Have rows `write` one choice after the other while drafts hold; `settle` is told how many tokens of each do."""
    stood = [0] * len(rows)
    going = list(range(len(rows)))
    while going:
        places = [tried.first[number] + stood[number] for number in going]
        write(tried.logits[places], [rows[number] for number in going])
        for number in going:
            stood[number] += rows[number].stand(tried.drafts[number][stood[number] :])
        going = [number for number in going if rows[number].is_paid]
    settle(stood)

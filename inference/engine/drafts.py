"""What a quote will probably go on with: the words that stand behind it in the case file. Knows tokens and bytes.

A draft is a guess and binds nobody. Where words stand at several places the first is followed: as long as they agree
it does not matter, and where they part the model's own next token says which of them is meant, before which none of
the places left lies. A draft ends where a sentence does, for there most quotes end.
"""

from .as_read import AsRead

FIRST = 4  # tokens of a quote's first draft
LONGEST = 32
AT_ONCE = 128  # of all rows together, so that a pass stays cheap


def share(rows: int, most: int) -> int:
    """How many tokens each of so many rows may draft, where a pass takes at most so many of each."""
    return min(LONGEST, AT_ONCE // rows, most)


class Drafts:
    """The drafts of one quote: twice as long after one that stood, half as long after one that did not."""

    def __init__(self, read: AsRead) -> None:
        self._read = read
        self._place = 0
        self._length = FIRST
        self._hoped = b""

    def next(self, spelled: bytes, most: int) -> list[int]:
        """At most so many tokens that may follow what the quote spells so far."""
        if self._hoped:
            stood = spelled.startswith(self._hoped)
            self._length = min(LONGEST, 2 * self._length) if stood else max(1, self._length // 2)
            self._hoped = b""
        if self._place >= 0:
            self._place = self._read.place(spelled, self._place)
        if self._place < 0:
            return []
        tokens = self._read.tokens_from(self._place + len(spelled), min(self._length, most))
        if tokens:
            self._hoped = spelled + self._read.spelled(tokens)
        return tokens

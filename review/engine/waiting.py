"""Questions that wait while sections are read for others: some join, some leave, and it may be enough for now."""

from collections import deque
from collections.abc import Sequence
from typing import Any


class Waiting:
    """Questions that wait to be asked, of one asking and those that join it."""

    def __init__(self, questions: Sequence[Any]) -> None:
        self._askings = [_ids(questions)]
        self._waiting = deque(questions)
        self.gone = frozenset[str]()  # whose asking left, begun or not

    def few(self, most: int) -> list[Any]:
        """The next ones; none where nobody waits."""
        return [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]

    @property
    def ids(self) -> tuple[str, ...]:
        """Whose they are that wait."""
        return tuple(each.id for each in self._waiting)

    def hear(self, new: Any) -> None:
        """Let in who joins, and let nobody begin who is to leave. Raises Unanswered where it is enough for now."""
        from inference.engine.ask import Unanswered

        if self.lets_in(new) and self._waiting:
            raise Unanswered("enough", self.ids)

    def lets_in(self, new: Any) -> bool:
        """The same without raising: whether it is enough."""
        for each in new.joining:
            self._askings.append(_ids(each.questions))
            if each.is_urgent:
                self._waiting.extendleft(reversed(each.questions))
            else:
                self._waiting.extend(each.questions)
        self.gone = self.gone.union(*(ids for ids in self._askings if ids & new.leaving))
        self._waiting = deque(each for each in self._waiting if each.id not in self.gone)
        return bool(new.is_enough)


def _ids(questions: Sequence[Any]) -> frozenset[str]:
    return frozenset(each.id for each in questions)

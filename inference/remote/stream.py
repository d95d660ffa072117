"""A server's answer as it comes, piece by piece, with an end to everything. Knows the protocol, not what is asked."""

import json
from dataclasses import dataclass, field
from typing import Any

from httpx2 import EventSource, Response

from .errors import NotUnderstood

MOST_BYTES = 16 * 2**20  # of one answer with all that is wrapped around it
MOST_LETTERS_A_TOKEN = 40
_LONGEST_EVENT = 2**20
_MOST_AFTER = 8


class BrokenOff(Exception):
    """The stream ended before the answer did."""


@dataclass
class Written:
    """What a server wrote and counted; `is_cut` where it was stopped by a limit, its own or ours."""

    text: str = ""
    is_cut: bool = False
    prompted: int = 0
    cached: int | None = None
    chosen: int = 0
    is_over: bool = False
    _pieces: list[str] = field(default_factory=list)
    _letters: int = 0

    def take(self, row: dict[str, Any]) -> None:
        """Put in one event's object; raises NotUnderstood where it is none of an answer."""
        if "error" in row:
            raise BrokenOff
        for choice in _rows(row.get("choices")):
            piece = _row(choice.get("delta")).get("content")
            if isinstance(piece, str):
                self._pieces.append(piece)
                self._letters += len(piece)
            if choice.get("finish_reason") and not self.is_over:
                self.is_over, self.is_cut = True, choice["finish_reason"] == "length"
        self._count(_row(row.get("usage")))

    def is_too_long(self, tokens: int) -> bool:
        """Whether more was written than so many tokens can be."""
        return self._letters > tokens * MOST_LETTERS_A_TOKEN

    def close(self) -> "Written":
        """Put the pieces together."""
        self.text = "".join(self._pieces)
        return self

    def _count(self, usage: dict[str, Any]) -> None:
        self.prompted = _number(usage.get("prompt_tokens")) or self.prompted
        self.chosen = _number(usage.get("completion_tokens")) or self.chosen
        cached = _row(usage.get("prompt_tokens_details")).get("cached_tokens")
        self.cached = self.cached if cached is None else _number(cached)


async def written(response: Response, most_tokens: int) -> Written:
    """All that a server writes, or as much as `most_tokens` can be; raises BrokenOff and NotUnderstood."""
    answer = Written()
    after = 0  # events since the answer's end: its figures may come in one of them
    async for event in EventSource(response, max_event_size=_LONGEST_EVENT):
        if event.data.strip() == "[DONE]":
            answer.is_over = True
        else:
            answer.take(_parsed(event.data))
        after += answer.is_over
        if answer.is_too_long(most_tokens) or response.num_bytes_downloaded > MOST_BYTES:
            answer.is_cut = answer.is_over = True
            break
        if event.data.strip() == "[DONE]" or after > _MOST_AFTER:
            break
    if not answer.is_over:
        raise BrokenOff
    return answer.close()


def _parsed(data: str) -> dict[str, Any]:
    try:
        row = json.loads(data)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise NotUnderstood("The server's answer is not in the form of the protocol.")
    return row


def _row(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _rows(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _number(value: object) -> int:
    return value if type(value) is int and 0 <= value < 2**40 else 0

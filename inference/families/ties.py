"""Which described documents hang on which, with a reason for each tie. Knows descriptions, not texts."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .describe import Description

Title = tuple[str, ...]
Place = tuple[bool, str, int]
UNDATED = "9999"


@dataclass(frozen=True, slots=True)
class Tie:
    """A document that hangs on another; only what is sure may be relied on without a person's word."""

    document_id: str
    master_id: str
    sureness: Literal["sure", "likely"]
    reason: str


@dataclass(frozen=True, slots=True)
class _Match:
    master_id: str
    title: Title
    date: str
    parties: int

    @property
    def weight(self) -> tuple[bool, int, int]:
        return bool(self.date), min(self.parties, 2), len(self.title)

    @property
    def is_sure(self) -> bool:
        """The title with the date and somebody of the same name, or a title of its own kind with two of them."""
        return bool(self.parties and self.date) or (len(self.title) > 1 and self.parties > 1)


class _Index:
    """Documents by how their titles end, and by their dates, so that a reference finds its few candidates."""

    def __init__(self, described: Mapping[str, Description]) -> None:
        self._by_end: dict[Title, dict[str, None]] = defaultdict(dict)
        self._by_date: dict[str, dict[str, None]] = defaultdict(dict)
        for key, each in described.items():
            for title in each.titles:
                if len(title) > 1:
                    self._by_end[title[-2:]][key] = None
            for own in each.dates:
                self._by_date[own][key] = None

    def candidates(self, title: Title, dated: str) -> dict[str, None]:
        ends = self._by_end.get(title[-2:], {}) if len(title) > 1 else {}
        return {**ends, **(self._by_date.get(dated, {}) if dated else {})}


def ties_among(described: Mapping[str, Description]) -> list[Tie]:
    """The tie of each document that hangs on another of these; one that may hang on several alike is only likely."""
    index = _Index(described)
    ties = (_tie(key, each, described, index) for key, each in described.items() if each.hangs)
    return [tie for tie in ties if tie is not None]


def _tie(key: str, child: Description, described: Mapping[str, Description], index: _Index) -> Tie | None:
    best: list[_Match] = []
    for found in _matches(key, child, described, index):
        if not best or found.weight > best[0].weight:
            best = [found]
        elif found.weight == best[0].weight and found.master_id not in {each.master_id for each in best}:
            best.append(found)
    if not best:
        return None
    is_sure = len(best) == 1 and best[0].is_sure
    return Tie(key, best[0].master_id, "sure" if is_sure else "likely", _reason(child, best))


def _matches(
    key: str, child: Description, described: Mapping[str, Description], index: _Index
) -> Iterator[_Match]:
    for title, dated in child.masters:
        for other in index.candidates(title, dated):
            master = described[other]
            shared = _shared(title, master)
            if other == key or not shared or (dated and master.dates and dated not in master.dates):
                continue
            found = _Match(
                other, shared, dated if dated in master.dates else "", _same_parties(child, master)
            )
            if found.parties or (found.date and len(shared) > 1):
                yield found


def _shared(title: Title, master: Description) -> Title:
    """The longest end that a title has in common with one of a document's, where one of the two is all of it."""
    best: Title = ()
    for theirs in master.titles:
        length = min(len(title), len(theirs))
        if title[-length:] == theirs[-length:] and length > len(best):
            best = title[-length:]
    return best


def _same_parties(child: Description, master: Description) -> int:
    theirs = sum(_is_of(party, child) for party in master.parties)
    return max(theirs, sum(_is_of(party, master) for party in child.parties))


def _is_of(party: str, master: Description) -> bool:
    named = any(f" {party} " in f" {their} " or f" {their} " in f" {party} " for their in master.parties)
    return named or " ".join(party.split()[:2]) in master.names


def _reason(child: Description, best: list[_Match]) -> str:
    first = best[0]
    said = f"Calls itself {child.called} to the {' '.join(word.title() for word in first.title)}"
    said += f" of {_day(first.date)}" if first.date else ""
    whose = {0: "the parties were not recognised", 1: "one party is the same"}.get(
        first.parties, "same parties"
    )
    several = f"; {len(best)} documents answer to that" if len(best) > 1 else ""
    return f"{said}; {whose}{several}."


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"


def place_of(each: Description) -> Place:
    """Where a document stands in its family: what hangs on nothing first, then by date and number."""
    return each.hangs, (each.dates[0] if each.dates else UNDATED) if each.hangs else "", each.number

"""Agreements of named clauses, generated in plain English, and what is asked about them; the same from the same seed.

    Clause Marven
    Annual invoices of the carrier shall be sent within ten days.

A clause ends with its only full stop. Knows texts and offsets, not tokens or models.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inference.types import CaseFile, Question, SourceText

from .words import (
    COSTS,
    DONE,
    DUTIES,
    FRAMES,
    KINDS,
    MORE_NAMES,
    NAMES,
    PARTIES,
    PLACES,
    THINGS,
    TIMES,
)

WAYS_OF_ASKING = (
    "What does clause {name} say?",
    "Which words stand under clause {name}?",
    "Quote the whole of clause {name}.",
)


@dataclass(frozen=True)
class Clause:
    """A clause and where its words stand; the heading is not a part of them."""

    name: str
    text: str
    document_id: str
    start: int

    @property
    def end(self) -> int:
        """One past its full stop."""
        return self.start + len(self.text)


@dataclass(frozen=True)
class Agreements:
    """A case file of generated agreements, its clauses in reading order, and names that none of them has."""

    case_file: CaseFile
    clauses: tuple[Clause, ...]
    absent: tuple[str, ...]


def written(
    draw: random.Random, clauses: int, documents: int = 2, changed: Callable[[str], str] = str
) -> Agreements:
    """So many clauses in so many agreements; no two begin with the same two words or have the same name.

    `changed` may put other words into a clause.
    """
    pool = NAMES if clauses <= len(NAMES) * 3 // 4 else NAMES + MORE_NAMES
    names = draw.sample(pool, clauses + min(24, len(pool) - clauses))
    texts = [changed(text) for text in _different(draw, names[:clauses])]
    share = -(-clauses // documents)
    found: list[Clause] = []
    contents: list[SourceText] = []
    for number in range(documents):
        own = f"agreement {number + 1}"
        rows = range(number * share, min(clauses, (number + 1) * share))
        content, begun = _agreement(draw, [(names[row], texts[row]) for row in rows])
        found += [Clause(names[row], texts[row], own, start) for row, start in zip(rows, begun, strict=True)]
        contents.append(SourceText(own, content, "en"))
    return Agreements(CaseFile(tuple(contents)), tuple(found), tuple(names[clauses:]))


def asked_for(name: str, way: int = 0) -> Question:
    """The question for the words of a clause, in one of several ways of asking."""
    return Question(
        f"clause {name}",
        f"Clause {name}",
        WAYS_OF_ASKING[way % len(WAYS_OF_ASKING)].format(name=name),
        "text",
    )


def _agreement(draw: random.Random, clauses: Sequence[tuple[str, str]]) -> tuple[str, list[int]]:
    """The text of one agreement and where each clause's words begin in it."""
    one, other = draw.sample(PARTIES, 2)
    content = f"Agreement between the {one} and the {other}\n\n"
    begun = []
    for name, text in clauses:
        content += f"Clause {name}\n"
        begun.append(len(content))
        content += f"{text}\n\n"
    return content, begun


def _different(draw: random.Random, names: Sequence[str]) -> list[str]:
    """A clause for each name; no two begin alike, as long as there are beginnings."""
    pairs = [(kind, things) for kind in KINDS for things in THINGS]
    some = draw.sample if len(names) <= len(pairs) else draw.choices
    return [sentence(draw, kind, things, draw.choice(names)) for kind, things in some(pairs, k=len(names))]


def sentence(draw: random.Random, kind: str, things: str, name: str) -> str:
    """The words of one clause, which may speak of another by its name."""
    party, other = draw.sample(PARTIES, 2)
    return draw.choice(FRAMES).format(
        Kind=kind.capitalize(),
        things=things,
        name=name,
        party=party,
        other=other,
        duty=draw.choice(DUTIES),
        duty2=draw.choice(DUTIES),
        done=draw.choice(DONE),
        done2=draw.choice(DONE),
        place=draw.choice(PLACES),
        time=draw.choice(TIMES),
        cost=draw.choice(COSTS),
        kind2=draw.choice(KINDS),
        things2=draw.choice(THINGS),
    )

"""Whether what the people wrote and what the reader shows say the same. Knows words and values, no tables."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from review import engine

from .facts import Fact, facts_in
from .said import Said

SAME = 0.5  # share of words in common, as in the official metric
_LEAST_LETTERS = 4  # a shorter word is in every clause
_PLAIN = re.compile(r"\w+")


def quote_says_the_same(quote: str, said: Said) -> bool:
    """Whether a passage of the contract is what the people quoted, or holds the value they wrote down."""
    if any(same_words(quote, words) for words in said.words):
        return True
    return any(facts_in(value) & facts_in(quote) for value in said.values)


def value_says_the_same(value: Any, said: Said) -> bool:
    """Whether a typed value of the reader is one the people wrote down."""
    shown = " ".join(_parts(value))
    if not shown:
        return False
    facts: frozenset[Fact] = facts_in(shown)
    return any(holds(words, shown) or holds(shown, words) or facts & facts_in(words) for words in said.values)


def same_words(one: str, other: str) -> bool:
    """Half of all words in common, or the one within the other, word for word."""
    return engine.word_overlap(one, other) >= SAME or holds(one, other) or holds(other, one)


def holds(words: str, part: str) -> bool:
    """Whether `part` stands within the words, marks and letter case aside."""
    wanted = plain(part)
    return (
        sum(map(len, wanted)) >= _LEAST_LETTERS and f" {' '.join(wanted)} " in f" {' '.join(plain(words))} "
    )


def plain(words: str) -> list[str]:
    return _PLAIN.findall(words.casefold())


def places_of(quotes: Iterable[str], content: str) -> list[tuple[int, int]]:
    """Where quotes stand in a text letter for letter, spaces and line breaks aside: a suggestion, never evidence."""
    places = []
    for quote in quotes:
        words = quote.split()
        if sum(map(len, words)) < _LEAST_LETTERS:
            continue
        match = re.search(r"\s+".join(map(re.escape, words)), content)
        if match:
            places.append(match.span())
    return places


def _parts(value: Any) -> Sequence[str]:
    """A typed value as the words it is made of."""
    if value is None or isinstance(value, bool):
        return ()
    if isinstance(value, dict):
        if {"count", "unit"} <= value.keys():
            return (f"{value['count']} {value['unit']}",)
        return [word for part in value.values() for word in _parts(part)]
    if isinstance(value, list):
        return [word for part in value for word in _parts(part)]
    return (str(value),)

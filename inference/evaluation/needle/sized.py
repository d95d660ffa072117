"""Agreements as long as is asked, in the tokens of a model. Knows counts of tokens, not models."""

import random
from collections.abc import Callable

from inference.types import CaseFile

from .agreements import Agreements, written

Count = Callable[[CaseFile], int]
_LEAST = 3  # clauses
_CLOSE = 0.97  # of what was asked is near enough


def of_tokens(seed: str, tokens: int, count: Count, documents: int = 2) -> Agreements:
    """The most clauses that take no more than so many tokens, nearly; the least there is where not even that fits."""
    clauses = _LEAST
    taken = count(_drawn(seed, clauses, documents).case_file)
    best = _drawn(seed, clauses, documents)
    for _ in range(6):
        if tokens * _CLOSE <= taken <= tokens:
            break
        clauses = max(_LEAST, int(clauses * tokens / taken * (1.0 if taken < tokens else 0.985)))
        drawn = _drawn(seed, clauses, documents)
        taken = count(drawn.case_file)
        if taken <= tokens:
            best = drawn
    return best


def _drawn(seed: str, clauses: int, documents: int) -> Agreements:
    return written(random.Random(seed), clauses, min(documents, clauses))

"""Digests of the beginnings of a case file's tokens: by them two case files tell how far they are the same."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from .keys import ReadingKey
from .made_by import MadeBy


def chunk_ends(tokens: int, chunk: int) -> tuple[int, ...]:
    """Where the chunks end that so many tokens are taken in by."""
    return (*range(chunk, tokens, chunk), tokens)


def digests(key: ReadingKey, token_ids: Sequence[int], ends: Sequence[int]) -> tuple[str, ...]:
    """For each end, in rising order, the keyed digest of all tokens before it; one pass over the tokens."""
    running = hmac.new(key.digests, digestmod="sha256")
    content = memoryview(np.asarray(token_ids, dtype="<u4").tobytes())
    found, begin = [], 0
    for end in ends:
        running.update(content[4 * begin : 4 * end])
        found.append(running.copy().hexdigest())
        begin = end
    return tuple(found)


def in_common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many digests from the first on are the same."""
    pairs = zip(one, other, strict=False)
    return next((count for count, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def name_of(key: ReadingKey, made_by: MadeBy, digest: str) -> str:
    """What a reading of all tokens that were digested so is called; tells nobody without the key anything."""
    made = json.dumps(asdict(made_by), sort_keys=True)
    return hmac.new(key.digests, f"{made} {digest}".encode(), hashlib.sha256).hexdigest()[:32]

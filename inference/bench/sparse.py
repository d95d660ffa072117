"""`python -m inference bench sparse`: what leaving out some of the past saves in reading, and what attention it keeps.

On the trained stand-in over generated agreements, its positions stretched by YaRN to the longest: random weights look
everywhere, so nothing can be left out of what they read.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, get_args

import torch

from inference.engine.load import load
from inference.engine.loaded import LoadedModel
from inference.engine.prefill import prefill
from inference.engine.profile import EngineProfile, Sparse
from inference.engine.reader import EngineReader
from inference.evaluation.needle.command import STANDIN
from inference.evaluation.needle.sized import of_tokens

from .clock import timed

LENGTHS = (1_700, 3_500, 7_000, 14_000, 28_000)
ROOM = 256
PATTERNS = [pattern for pattern in get_args(Sparse) if pattern != "off"]


def bench_sparse(*, lengths: Sequence[int], chunk: int, as_json: bool) -> int:
    """Read a case file of each length whole and by every pattern, and print seconds beside the attention kept."""
    torch.set_num_threads(1)
    wanted = tuple(lengths) or LENGTHS
    loaded = _stretched(max(wanted) + ROOM, chunk)
    figures = {"chunk": chunk, "lengths": [_measured(loaded, length) for length in wanted]}
    print(json.dumps(figures, indent=1) if as_json else _page(figures))
    return 0


def _stretched(window: int, chunk: int) -> LoadedModel:
    """The stand-in, with positions for so many tokens."""
    own = load(EngineProfile(STANDIN, dtype="float32", chunk=chunk, cache="model"))
    if window <= own.window:
        return own
    factor = float(-(-window // own.window))
    return load(replace(own.profile, rope="yarn", rope_factor=factor))


def _measured(loaded: LoadedModel, length: int) -> dict[str, Any]:
    reader = EngineReader(loaded)
    case_file = of_tokens(f"sparse {length}", length, reader.count).case_file
    token_ids = reader.begin(case_file).prompt.token_ids
    row: dict[str, Any] = {"tokens": len(token_ids)}
    for pattern in get_args(Sparse):
        model = replace(loaded, profile=replace(loaded.profile, sparse=pattern))
        prefix, seconds = timed(partial(prefill, model, token_ids))
        row[pattern] = {"prefill_seconds": round(seconds, 3)}
        if kept := prefix.kept_mass:
            row[pattern] |= {
                "times_as_fast": round(row["off"]["prefill_seconds"] / seconds, 2),
                "attention_kept": round(kept.mass, 4),
                "least_kept_by_a_head": round(kept.least, 4),
                "past_read": round(kept.read, 3),
                "heads_that_read_all": round(kept.dense / max(1, kept.heads), 3),
            }
    return row


def _page(figures: dict[str, Any]) -> str:
    lines = [f"chunks of {figures['chunk']:,} tokens"]
    for row in figures["lengths"]:
        lines.append(f"{row['tokens']:,} tokens, all read: {row['off']['prefill_seconds']} s")
        for pattern in PATTERNS:
            own = row[pattern]
            lines.append(
                f"  {pattern:16} {own['prefill_seconds']:>8} s, {own['times_as_fast']} times as fast; attention kept "
                f"{own['attention_kept']}, at the least {own['least_kept_by_a_head']}; past read {own['past_read']}; "
                f"heads that read all {own['heads_that_read_all']}"
            )
    return "\n".join(lines)

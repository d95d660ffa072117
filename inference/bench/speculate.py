"""`python -m inference bench speculate`: answers with quotes, each choice in a turn of its own and along drafts.

Two models: the trained stand-in, which quotes clauses of generated agreements by itself, and a shape with random
weights and a longer case file, which is told to quote so many tokens from a clause on, wherever that ends: its passes
cost what they cost, but how often a real model's quotes are as easy to guess is what the stand-in alone can say.
"""

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from inference.engine.decode import Prefix
from inference.engine.load import load
from inference.engine.loaded import LoadedModel
from inference.engine.profile import Cache, EngineProfile
from inference.evaluation.needle.command import STANDIN

from .clock import device_name, timed
from .counted import Counted
from .dictated import Dictated
from .engine import Shape
from .quoting import Case
from .random_model import save

SIDE_BY_SIDE = (1, 4, 16)  # questions
STANDIN_TOKENS = 1_700  # what its window holds beside questions
ROOM = 512  # tokens of a question and its answer


def bench_speculate(*, prefix: int, quote: int, cache: Cache, as_json: bool) -> int:
    """Measure both models both ways and print turns, seconds and shares; 1 where the answers differ."""
    torch.set_num_threads(torch.get_num_threads() if torch.cuda.is_available() else 1)
    own = load(EngineProfile(STANDIN, dtype="float32", chunk=512, cache=cache))
    standin = Case.read(own, min(prefix, STANDIN_TOKENS))
    rows = [_measured("stand-in", standin, standin.reading.prefix, count) for count in SIDE_BY_SIDE]
    with tempfile.TemporaryDirectory() as folder:
        loaded = replace(_random(Path(folder), prefix, cache), tokenizer=own.tokenizer)
        case = Case.read(loaded, prefix)
        for count in SIDE_BY_SIDE:
            told = Dictated(case.reading.prefix, case.dictation(count, quote))
            rows.append(_measured("random weights, dictated", case, told, count))
    figures = {
        "device": device_name(),
        "cache": cache,
        "rows": rows,
        "pass": all(row["same"] for row in rows),
    }
    print(json.dumps(figures, indent=1) if as_json else _page(figures))
    return 0 if figures["pass"] else 1


def _random(folder: Path, tokens: int, cache: Cache) -> LoadedModel:
    """A shape with random weights."""
    shape = Shape.large() if torch.cuda.is_available() else Shape.small()
    save(shape.config, shape.dtype, folder)
    return load(EngineProfile(folder, dtype=shape.dtype, window=tokens + ROOM, cache=cache))


def _measured(model: str, case: Case, prefix: Prefix, questions: int) -> dict[str, Any]:
    plain, drafted = Counted(prefix), Counted(prefix)
    one_by_one, seconds = timed(lambda: case.answers(plain, questions, drafts=False))
    along, less = timed(lambda: case.answers(drafted, questions, drafts=True))
    tokens = sum(len(each.tokens) for each in along)
    return {
        "model": model,
        "prefix_tokens": case.reading.total,
        "questions": questions,
        "answer_tokens": tokens,
        "chosen_tokens": sum(each.chosen for each in along),
        "quoted_characters": sum(len(quote.text) for each in along for quote in each.result.quotes),
        "turns": plain.turns,
        "turns_drafted": drafted.turns,
        "tokens_a_turn": round(tokens / plain.turns / questions, 2),
        "tokens_a_turn_drafted": round(tokens / drafted.turns / questions, 2),
        "drafted": drafted.drafted,
        "stood": round(drafted.stood / max(1, drafted.drafted), 3),
        "seconds": round(seconds, 3),
        "seconds_drafted": round(less, 3),
        "times_as_fast": round(seconds / less, 2),
        "same": [(e.tokens, e.chosen) for e in one_by_one] == [(e.tokens, e.chosen) for e in along],
    }


def _page(figures: dict[str, Any]) -> str:
    lines = [f"{figures['device']}; case file kept as {figures['cache']}"]
    for row in figures["rows"]:
        lines.append(
            f"{row['model']:24} {row['prefix_tokens']:>6,} tokens, {row['questions']:>2} questions: turns "
            f"{row['turns']:>3} to {row['turns_drafted']:>2}, seconds {row['seconds']:>7} to "
            f"{row['seconds_drafted']:>7} ({row['times_as_fast']} times as fast); of {row['drafted']:>4} drafted "
            f"tokens {row['stood']:.0%} stood; {'the same tokens' if row['same'] else 'OTHER TOKENS'}"
        )
    return "\n".join(lines)

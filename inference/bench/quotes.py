"""`python -m inference bench quotes`: what a quote costs at each step, and that whatever a model says is a quote.

The model is the worst there is: logits drawn at random, as from weights that nobody trained.
"""

import json
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

from inference.engine.plain_tokens import CLOSE, PlainTokens, shown
from inference.engine.quotes import OpenQuote, QuoteSource, allowed, masks
from inference.engine.token_table import TokenTable
from inference.verify import QuoteMismatch, verify_evidence

from .quote_sources import case_file, cut_letters, whole_letters

SIZES = ((10_000, 1), (100_000, 5), (1_000_000, 50))  # characters, documents
ROWS = 16
PATIENCE = (
    0.0,
    2.0,
    4.0,
    8.0,
)  # by how much rows dislike the end mark: without it chance ends quotes at once

T = TypeVar("T")
Kind = Callable[[int], Tokenizer]


@dataclass
class Costs:
    """Milliseconds of one kind of call."""

    taken: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Their middle, mean, highest hundredth and highest."""
        sorted_ = np.sort(np.asarray(self.taken or [0.0]))
        return {
            "median_ms": round(float(np.median(sorted_)), 4),
            "mean_ms": round(float(sorted_.mean()), 4),
            "p99_ms": round(float(np.quantile(sorted_, 0.99)), 3),
            "max_ms": round(float(sorted_[-1]), 2),
        }


@dataclass
class Run:
    """What came of decoding at random: costs, and every quote that is not what it should be."""

    steps: int = 0
    quotes: int = 0
    longest: int = 0
    wrong: int = 0
    step: Costs = field(default_factory=Costs)  # the three that follow, together
    mask: Costs = field(default_factory=Costs)
    consume: Costs = field(default_factory=Costs)
    forced: Costs = field(default_factory=Costs)
    begin: Costs = field(default_factory=Costs)


def bench_quotes(*, steps: int, tokens: int, as_json: bool) -> int:
    """Build each source once, decode at random over it, print costs and counts; 1 when a quote was wrong."""
    kinds: tuple[tuple[str, Kind], ...] = (("whole letters", whole_letters), ("cut letters", cut_letters))
    rows: list[dict[str, Any]] = []
    for name, kind in kinds:
        table = _table(kind(tokens))
        for characters, documents in SIZES:
            share = steps // (len(kinds) * len(SIZES))
            rows.append(
                {"vocabulary": name, "tokens": table.size, **_measured(table, characters, documents, share)}
            )
    figures = {
        "steps": sum(row["steps"] for row in rows),
        "quotes": sum(row["quotes"] for row in rows),
        "wrong": sum(row["wrong"] for row in rows),
        "sources": rows,
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    print(json.dumps(figures, indent=1) if as_json else _table_of(figures, rows))
    return 1 if figures["wrong"] else 0


def decode_at_random(source: QuoteSource, steps: int, seed: int = 1) -> Run:
    """Steps of rows side by side, each over its own random logits; every quote is checked as it is closed."""
    run, noise = Run(), np.random.default_rng(seed)
    logits = noise.standard_normal(source.table.size * 8).astype(np.float32)
    ends = _ending(source)
    rows = [_begin(source, run) for _ in range(ROWS)]
    while run.steps < steps:
        bits = _timed(run.mask, lambda: masks(rows), ROWS)
        may = allowed(bits, source.table.size)
        for row, quote in enumerate(rows):
            at = int(noise.integers(len(logits) - source.table.size))
            said = logits[at : at + source.table.size] - ends * PATIENCE[row % len(PATIENCE)]
            token = int(np.where(may[row], said, -np.inf).argmax())
            if not may[row, token]:
                raise AssertionError("No token may come next.")
            _take(quote, token, run)
            if quote.closed:
                _check(source, quote, run)
                rows[row] = _begin(source, run)
    return run


def _take(quote: OpenQuote, token: int, run: Run) -> None:
    """One step: the token, and after it whatever has no choice."""
    _timed(run.consume, lambda: quote.consume(token))
    run.steps += 1
    forced = _timed(run.forced, quote.forced)
    run.step.taken.append(run.mask.taken[-1] + run.consume.taken[-1] + run.forced.taken[-1])
    for due in forced:
        quote.consume(due)


def _begin(source: QuoteSource, run: Run) -> OpenQuote:
    return _timed(run.begin, source.begin)


def _check(source: QuoteSource, quote: OpenQuote, run: Run) -> None:
    """Count a quote, and whether it is an exact, contiguous range of one document's original."""
    run.quotes += 1
    run.longest = max(run.longest, len(quote.text))
    contents = {document.id: document.content for document in source.case_file.documents}
    place = next(source.places(quote.text), None)
    if place is None or len(quote.text) > source.longest:
        run.wrong += 1
        return
    evidence = source.evidence(place, 1.0)
    try:
        verify_evidence(evidence, contents)
    except QuoteMismatch:
        run.wrong += 1
    else:
        run.wrong += shown(evidence.quote) != quote.text


def _measured(table: TokenTable, characters: int, documents: int, steps: int) -> dict[str, Any]:
    begun = time.process_time()
    source = QuoteSource(case_file(characters, documents), table)
    build = time.process_time() - begun
    run = decode_at_random(source, steps)
    return {
        "characters": characters,
        "documents": documents,
        "build_seconds": round(build, 2),
        "steps": run.steps,
        "quotes": run.quotes,
        "longest_quote": run.longest,
        "wrong": run.wrong,
        "step": run.step.figures(),
        "mask": run.mask.figures(),
        "consume": run.consume.figures(),
        "forced": run.forced.figures(),
        "begin": run.begin.figures(),
    }


def _timed(costs: Costs, call: Callable[[], T], rows: int = 1) -> T:
    begun = time.thread_time()  # this thread's own work: other processes are not what is measured
    result = call()
    costs.taken.append((time.thread_time() - begun) * 1_000 / rows)
    return result


def _ending(source: QuoteSource) -> npt.NDArray[np.float32]:
    """1 for every token that ends a quote or may begin to, 0 for the rest: [tokens]."""
    table, close = source.table, CLOSE.encode()
    begun = (close, close[:2], close[:1])
    ends = [table.bytes_of((token,)).endswith(begun) for token in range(table.size)]
    return np.asarray(ends, np.float32)


def _table(tokenizer: Tokenizer) -> TokenTable:
    wrapped: Any = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer
    )
    return TokenTable(PlainTokens(wrapped), len(wrapped))


def _table_of(figures: dict[str, Any], rows: list[dict[str, Any]]) -> str:
    lines = [f"{figures['steps']:,} steps, {figures['quotes']:,} quotes, {figures['wrong']} wrong"]
    for row in rows:
        lines.append(
            f"{row['vocabulary']:14} {row['characters']:>10,} characters  built in {row['build_seconds']} s  "
            f"a step {row['step']['mean_ms']} ms  {row['quotes']:,} quotes, {row['wrong']} wrong"
        )
    return "\n".join(lines)

"""`python -m inference bench read`: how many tokens one core reads in a second, and how that grows with length."""

import json
import resource
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from inference.compact.reader import CompactReader
from inference.compact.weights import SHIPPED
from inference.types import CaseFile, SourceText

from .peer import seconds_of_41_passes

EVERY = 8  # contracts, so that it is done in minutes; the longest of these is the one lengthened
LENGTHENED = (1, 4, 16)  # the longest contract so many times over: seconds a token must stay level


def bench_read(data: Path, *, as_json: bool, weights: Path | None = None) -> int:
    """Read every eighth contract of a folder once, candidates included, and print what it took."""
    files = sorted((data / "txt").glob("*.txt"))[::EVERY]
    if not files:
        print(f"{data}: there are no texts in this folder.", file=sys.stderr)
        return 2
    begun = time.perf_counter()
    torch.set_num_threads(1)
    reader = CompactReader.open(weights)
    opening = time.perf_counter() - begun
    texts = [file.read_bytes().decode("utf-8") for file in files]
    _ = reader.read(CaseFile((SourceText("warm", texts[0]),))).texts
    read = [_measure(reader, text) for text in texts]
    middle = sorted(zip((seconds for _, seconds, _ in read), texts, strict=True))[len(texts) // 2]
    pieces = _pieces(reader, middle[1])
    figures = {
        "contracts": len(texts),
        "characters": sum(map(len, texts)),
        "tokens": sum(tokens for tokens, _, _ in read),
        "seconds": round(sum(seconds for _, seconds, _ in read), 3),
        "tokens_per_second": round(sum(t for t, _, _ in read) / sum(s for _, s, _ in read)),
        "median_contract_seconds": round(statistics.median(s for _, s, _ in read), 4),
        "median_contract_word_pieces": pieces,
        "usual_way_median_contract_seconds": round(seconds_of_41_passes(pieces), 1),
        "candidates_per_contract": round(sum(c for _, _, c in read) / len(read), 1),
        "opening_seconds": round(opening, 3),
        "weights_bytes": (weights or SHIPPED).stat().st_size,
        "growth": _growth(reader, max(texts, key=len)),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    print(json.dumps(figures, indent=1) if as_json else "\n".join(f"{k:24} {v}" for k, v in figures.items()))
    return 0


def _pieces(reader: CompactReader, text: str) -> int:
    """How long a text is to an encoder; words and marks where no encoder reads."""
    (read,) = reader.read(CaseFile((SourceText("text", text),))).texts
    assert read is not None
    return len(read.encoded.pieces) if read.encoded else read.tokens


def _measure(reader: CompactReader, text: str) -> tuple[int, float, int]:
    """Tokens, processor seconds and candidates of one text."""
    begun = time.process_time()
    reading = reader.read(CaseFile((SourceText("text", text),)))
    found = sum(1 for own in reading.read if own for _ in reader.all_candidates(own))
    return reading.usage.tokens, time.process_time() - begun, found


def _growth(reader: CompactReader, longest: str) -> Sequence[dict[str, float]]:
    rows = []
    for times in LENGTHENED:
        tokens, seconds, _ = _measure(reader, (longest + "\n\n") * times)
        rows.append(
            {"tokens": tokens, "seconds": round(seconds, 2), "tokens_per_second": round(tokens / seconds)}
        )
    return rows

"""`python -m inference eval`: the cross-validated figures of the compact reader."""

import json
import sys
import time
from pathlib import Path

from inference.compact.bars import set_bars

from .cross_validate import cross_validate, prepared_looks
from .report import lines, report


def evaluate(data: Path, folds: int, *, as_json: bool) -> int:
    """Cross-validate by contract and print the official metric; 2 when there is nothing to read."""
    if folds < 3:
        print("Cross-validation of all steps needs at least three folds.", file=sys.stderr)
        return 2
    if not (data / "contracts.jsonl").is_file():
        print(f"{data}: there is no contracts.jsonl in this folder.", file=sys.stderr)
        return 2
    begun = time.monotonic()
    looks = prepared_looks(data, folds, lambda words: _say(begun, words))
    validated = cross_validate(looks, folds)
    quiet = {name: set_bars(judged).quiet for name, judged in validated.judged.items()}
    figures = report(validated, quiet)
    print(json.dumps(figures.as_json(), indent=1) if as_json else "\n".join(lines(figures)))
    return 0


def _say(begun: float, words: str) -> None:
    print(f"[{time.monotonic() - begun:6.0f} s] {words}", file=sys.stderr, flush=True)

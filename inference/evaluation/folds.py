"""`python -m inference eval --folds`: the compact reader cross-validated, beside the linear reader alone."""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from inference.compact.bars import set_all_bars
from inference.compact.fit_encoder import STAGES
from inference.compact.kept_encoders import KeptEncoders

from .bootstrap import Comparison, Draws, compare
from .cross_validate import CrossValidated, cross_validate, prepared_looks, type_names
from .report import Report, lines, report


def evaluate_folds(
    data: Path, folds: int, read: Sequence[int], work: Path, *, linear_only: bool, as_json: bool
) -> int:
    """Cross-validate by contract and print every figure; 2 when there is nothing to read."""
    if folds < 3:
        print("Cross-validation of all steps needs at least three folds.", file=sys.stderr)
        return 2
    if not (data / "contracts.jsonl").is_file():
        print(f"{data}: there is no contracts.jsonl in this folder.", file=sys.stderr)
        return 2
    begun = time.monotonic()

    def say(words: str) -> None:
        print(f"[{time.monotonic() - begun:6.0f} s] {words}", file=sys.stderr, flush=True)

    looks = prepared_looks(data, folds, say, work)
    kept = None if linear_only else KeptEncoders(work, looks.examples, looks.folds, type_names(), STAGES, say)
    linear, whole = cross_validate(looks, read or range(folds), kept)
    made = {"linear reader alone": _figures(linear)}
    compared: dict[str, Comparison] = {}
    if whole is not None:
        made["linear reader and encoder"] = _figures(whole)
        say("drawing contracts again")
        compared = compare(Draws(whole.contracts), whole.counts, linear.counts, type_names())
    if as_json:
        plain = {words: each.as_json() for words, each in made.items()}
        print(json.dumps({**plain, "compared": {k: asdict(v) for k, v in compared.items()}}, indent=1))
        return 0
    for words, each in made.items():
        print("\n".join((f"{words}, {len(linear.contracts)} contracts out of fold", *lines(each), "")))
    print("\n".join(_compared(compared)))
    return 0


def _figures(validated: CrossValidated) -> Report:
    bars = set_all_bars(validated.judged)
    return report(validated, {name: own.quiet for name, own in bars.items()})


def _compared(compared: dict[str, Comparison]) -> list[str]:
    if not compared:
        return []
    rows = [f"{'95 % intervals':36} {'AUPR':>15}   above the linear reader by"]
    for name, one in compared.items():
        mark = "  significantly below" if one.is_below else ""
        rows.append(
            f"{name:36} {one.aupr.low:7.3f} {one.aupr.high:7.3f}   {one.above.low:+.3f} {one.above.high:+.3f}{mark}"
        )
    below = sum(one.is_below for name, one in compared.items() if not name.startswith("all"))
    rows.append(f"types significantly below the linear reader: {below}")
    return rows

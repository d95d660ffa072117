"""`python -m inference eval`: the cross-validated figures of the compact reader, or those of its typed answers."""

import json
import sys
import time
from pathlib import Path

from inference.config import Profile
from inference.reader import open_reader

from .cuad import load_contracts
from .typed import TypedReport, disagreements, from_gold, from_reader, of_parity
from .typed import lines as lines_of_values


def evaluate(data: Path, folds: int, *, as_json: bool) -> int:
    """Cross-validate by contract and print the official metric; 2 when there is nothing to read."""
    if folds < 3:
        print("Cross-validation of all steps needs at least three folds.", file=sys.stderr)
        return 2
    if not _has_contracts(data):
        return 2
    from inference.compact.bars import set_bars  # needs SciPy, which typed answers do not

    from .cross_validate import cross_validate, prepared_looks
    from .report import lines, report

    begun = time.monotonic()
    looks = prepared_looks(data, folds, lambda words: _say(begun, words))
    validated = cross_validate(looks, folds)
    quiet = {name: set_bars(judged).quiet for name, judged in validated.judged.items()}
    figures = report(validated, quiet)
    print(json.dumps(figures.as_json(), indent=1) if as_json else "\n".join(lines(figures)))
    return 0


def evaluate_values(data: Path, *, as_json: bool, verbose: int) -> int:
    """Measure typed answers from the gold evidence and from the reader's own; 2 when there is nothing to read."""
    if not _has_contracts(data):
        return 2
    contracts = load_contracts(data)
    reader = open_reader(Profile(kind="compact"))
    halves = {"even numbers, on which the code was written": True, "odd numbers, kept for this figure": False}
    reports: dict[str, TypedReport] = {}
    for words, even in halves.items():
        own = of_parity(contracts, even)
        reports[f"gold evidence, contracts with {words}"] = from_gold(own)
        reports[f"the reader's own evidence where it is right, {words}"] = from_reader(own, reader)
    if as_json:
        print(json.dumps({words: each.as_json() for words, each in reports.items()}, indent=1))
        return 0
    texts = {contract.id: contract.text for contract in contracts} if verbose > 1 else None
    for words, each in reports.items():
        print("\n".join((words.capitalize(), *lines_of_values(each), "")))
        if verbose:
            print("\n".join((*disagreements(each, texts), "")))
    return 0


def _has_contracts(data: Path) -> bool:
    if (data / "contracts.jsonl").is_file():
        return True
    print(f"{data}: there is no contracts.jsonl in this folder.", file=sys.stderr)
    return False


def _say(begun: float, words: str) -> None:
    print(f"[{time.monotonic() - begun:6.0f} s] {words}", file=sys.stderr, flush=True)

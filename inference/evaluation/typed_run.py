"""`python -m inference eval --values`: how often typed answers are right."""

import json
import sys
from pathlib import Path

from inference.config import Profile
from inference.reader import open_reader

from .cuad import load_contracts
from .typed import TypedReport, disagreements, from_gold, from_reader, of_parity
from .typed import lines as lines_of_values


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

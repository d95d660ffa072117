"""`python -m inference bench read`."""

import argparse
from pathlib import Path

HELP = "tokens read in a second by one core"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The contracts."""
    parser.add_argument("--data", type=Path, required=True, help="folder with contracts.jsonl")
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    """2 when there are no texts."""
    from inference.bench.read import bench_read

    return bench_read(options.data, as_json=options.json, weights=options.weights)

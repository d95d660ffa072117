"""`python -m inference bench questions`."""

import argparse
from pathlib import Path

HELP = "what one more question of a firm's own costs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The texts."""
    parser.add_argument("--data", type=Path, required=True, help="folder with txt/")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(options: argparse.Namespace) -> int:
    """2 when there are no texts."""
    from inference.bench.questions import bench_questions

    return bench_questions(options.data, as_json=options.json)

"""`python -m inference bench quotes`."""

import argparse

HELP = "what exact quotes cost at each step, and that they are exact"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How much is drawn."""
    parser.add_argument("--steps", type=int, default=6_000, help="decode steps at random, in all")
    parser.add_argument("--tokens", type=int, default=32_000, help="size of the vocabularies")
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    """1 when a quote was wrong."""
    from inference.bench.quotes import bench_quotes

    return bench_quotes(steps=options.steps, tokens=options.tokens, as_json=options.json)

"""`python -m inference bench growth`."""

import argparse
from pathlib import Path

from .numbers import numbers

HELP = "reading and answering as a case file grows, beside formulas"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How long the case files are, and how many questions."""
    parser.add_argument(
        "--lengths", type=numbers, default="2048,4096,8192,16384,32768,65536", metavar="TOKENS,..."
    )
    parser.add_argument("--questions", type=numbers, default="1,4,16,64", help="side by side in a step")
    parser.add_argument("--chunk", type=int, default=2048, help="tokens taken in at a time")
    parser.add_argument("--cache", choices=("int8", "int4", "model"), default="int8")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw it (needs matplotlib)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(options: argparse.Namespace) -> int:
    """2 when it could not be plotted, 130 when it was stopped."""
    from inference.bench.growth import bench_growth

    return bench_growth(
        lengths=options.lengths,
        questions=options.questions,
        cache=options.cache,
        chunk=options.chunk,
        plot=options.plot,
        as_json=options.json,
    )

"""`python -m inference bench engine`."""

import argparse
from pathlib import Path

HELP = "load, prefill and forks of the long-context reader, random weights"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The shape, and what it reads."""
    parser.add_argument("--small", action="store_true", help="a small shape; always so without a GPU")
    parser.add_argument("--quantization", choices=("none", "int8", "nf4"), default="none")
    parser.add_argument("--cache", choices=("int8", "int4", "model"), default="int8")
    parser.add_argument("--lengths", type=int, nargs="+", default=[], metavar="TOKENS")
    parser.add_argument("--chunk", type=int, default=2048, help="tokens taken in at a time")
    parser.add_argument(
        "--work", type=Path, help="where the weights are written meanwhile (15 GB for the large)"
    )
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    from inference.bench.engine import bench_engine

    return bench_engine(
        small=options.small,
        quantization=options.quantization,
        cache=options.cache,
        lengths=options.lengths,
        chunk=options.chunk,
        work=options.work,
        as_json=options.json,
    )

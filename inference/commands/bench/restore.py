"""`python -m inference bench restore`."""

import argparse
from pathlib import Path

from .numbers import number

HELP = "a saved reading restored, against reading it again; random weights"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The case file, and where it is saved."""
    parser.add_argument("--tokens", type=number, default=8192)
    parser.add_argument("--chunk", type=number, default=2048, help="tokens taken in at a time")
    parser.add_argument("--cache", choices=("int8", "int4", "model"), default="int8")
    parser.add_argument("--work", type=Path, help="where it is saved meanwhile")
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    """1 when the restored answers differ or it took too long."""
    from inference.bench.restore import bench_restore

    return bench_restore(
        tokens=options.tokens,
        chunk=options.chunk,
        cache=options.cache,
        work=options.work,
        as_json=options.json,
    )

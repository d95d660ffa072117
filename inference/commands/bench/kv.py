"""`python -m inference bench kv`."""

import argparse

from .numbers import number

HELP = "bytes, error and speed of keys and values kept in 8 and 4 bits"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How long the case file is."""
    parser.add_argument("--tokens", type=number, default=4096, help="of the case file")
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    """1 when a cache is not as small as it is to be."""
    from inference.bench.kv import bench_kv

    return bench_kv(tokens=options.tokens, as_json=options.json)

"""`python -m inference bench sparse`."""

import argparse

HELP = "leaving out some of the past in reading, and what that keeps"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How long the case files are."""
    parser.add_argument("--lengths", type=int, nargs="+", default=[], metavar="TOKENS")
    parser.add_argument("--chunk", type=int, default=512, help="tokens taken in at a time")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    from inference.bench.sparse import bench_sparse

    return bench_sparse(lengths=options.lengths, chunk=options.chunk, as_json=options.json)

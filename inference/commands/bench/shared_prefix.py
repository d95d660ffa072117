"""`python -m inference bench shared-prefix`."""

import argparse

from .numbers import number

HELP = "one case file and many questions, beside a library"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The case file, and how many questions."""
    parser.add_argument("--prefix", type=number, default=16_384, metavar="TOKENS", help="of the case file")
    parser.add_argument("--questions", type=number, default=64, help="asked side by side")
    parser.add_argument("--chunk", type=number, default=2048, help="tokens taken in at a time")
    parser.add_argument(
        "--cache", choices=("int8", "int4", "model"), default="int8", help="how the case file is kept"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    from inference.bench.shared_prefix import bench_shared_prefix

    return bench_shared_prefix(
        tokens=options.prefix,
        questions=options.questions,
        chunk=options.chunk,
        cache=options.cache,
        as_json=options.json,
    )

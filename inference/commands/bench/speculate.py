"""`python -m inference bench speculate`."""

import argparse

HELP = "answers with quotes, choice by choice and along drafts"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The case file, and how long a quote is."""
    parser.add_argument("--prefix", type=int, default=8192, metavar="TOKENS", help="of the case file")
    parser.add_argument("--quote", type=int, default=60, metavar="TOKENS", help="of a dictated quote")
    parser.add_argument("--cache", choices=("int8", "int4", "model"), default="int8")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(options: argparse.Namespace) -> int:
    """1 where the answers differ."""
    from inference.bench.speculate import bench_speculate

    return bench_speculate(
        prefix=options.prefix, quote=options.quote, cache=options.cache, as_json=options.json
    )

"""The command line: `python -m inference read | eval | bench read`."""

import argparse
import sys
from pathlib import Path

from .config import READER_KINDS


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when all of it went well."""
    options = _parser().parse_args(arguments)
    if options.command == "read":
        from .read_files import read_files

        return read_files(options.files, options.out, options.weights)
    if options.command == "eval" and options.gold:
        from .evaluation.own_gold import evaluate_gold

        return evaluate_gold(options.gold, options.weights, as_json=options.json)
    if options.command == "eval" and options.values:
        from .evaluation.typed_run import evaluate_values

        return evaluate_values(options.data, as_json=options.json, verbose=options.verbose)
    if options.command == "eval":
        from .evaluation.folds import evaluate_folds

        return evaluate_folds(
            options.data,
            options.folds,
            options.only_fold,
            options.work,
            linear_only=options.linear,
            as_json=options.json,
        )
    from .bench.read import bench_read

    return bench_read(options.data, as_json=options.json, weights=options.weights)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m inference", description="Read contracts and find clauses."
    )
    commands = parser.add_subparsers(dest="command", required=True)

    read = commands.add_parser("read", help="print one JSON line for each candidate clause in text files")
    read.add_argument("--reader", choices=READER_KINDS, default="compact")
    read.add_argument("--out", type=Path, help="write the lines to this file instead")
    read.add_argument("--weights", type=Path, help="weights file to use instead of the shipped one")
    read.add_argument("files", type=Path, nargs="+", metavar="FILE", help="UTF-8 text")

    evaluate = commands.add_parser("eval", help="measure on annotated contracts")
    measured_on = evaluate.add_mutually_exclusive_group(required=True)
    measured_on.add_argument(
        "--data", type=Path, help="folder with contracts.jsonl: cross-validate on it (needs SciPy)"
    )
    measured_on.add_argument(
        "--gold", type=Path, help="folder of the same shape: measure the shipped reader on it"
    )
    evaluate.add_argument("--folds", type=int, nargs="?", const=5, default=5)
    evaluate.add_argument(
        "--only-fold", type=int, action="append", default=[], help="read this fold alone; may be repeated"
    )
    evaluate.add_argument(
        "--work", type=Path, default=Path(".cache/compact"), help="encoders and scores are kept here"
    )
    evaluate.add_argument("--linear", action="store_true", help="the linear reader alone, without an encoder")
    evaluate.add_argument("--weights", type=Path, help="with --gold: weights to use instead of the shipped")
    evaluate.add_argument("--json", action="store_true")
    evaluate.add_argument(
        "--values", action="store_true", help="measure typed answers instead (needs NumPy only)"
    )
    evaluate.add_argument(
        "--verbose",
        action="count",
        default=0,
        help="with --values, also list where they differ, by offsets; twice: with the words",
    )

    bench = commands.add_parser("bench", help="measure speed").add_subparsers(dest="what", required=True)
    bench_read = bench.add_parser("read", help="tokens read in a second by one core")
    bench_read.add_argument("--data", type=Path, required=True, help="folder with contracts.jsonl")
    bench_read.add_argument("--weights", type=Path)
    bench_read.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())

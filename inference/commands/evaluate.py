"""`python -m inference eval`."""

import argparse
from pathlib import Path

HELP = "measure on annotated contracts"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The contracts, and what is measured on them."""
    measured_on = parser.add_mutually_exclusive_group(required=True)
    measured_on.add_argument(
        "--data", type=Path, help="folder with contracts.jsonl: cross-validate on it (needs SciPy)"
    )
    measured_on.add_argument(
        "--gold", type=Path, help="folder of the same shape: measure the shipped reader on it"
    )
    parser.add_argument("--folds", type=int, nargs="?", const=5, default=5)
    parser.add_argument(
        "--only-fold", type=int, action="append", default=[], help="read this fold alone; may be repeated"
    )
    parser.add_argument(
        "--work", type=Path, default=Path(".cache/compact"), help="encoders and scores are kept here"
    )
    parser.add_argument("--linear", action="store_true", help="the linear reader alone, without an encoder")
    parser.add_argument("--weights", type=Path, help="with --gold: weights to use instead of the shipped")
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--values", action="store_true", help="measure typed answers instead (needs NumPy only)"
    )
    parser.add_argument(
        "--verbose",
        action="count",
        default=0,
        help="with --values, also list where they differ, by offsets; twice: with the words",
    )


def run(options: argparse.Namespace) -> int:
    """What the measurement says went wrong, else 0."""
    if options.gold:
        from inference.evaluation.own_gold import evaluate_gold

        return evaluate_gold(options.gold, options.weights, as_json=options.json)
    if options.values:
        from inference.evaluation.typed_run import evaluate_values

        return evaluate_values(options.data, as_json=options.json, verbose=options.verbose)
    from inference.evaluation.folds import evaluate_folds

    return evaluate_folds(
        options.data,
        options.folds,
        options.only_fold,
        options.work,
        linear_only=options.linear,
        as_json=options.json,
    )

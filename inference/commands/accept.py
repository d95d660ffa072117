"""`python -m inference accept`."""

import argparse
from pathlib import Path

HELP = "check weights that a firm brings: one page, pass or fail"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The model, and how much is tried."""
    parser.add_argument(
        "--profile", type=Path, required=True, metavar="FILE.toml", help="the model and how it runs"
    )
    parser.add_argument("--json", action="store_true", help="the same page as JSON")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write it to this file instead")
    parser.add_argument(
        "--lengths", type=int, nargs="+", default=[], metavar="TOKENS", help="else parts of the window"
    )
    parser.add_argument("--needles", type=int, default=10, help="at each depth of each length")
    parser.add_argument(
        "--seconds", type=float, default=1_800, help="begin no further case file of needles after so long"
    )


def run(options: argparse.Namespace) -> int:
    """1 when a check fails or was not made, 2 when the profile cannot be used at all."""
    from inference.evaluation.accept.accept import Limits
    from inference.evaluation.accept.command import accept

    limits = Limits(options.needles, options.seconds, tuple(options.lengths))
    return accept(options.profile, limits, as_json=options.json, out=options.out)

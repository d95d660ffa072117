"""`python -m inference read`."""

import argparse
from pathlib import Path

from inference.config import READER_KINDS

HELP = "print one JSON line for each candidate clause in text files"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Files, and where the lines go."""
    parser.add_argument("--reader", choices=READER_KINDS, default="compact")
    parser.add_argument("--out", type=Path, help="write the lines to this file instead")
    parser.add_argument("--weights", type=Path, help="weights file to use instead of the shipped one")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="UTF-8 text")


def run(options: argparse.Namespace) -> int:
    """1 when a file could not be read, 2 when nothing could be started."""
    from inference.read_files import read_files

    return read_files(options.files, options.out, options.weights)

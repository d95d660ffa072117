"""`python -m inference readings`."""

import argparse
from pathlib import Path

HELP = "what is saved in a folder of readings; needs no key"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The folder, and what of it is to be deleted."""
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--delete", nargs="+", default=[], metavar="NAME", help="delete these, or `all`")
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    """2 when the folder or one of the readings is not there."""
    from inference.list_readings import list_readings

    return list_readings(options.folder, options.delete, as_json=options.json)

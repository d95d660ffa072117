"""What a file of a command offers, and how a parser learns of such files."""

import argparse
from collections.abc import Mapping
from typing import Protocol


class Command(Protocol):
    """A module of this package."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what may be written after the command's name."""

    def run(self, options: argparse.Namespace) -> int:
        """Do it; 0 when all of it went well."""


def add_commands(parser: argparse.ArgumentParser, dest: str, commands: Mapping[str, Command]) -> None:
    """Offer these commands by their names; the one that was chosen is kept under `dest`."""
    offered = parser.add_subparsers(dest=dest, required=True)
    for name, command in commands.items():
        command.add_arguments(offered.add_parser(name, help=command.HELP))

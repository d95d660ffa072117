"""The command line: `python -m inference read | ask | readings | accept | eval | bench ...`."""

import argparse
import sys

from .commands import accept, ask, bench, evaluate, read, readings
from .commands.command import Command, add_commands

COMMANDS: dict[str, Command] = {
    "read": read,
    "ask": ask,
    "readings": readings,
    "accept": accept,
    "eval": evaluate,
    "bench": bench,
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when all of it went well."""
    parser = argparse.ArgumentParser(
        prog="python -m inference", description="Read contracts and find clauses."
    )
    add_commands(parser, "command", COMMANDS)
    options = parser.parse_args(arguments)
    return COMMANDS[options.command].run(options)


if __name__ == "__main__":
    sys.exit(main())

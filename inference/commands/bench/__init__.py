"""`python -m inference bench`: what is measured, each in a file of its name."""

import argparse

from inference.commands.command import Command, add_commands

from . import engine, gpu, growth, kv, questions, quotes, read, restore, shared_prefix, sparse, speculate

HELP = "measure speed"
MEASURED: dict[str, Command] = {
    "questions": questions,
    "read": read,
    "quotes": quotes,
    "engine": engine,
    "shared-prefix": shared_prefix,
    "sparse": sparse,
    "kv": kv,
    "restore": restore,
    "speculate": speculate,
    "growth": growth,
    "gpu": gpu,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to measure."""
    add_commands(parser, "what", MEASURED)


def run(options: argparse.Namespace) -> int:
    """Measure what was chosen."""
    return MEASURED[options.what].run(options)

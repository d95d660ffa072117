"""`python -m inference ask`."""

import argparse
from dataclasses import fields
from pathlib import Path

HELP = "read text files as one case file and answer questions about it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The model, the case file, the questions, and what is kept of it."""
    parser.add_argument(
        "--profile", type=Path, required=True, metavar="FILE.toml", help="the model and how it runs"
    )
    parser.add_argument(
        "--case", type=Path, nargs="+", required=True, metavar="FILE", help="UTF-8 texts, in reading order"
    )
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument(
        "--questions", type=Path, metavar="FILE.json", help="id, name, definition, answer_type"
    )
    asked.add_argument("--replay", type=Path, metavar="FILE", help="ask a recorded batch again and compare")
    parser.add_argument("--out", type=Path, metavar="FILE.jsonl", help="write the lines to this file instead")
    parser.add_argument(
        "--record", type=Path, metavar="FILE", help="keep the batch for a replay (as secret as the texts)"
    )
    parser.add_argument("--seconds", type=float, help="stop asking after so long; finished answers are kept")
    parser.add_argument(
        "--second-reading",
        action=argparse.BooleanOptionalAction,
        help="ask the model whether its quotes support the answer (else: if it passes a trial of ours)",
    )
    _add_memory(parser)
    server = parser.add_argument_group("a model on a server", 'for a profile with kind = "remote"')
    server.add_argument(
        "--allow",
        nargs="+",
        default=[],
        metavar="HOST",
        help="the hosts and networks that may be talked to (else: private addresses alone)",
    )
    _add_readings(parser)
    server.add_argument(
        "--ca-file", type=Path, metavar="FILE", help="an authority to trust besides the system's"
    )


def _add_memory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--memory",
        type=Path,
        metavar="FOLDER",
        help="keep what is remembered of a case file longer than the model's window, sealed with --key-file",
    )
    parser.add_argument(
        "--memory-key-file",
        type=Path,
        metavar="FILE",
        help="the key of memories where --key-file is a server's or another one",
    )


def _add_readings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--readings",
        type=Path,
        metavar="FOLDER",
        help="save the reading there, sealed with --key-file, and restore it the next time",
    )
    parser.add_argument(
        "--key-file",
        type=Path,
        metavar="FILE",
        help="the key of saved readings (32 random bytes or 64 hexadecimal digits), or that a server wants",
    )


def run(options: argparse.Namespace) -> int:
    """1 when questions were left unanswered or a replay differs, 2 when nothing could be started."""
    from inference.ask_files import AskOptions, ask_files

    told = vars(options)
    return ask_files(AskOptions(**{field.name: told[field.name] for field in fields(AskOptions)}))

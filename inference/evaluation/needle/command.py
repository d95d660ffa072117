"""What the command line does: trains the stand-in, measures needles with any profile, or writes agreements to try."""

import argparse
import sys
from pathlib import Path
from typing import get_args

from inference.engine.profile import Cache, Sparse

from .progress import now_and_then

STANDIN = Path(__file__).parents[1] / "standin"


def main(arguments: list[str] | None = None) -> int:
    """0 when it went well, 2 when a profile could not be opened or a file not be written."""
    options = _parser().parse_args(arguments)
    if options.what == "train":
        return _train(options)
    if options.what == "sample":
        return _sample(options.out)
    from .report import run

    return run(options)


def _sample(out: Path) -> int:
    from .sample import sample, told

    try:
        print(told(out, sample(out)))
    except OSError as error:
        print(f"{error.filename}: the system refused it ({error.strerror}).", file=sys.stderr)
        return 2
    return 0


def _train(options: argparse.Namespace) -> int:
    import torch

    from .fit import Training
    from .save import save

    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    training = Training(seed=options.seed)
    training.go_on(options.work / f"needle-{options.seed}.pt", now_and_then(10))
    save(training.model, training.tokenizer, options.out)
    print(f"{options.out}: {sum(file.stat().st_size for file in options.out.iterdir()):,} bytes")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m inference.evaluation.needle", description=main.__doc__)
    commands = parser.add_subparsers(dest="what", required=True)
    train = commands.add_parser("train", help="train the small model that stands in for weights")
    train.add_argument("--out", type=Path, default=STANDIN, help="the folder it is written to")
    train.add_argument("--work", type=Path, default=Path(".cache/needle"), help="its state is kept here")
    train.add_argument("--seed", type=int, default=1)
    train.add_argument("--threads", type=int, default=1)
    run = commands.add_parser("run", help="needles by depth and length, through the engine")
    run.add_argument("--profile", type=Path, required=True, metavar="FILE.toml")
    run.add_argument(
        "--lengths", type=int, nargs="+", default=[], metavar="TOKENS", help="else parts of the window"
    )
    run.add_argument(
        "--cache", choices=get_args(Cache), help="keep what is read so, whatever the profile says"
    )
    run.add_argument(
        "--sparse", choices=get_args(Sparse), help="read the case file so, whatever the profile says"
    )
    run.add_argument("--needles", type=int, default=20, help="at each depth of each length")
    run.add_argument("--seed", type=int, default=1)
    run.add_argument("--seconds", type=float, help="begin no further case file after so long")
    run.add_argument("--json", action="store_true")
    files = commands.add_parser("sample", help="write a few agreements into a folder, to try a reader with")
    files.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    return parser

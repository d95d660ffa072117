"""`python -m inference.compact.train --data PATH --out PATH`: from annotated contracts to the weights that are shipped.

The linear steps know no chance; the encoder's is in its seed. What was made is kept in a work folder, so that a run
that was cut short goes on. On a graphics processor a run of minutes, on two cores one of hours.
"""

import argparse
import json
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path

from inference.evaluation.cross_validate import CrossValidated, cross_validate, prepared_looks, type_names
from inference.evaluation.report import lines, report

from .bars import set_all_bars
from .encoder_file import load_encoder
from .fit_compact import FirstLooks, fit_all
from .fit_encoder import STAGES
from .fit_last_word import fit_last_word
from .kept_encoders import ALL, KeptEncoders
from .weights import Bars, CompactWeights, LastWord, save_weights

WORK = Path(".cache/compact")


def main(arguments: list[str] | None = None) -> int:
    """Train, write the weights and print the cross-validated figures they were set by."""
    parser = argparse.ArgumentParser(prog="python -m inference.compact.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with contracts.jsonl")
    parser.add_argument("--out", type=Path, required=True, help="weights file to write")
    parser.add_argument(
        "--encoder", type=Path, help="encoder file to write; without it the linear reader is alone"
    )
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--read-folds", type=int, help="folds to cross-validate, from 0 (all of them)")
    parser.add_argument("--passes", type=int, help="sampled passes over the contracts in each stage")
    parser.add_argument("--work", type=Path, default=WORK, help="what was made is kept here")
    parser.add_argument("--report", type=Path, help="also write the figures as JSON")
    options = parser.parse_args(arguments)
    begun = time.monotonic()

    def say(words: str) -> None:
        print(f"[{time.monotonic() - begun:6.0f} s] {words}", file=sys.stderr, flush=True)

    looks = prepared_looks(options.data, options.folds, say, options.work)
    kept = None
    if options.encoder:
        stages = [replace(stage, passes=options.passes or stage.passes) for stage in STAGES]
        kept = KeptEncoders(options.work, looks.examples, looks.folds, type_names(), stages, say)
    linear, whole = cross_validate(looks, range(options.read_folds or options.folds), kept)
    shown = whole or linear
    bars = set_all_bars(shown.judged)
    figures = report(shown, {name: own.quiet for name, own in bars.items()})
    print("\n".join(lines(figures)))
    if options.report:
        options.report.write_text(json.dumps(figures.as_json(), indent=1) + "\n", encoding="utf-8")
    last_word = None
    if kept is not None and whole is not None:
        file = kept.train(ALL, looks.likely)
        last_word = _last_word(whole, load_encoder(file)[1])
        shutil.copyfile(file, options.encoder)
        say(f"{options.encoder.name}: {options.encoder.stat().st_size:,} bytes")
    sha256 = save_weights(_weights(looks, bars, last_word), options.out)
    say(f"{options.out.name}: {options.out.stat().st_size:,} bytes, sha256 {sha256}")
    return 0


def _last_word(whole: CrossValidated, encoder_sha256: str) -> LastWord:
    fitted = fit_last_word(list(whole.both.values()), type_names())
    return LastWord(fitted.segments, fitted.extents, encoder_sha256)


def _weights(looks: FirstLooks, bars: dict[str, Bars], last_word: LastWord | None) -> CompactWeights:
    segments, context, extents = fit_all(looks, type_names())
    return CompactWeights(type_names(), segments, context, extents, bars, last_word)


if __name__ == "__main__":
    sys.exit(main())

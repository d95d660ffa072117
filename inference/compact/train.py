"""`python -m inference.compact.train --data PATH --out PATH`: from annotated contracts to a weights file.

Without randomness: the same contracts, code and libraries make the same weights. About twenty minutes of one core.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from inference.evaluation.cross_validate import cross_validate, prepared_looks, type_names
from inference.evaluation.report import lines, report

from .bars import set_bars
from .fit_compact import FirstLooks, fit_all
from .weights import Bars, CompactWeights, save_weights


def main(arguments: list[str] | None = None) -> int:
    """Train, write the weights and print the cross-validated figures they were set by."""
    parser = argparse.ArgumentParser(prog="python -m inference.compact.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with contracts.jsonl")
    parser.add_argument("--out", type=Path, required=True, help="weights file to write")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--report", type=Path, help="also write the figures as JSON")
    options = parser.parse_args(arguments)
    begun = time.monotonic()

    def say(words: str) -> None:
        print(f"[{time.monotonic() - begun:6.0f} s] {words}", file=sys.stderr, flush=True)

    looks = prepared_looks(options.data, options.folds, say)
    validated = cross_validate(looks, options.folds)
    bars = {name: set_bars(judged) for name, judged in validated.judged.items()}
    figures = report(validated, {name: own.quiet for name, own in bars.items()})
    print("\n".join(lines(figures)))
    if options.report:
        options.report.write_text(json.dumps(figures.as_json(), indent=1) + "\n", encoding="utf-8")
    sha256 = save_weights(_fit(looks, bars), options.out)
    say(f"{options.out.name}: {options.out.stat().st_size:,} bytes, sha256 {sha256}")
    return 0


def _fit(looks: FirstLooks, bars: dict[str, Bars]) -> CompactWeights:
    segments, context, extents = fit_all(looks, type_names())
    return CompactWeights(type_names(), segments, context, extents, bars)


if __name__ == "__main__":
    sys.exit(main())

"""`python -m inference.evaluation.needle run`: a profile in, one page or JSON out."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from inference.engine.plain_tokens import UnfitTokenizer
from inference.engine.profile import EngineProfile, ProfileError
from inference.engine.reader import EngineReader
from inference.engine.step import UnsupportedAttention

from .measure import Length, Wanted, measure, room
from .progress import now_and_then


def run(options: argparse.Namespace) -> int:
    """Measure and print; 2 when the profile could not be opened."""
    try:
        profile = EngineProfile.from_toml(options.profile)
        cache, sparse = options.cache or profile.cache, options.sparse or profile.sparse
        reader = EngineReader.open(replace(profile, cache=cache, sparse=sparse))
    except (ProfileError, UnfitTokenizer, UnsupportedAttention) as error:
        print(error, file=sys.stderr)
        return 2
    lengths = tuple(options.lengths) or usual_lengths(reader)
    wanted = Wanted(lengths, options.needles, options.seed, options.seconds)
    found = list(measure(reader, wanted, now_and_then(10)))
    figures = as_json(reader, wanted, found)
    print(json.dumps(figures, indent=1) if options.json else page(figures))
    return 0


def usual_lengths(reader: EngineReader) -> tuple[int, ...]:
    """An eighth, a quarter, a half and all of what the window leaves for a case file."""
    most = room(reader)
    return tuple(sorted({max(1, most // part) for part in (8, 4, 2, 1)}))


def as_json(reader: EngineReader, wanted: Wanted, found: Sequence[Length]) -> dict[str, Any]:
    """The figures with stable keys; `complete` says whether time allowed for all that was wanted."""
    profile = reader.profile
    return {
        "profile": profile.name,
        "fingerprint": str(reader.fingerprint),
        "window": reader.window,
        "rope": profile.rope,
        "rope_factor": profile.rope_factor,
        "cache": profile.cache,
        "sparse": profile.sparse,
        "seed": wanted.seed,
        "needles": wanted.needles,
        "complete": len(found) == len(wanted.lengths) and all(length.complete for length in found),
        "lengths": [length.json() for length in found],
    }


def page(figures: dict[str, Any]) -> str:
    """A line a length: right by depth, at all depths, and what is said of clauses that are not there."""
    lines = [
        f"{figures['profile']}, window {figures['window']:,}, rope {figures['rope']} x{figures['rope_factor']:g}, "
        f"cache {figures['cache']}, sparse {figures['sparse']}",
        f"{'tokens':>8} {'right by depth, first to last part':36} {'all':>7} {'95 %':>15} {'not there':>10}",
    ]
    for length in figures["lengths"]:
        depths = " ".join(f"{_percent(cell['right']):>6}" for cell in length["depths"])
        right = length["right"]
        interval = f"{right['low']:.3f} to {right['high']:.3f}"
        short = "" if length["complete"] else "  cut short"
        lines.append(
            f"{length['tokens']:8,} {depths:36} {_percent(right):>7} {interval:>15} "
            f"{_percent(length['absent']):>10}{short}"
        )
    return "\n".join(lines)


def _percent(share: dict[str, Any]) -> str:
    return "-" if share["share"] is None else f"{share['share']:.1%}"

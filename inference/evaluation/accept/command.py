"""`python -m inference accept`: a profile in, one page or JSON out."""

import json
import sys
from pathlib import Path

from inference.engine.profile import EngineProfile, ProfileError
from inference.evaluation.needle.progress import now_and_then

from .accept import Accepting, Limits


def accept(profile: Path, limits: Limits, *, as_json: bool, out: Path | None) -> int:
    """0 when the model is accepted, 1 when a check fails or was not made, 2 when the profile cannot be used at all."""
    try:
        opened = EngineProfile.from_toml(profile)
    except ProfileError as error:
        print(error, file=sys.stderr)
        return 2
    acceptance = Accepting(opened, limits, now_and_then(5)).make()
    page = json.dumps(acceptance.json(), indent=1) if as_json else acceptance.page()
    if out is None:
        print(page)
    else:
        out.write_text(page + "\n", encoding="utf-8")
    return 0 if acceptance.verdict == "accepted" else 1

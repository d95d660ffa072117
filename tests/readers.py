"""Readers of whole case files for tests: a tiny model with random weights in the machine's folder of models.

It answers nonsense with exact quotes, or, where ENGROSS_STAND_IN names a folder, what that trained model says.
"""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.cast import as_person

if TYPE_CHECKING:
    from review.accounts.models import User
    from review.matters.models import Matter
    from review.readers.models import ReaderProfile

WINDOW = 8192
PAGE = {"passed": True, "lines": [{"what": "Loads", "measured": "1 second", "bar": "any", "passed": True}]}


def tiny_model(name: str = "tiny", **changes: Any) -> str:
    """The name of a folder below MODELS_DIR that holds a tiny model; written once a test run."""
    from django.conf import settings

    folder = Path(settings.MODELS_DIR) / name
    if not (folder / "config.json").exists():
        if stand_in := os.environ.get("ENGROSS_STAND_IN"):
            shutil.copytree(stand_in, folder)
        else:
            from tests.inference.engine.tiny_models import save_model

            folder.mkdir(parents=True)
            save_model(folder, "qwen2", **{"max_position_embeddings": WINDOW, **changes})
    return name


def tiny_reader(by: "User", *, name: str = "Tiny", **settings: Any) -> "ReaderProfile":
    """A profile of the tiny model in this person's firm, added by them, who must be its administrator."""
    from review.readers.description import Description
    from review.readers.services import add_reader

    said = {
        "kind": "engine",
        "model_folder": tiny_model(),
        "dtype": "float32",
        "chunk": 64,
        "side_by_side": 4,
        "reason_tokens": 4,
        "price_minor": 240,
        "currency": "GBP",
    }
    with as_person(by) as context:
        assert context.organization is not None
        described = Description.of(name=name, **{**said, **settings})
        return add_reader(described, by=by, organization_id=context.organization)


def readers_of_a_firm(by: "User", matter: "Matter") -> "ReaderProfile":
    """A profile with all that is kept with one, chosen by the matter."""
    from review.readers.services import choose_reader, keep_acceptance, keep_pace

    profile = tiny_reader(by)
    with as_person(by, matter.organization_id):
        keep_acceptance(profile, PAGE, by=by)
        keep_pace(profile, edition=1, fingerprint="weights:code", prefill_tokens=900, prefill_seconds=1.5)
        choose_reader(matter, profile, by=by)
    return profile

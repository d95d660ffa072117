"""What a model's config.json says of the part that reads text; loads no model, imports nothing heavy."""

import json
from pathlib import Path
from typing import Any

from .profile import EngineProfile, ProfileError


def text_config(folder: Path) -> dict[str, Any]:
    """The settings of the text model; empty where the folder holds none that can be read."""
    try:
        said = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    found = (said.get("text_config") or said) if isinstance(said, dict) else {}
    return found if isinstance(found, dict) else {}


def check_sparse(profile: EngineProfile) -> None:
    """Raise ProfileError where a profile wants a model read sparsely that is read whole all the same."""
    if profile.sparse != "off" and text_config(profile.model).get("kv_lora_rank"):
        raise ProfileError(
            "This model keeps one latent for all of its heads, and latents are always read whole: it cannot be read "
            'sparsely. Use sparse = "off".'
        )

"""How far a model reads: its window, stretched by YaRN or by linear interpolation; knows configs, not weights."""

from typing import Any

from transformers import PreTrainedConfig

from .profile import EngineProfile, ProfileError

_MEASURED_AS_IT_GOES = (
    "dynamic",
    "longrope",
)  # positions change meaning once a text is long: chunks would disagree
_STRETCHABLE = ("default", "yarn", "linear")


def prepare_positions(config: PreTrainedConfig, profile: EngineProfile) -> int:
    """Stretch a config's positions as the profile says and give the window in tokens; raises ProfileError."""
    text = config.get_text_config()
    if profile.rope != "as-is":
        _stretch(text, profile)
    most = int(text.max_position_embeddings)
    if profile.window is not None and profile.window > most:
        raise ProfileError(f"The window is {profile.window:,} tokens, and this model reads at most {most:,}.")
    window = profile.window or most
    _refuse_short_sight(text, window)
    return window


def _stretch(text: Any, profile: EngineProfile) -> None:
    """Keep what the model says of its positions (theta, how much of a head turns) and change how far they go."""
    known = dict(getattr(text, "rope_parameters", None) or {})
    if "rope_theta" not in known or known.get("rope_type") not in _STRETCHABLE:
        raise ProfileError('The positions of this model cannot be stretched; use rope = "as-is".')
    original = int(known.get("original_max_position_embeddings") or text.max_position_embeddings)
    known.pop("attention_factor", None)  # it was computed for another factor
    text.rope_parameters = {
        **known,
        "rope_type": profile.rope,
        "factor": float(profile.rope_factor),
        "original_max_position_embeddings": original,
    }
    text.max_position_embeddings = int(original * profile.rope_factor)


def _refuse_short_sight(text: Any, window: int) -> None:
    """Layers that see only some tokens back are right while all tokens are that near, and refused otherwise."""
    kinds = set(getattr(text, "layer_types", None) or ())
    if kinds - {"full_attention", "sliding_attention", "linear_attention"}:
        raise ProfileError("This model has layers with a kind of attention that the engine does not compute.")
    sizes = hasattr(text, "linear_num_key_heads") or hasattr(text, "linear_num_heads")
    if "linear_attention" in kinds and not sizes:
        raise ProfileError("This model has layers with a linear attention that the engine does not know.")
    slides = "sliding_attention" in kinds if kinds else getattr(text, "use_sliding_window", True)
    sight = getattr(text, "sliding_window", None) if slides else None
    rope = getattr(text, "rope_parameters", None) or {}
    if rope.get("rope_type") in _MEASURED_AS_IT_GOES:
        original = rope.get("original_max_position_embeddings") or getattr(
            text, "original_max_position_embeddings", text.max_position_embeddings
        )
        sight = min(sight or original, original)
    if sight is not None and window > sight:
        raise ProfileError(
            f"This model reads {sight:,} tokens in the way the engine computes, and the window is {window:,}: "
            f"set window to {sight} or less."
        )

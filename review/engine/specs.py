"""Readers of whole case files as administrators describe them. Opens none."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import UnfitReader


@dataclass(frozen=True, slots=True)
class ReaderSpec:
    """A reader of whole case files as an administrator described it; `model` is a folder, or a name at an endpoint."""

    kind: str
    name: str
    model: str
    quantization: str = "none"
    dtype: str = "bfloat16"
    window: int | None = None
    rope: str = "as-is"
    rope_factor: float = 1.0
    chunk: int = 2048
    side_by_side: int = 16
    reason_tokens: int = 60
    cache: str = "int8"
    base_url: str = ""
    unbound: str = "refuse"
    key_env: str = ""  # the variable that holds the key
    key: str = field(default="", repr=False)
    endpoints: tuple[str, ...] = ()  # the only servers that may be asked; empty: any at a private address
    ca_file: str = ""


def check_reader(spec: ReaderSpec) -> None:
    """Whether a description contradicts itself, told without opening anything; raises UnfitReader."""
    profile_of(spec)


def profile_of(spec: ReaderSpec) -> Any:
    """The description as `inference` takes it; raises UnfitReader."""
    from inference.engine.profile import ProfileError

    try:
        return _engine_profile(spec) if spec.kind == "engine" else _remote_profile(spec)
    except ProfileError as refusal:
        raise UnfitReader(str(refusal)) from None


def _engine_profile(spec: ReaderSpec) -> Any:
    from inference.engine.profile import EngineProfile

    names = ("quantization", "dtype", "window", "rope", "rope_factor", "chunk", "side_by_side")
    settings = {name: getattr(spec, name) for name in (*names, "reason_tokens", "cache", "name")}
    return EngineProfile(model=Path(spec.model), **settings)


def _remote_profile(spec: ReaderSpec) -> Any:
    from inference.remote.profile import RemoteProfile

    names = ("base_url", "model", "window", "side_by_side", "reason_tokens", "unbound")
    return RemoteProfile.from_values({name: getattr(spec, name) for name in names}, spec.name)

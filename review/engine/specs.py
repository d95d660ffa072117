"""Readers of whole case files as administrators describe them. Opens none."""

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from inference.engine.model_config import check_sparse
from inference.engine.profile import EngineProfile, ProfileError
from inference.remote.profile import RemoteProfile

from .errors import UnfitReader


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderSettings:
    """How a reader is run, as a firm may choose it: each by the name, and with the default, of a profile's setting.

    Whoever adds one here gives it a column, a field of the form and one of the API; tests tell what is missing.
    """

    quantization: str = EngineProfile.quantization
    dtype: str = EngineProfile.dtype
    window: int | None = EngineProfile.window
    rope: str = EngineProfile.rope
    rope_factor: float = EngineProfile.rope_factor
    chunk: int = EngineProfile.chunk
    side_by_side: int = EngineProfile.side_by_side
    reason_tokens: int = EngineProfile.reason_tokens
    cache: str = EngineProfile.cache
    sparse: str = EngineProfile.sparse
    base_url: str = ""
    unbound: str = RemoteProfile.unbound


SETTINGS = tuple(each.name for each in fields(ReaderSettings))
_PROFILES: dict[str, Any] = {"engine": EngineProfile, "remote": RemoteProfile}
NOT_OFFERED = {  # what a profile has besides, and no firm chooses
    "engine": frozenset({"device"}),  # the machine says which of them a worker sees
    # How patient a worker is, and how it binds a server, is the same for all of them.
    "remote": frozenset(
        {"answer_tokens", "answer_seconds", "read_seconds", "retries", "binding", "controls"}
    ),
}


def settings_of(kind: str) -> frozenset[str]:
    """Which settings the readers of a kind have; the compact reader has none."""
    profile = _PROFILES.get(kind)
    return (
        frozenset(each.name for each in fields(profile) if each.name in SETTINGS) if profile else frozenset()
    )


@dataclass(frozen=True, slots=True)
class ReaderSpec(ReaderSettings):
    """A reader of whole case files as an administrator described it; `model` is a folder, or a name at an endpoint."""

    kind: str
    name: str
    model: str
    key_env: str = ""  # the variable that holds the key
    key: str = field(default="", repr=False)
    endpoints: tuple[str, ...] = ()  # the only servers that may be asked; empty: any at a private address
    ca_file: str = ""


def check_reader(spec: ReaderSpec) -> None:
    """Whether a description contradicts itself or what its model says of itself; opens no model. Raises UnfitReader."""
    profile = profile_of(spec)
    if spec.kind == "engine":
        try:
            check_sparse(profile)
        except ProfileError as refusal:
            raise UnfitReader(str(refusal)) from None


def profile_of(spec: ReaderSpec) -> Any:
    """The description as `inference` takes it; raises UnfitReader."""
    chosen = {name: getattr(spec, name) for name in settings_of(spec.kind)}
    try:
        if spec.kind == "engine":
            return EngineProfile(model=Path(spec.model), name=spec.name, **chosen)
        return RemoteProfile.from_values({"model": spec.model, **chosen}, spec.name)
    except ProfileError as refusal:
        raise UnfitReader(str(refusal)) from None

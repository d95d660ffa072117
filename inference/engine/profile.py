"""What an administrator decides about a model: one frozen dataclass that checks itself; knows no tensors."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

Quantization = Literal["none", "int8", "nf4"]
DType = Literal["bfloat16", "float32", "float64"]
Rope = Literal["as-is", "yarn", "linear"]
Cache = Literal["int8", "int4", "model"]
Sparse = Literal["off", "vertical-slash", "blocks", "window"]

_CHOICES: dict[str, tuple[str, ...]] = {
    "quantization": get_args(Quantization),
    "dtype": get_args(DType),
    "rope": get_args(Rope),
    "cache": get_args(Cache),
    "sparse": get_args(Sparse),
}
_AT_LEAST = {"window": 1, "chunk": 1, "side_by_side": 1, "reason_tokens": 0}


class ProfileError(ValueError):
    """A profile cannot be used; the sentence is for the administrator who wrote it."""


@dataclass(frozen=True)
class EngineProfile:
    """A model folder and how it is run; raises ProfileError where it contradicts itself.

    `window` counts tokens of case file, question and answer together; None takes what the model says, times
    `rope_factor`. `chunk` tokens of a case file are taken in at a time; `side_by_side` questions are answered at once.
    `cache` is what the keys and values of a case file are kept as: in bits, or in the type the model computes in.
    `sparse` is the pattern by which a chunk reads only a part of what was read before it (sparse.py).
    """

    model: Path
    quantization: Quantization = "none"
    dtype: DType = "bfloat16"
    device: str = "auto"
    window: int | None = None
    rope: Rope = "as-is"
    rope_factor: float = 1.0
    chunk: int = 2048
    side_by_side: int = 16
    reason_tokens: int = 60
    cache: Cache = "int8"
    sparse: Sparse = "off"
    name: str = ""

    def __post_init__(self) -> None:
        _check_values(self)
        if self.dtype == "float64" and self.quantization != "none":
            raise ProfileError("Quantized weights are computed in bfloat16 or float32, not in float64.")
        if self.rope == "as-is" and self.rope_factor != 1:
            raise ProfileError('A rope_factor needs rope = "yarn" or rope = "linear".')
        if self.rope != "as-is" and self.rope_factor <= 1:
            raise ProfileError(f'rope = "{self.rope}" needs a rope_factor greater than 1.')
        if not self.name:
            object.__setattr__(self, "name", self.model.name)

    @classmethod
    def from_toml(cls, path: Path) -> "EngineProfile":
        """Read a profile; a relative `model` is relative to the file. Raises ProfileError, never anything else."""
        values = _read(path)
        values.pop("kind", None)  # what tells it from the profile of a server
        known = {field.name for field in fields(cls)}
        for key in values:
            if key not in known:
                raise ProfileError(f"{path.name}: there is no setting called {key!r}.")
        if not isinstance(values.get("model"), str) or not values["model"]:
            raise ProfileError(f"{path.name}: model must name the folder with the model's files.")
        values["model"] = (path.parent / values["model"]).resolve()
        values.setdefault("name", path.stem)
        try:
            return cls(**values)
        except ProfileError as error:
            raise ProfileError(f"{path.name}: {error}") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise ProfileError(f"{path.name}: the profile could not be read.") from None
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path.name}: this is not valid TOML ({error}).") from None


def _check_values(profile: EngineProfile) -> None:
    for key, choices in _CHOICES.items():
        if getattr(profile, key) not in choices:
            allowed = ", ".join(choices)
            raise ProfileError(f"{key} is {getattr(profile, key)!r}; it can be one of: {allowed}.")
    for key, least in _AT_LEAST.items():
        value = getattr(profile, key)
        if key == "window" and value is None:
            continue
        if type(value) is not int or value < least:
            raise ProfileError(f"{key} is {value!r}; it must be a whole number of {least} or more.")
    if type(profile.rope_factor) not in (int, float) or not 0 < profile.rope_factor < 1000:
        raise ProfileError(f"rope_factor is {profile.rope_factor!r}; it must be a number below 1000.")
    if not isinstance(profile.name, str):
        raise ProfileError(f"name is {profile.name!r}; it must be text.")
    _check_device(profile.device)


def _check_device(device: object) -> None:
    if device in ("auto", "cpu", "cuda"):
        return
    kind, _, number = str(device).partition(":")
    if kind != "cuda" or not number.isdecimal():
        raise ProfileError(f'device is {device!r}; it can be "auto", "cpu", "cuda" or "cuda:" and a number.')

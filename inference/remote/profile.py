"""What an administrator decides about a model on a server: a frozen dataclass that checks itself; knows no network."""

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from inference.engine.profile import ProfileError

Unbound = Literal["refuse", "verify"]
Binding = Literal["auto", "response_format", "structured_outputs", "guided_json"]

_CHOICES: dict[str, tuple[str, ...]] = {"unbound": get_args(Unbound), "binding": get_args(Binding)}
_AT_LEAST = {"side_by_side": 1, "reason_tokens": 0, "answer_tokens": 64, "retries": 0}
_SECONDS = ("answer_seconds", "read_seconds")
_CONTROL = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True)
class RemoteProfile:
    """A model on a server and how it is asked; raises ProfileError where it contradicts itself.

    `window` counts tokens of case file, question and answer together; None takes what the server tells, if it does.
    `answer_tokens` bound one answer, `answer_seconds` the time for it with all retries, `read_seconds` the time in
    which the case file is first taken in. `controls` are further words by which the model's template tells who
    speaks. `unbound` says what becomes of a server that does not hold its model to a form.
    """

    base_url: str
    model: str
    window: int | None = None
    side_by_side: int = 8
    reason_tokens: int = 60
    answer_tokens: int = 1500
    answer_seconds: float = 300.0
    read_seconds: float = 1800.0
    retries: int = 4
    unbound: Unbound = "refuse"
    binding: Binding = "auto"
    controls: tuple[str, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        _check_values(self)
        _check_url(self.base_url)
        if not self.name:
            object.__setattr__(self, "name", self.model.rstrip("/").rpartition("/")[2])

    @classmethod
    def from_toml(cls, path: Path) -> "RemoteProfile":
        """Read a profile; raises ProfileError, never anything else."""
        try:
            return cls.from_values(toml_values(path), path.stem)
        except ProfileError as error:
            raise ProfileError(f"{path.name}: {error}") from None

    @classmethod
    def from_values(cls, values: dict[str, Any], name: str) -> "RemoteProfile":
        """A profile from what a TOML file or a form holds; `name` where it has none of its own. Raises ProfileError."""
        known = {field.name for field in fields(cls)}
        given = {key: value for key, value in values.items() if key != "kind"}
        for key in given:
            if key not in known:
                raise ProfileError(f"there is no setting called {key!r}.")
        for key in ("base_url", "model"):
            if not isinstance(given.get(key), str) or not given[key].strip():
                raise ProfileError(f"{key} must be given.")
        if isinstance(given.get("controls"), list):
            given["controls"] = tuple(given["controls"])
        return cls(**{"name": name, **given})


def toml_values(path: Path) -> dict[str, Any]:
    """What a profile's file holds; raises ProfileError."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise ProfileError("the profile could not be read.") from None
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"this is not valid TOML ({error}).") from None


def _check_values(profile: RemoteProfile) -> None:
    for key, choices in _CHOICES.items():
        if getattr(profile, key) not in choices:
            raise ProfileError(f"{key} is {getattr(profile, key)!r}; it can be one of: {', '.join(choices)}.")
    for key, least in {**_AT_LEAST, **({} if profile.window is None else {"window": 1})}.items():
        value = getattr(profile, key)
        if type(value) is not int or value < least:
            raise ProfileError(f"{key} is {value!r}; it must be a whole number of {least} or more.")
    for key in _SECONDS:
        value = getattr(profile, key)
        if type(value) not in (int, float) or not 0 < value <= 86_400:
            raise ProfileError(f"{key} is {value!r}; it must be a number of seconds up to a day.")
    if not isinstance(profile.name, str) or not isinstance(profile.model, str):
        raise ProfileError("name and model must be text.")
    if not isinstance(profile.controls, tuple) or not all(
        isinstance(word, str) and len(word) > 1 for word in profile.controls
    ):
        raise ProfileError("controls must be a list of words of two letters or more.")


def _check_url(base_url: str) -> None:
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError:
        raise ProfileError(f"base_url is {base_url!r}; that is no address.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or _CONTROL.search(base_url):
        raise ProfileError(
            f'base_url is {base_url!r}; it must be like "https://host:8000/v1", with http or https.'
        )
    if parts.username is not None or parts.query or parts.fragment:
        raise ProfileError("base_url must hold neither a name with a password nor anything after ? or #.")

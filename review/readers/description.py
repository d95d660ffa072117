"""What a profile says, checked: each wrong value is refused by its name, in a sentence for an administrator."""

import re
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from review import engine

from .errors import WrongSetting
from .models import Cache, NumberType, Quantization, ReaderKind, ReaderProfile, Rope, Sparse, Unbound

LONGEST_NAME = 80
UNTIL_THEN = (
    "Until that changes nothing is read with it; the address is checked whenever a worker looks it up."
)
MOST = {
    "window": (1, 100_000_000),
    "chunk": (1, 1_000_000),
    "side_by_side": (1, 1024),
    "reason_tokens": (0, 10_000),
}
NAMES = {
    "window": "The window",
    "chunk": "Tokens taken in at a time",
    "side_by_side": "Questions side by side",
    "reason_tokens": "Tokens of a reason",
}
CURRENCY = re.compile(r"[A-Z]{3}")
VARIABLE = re.compile(r"READER_KEY[A-Z0-9_]*")  # any other could be a secret of the service


@dataclass(frozen=True, slots=True)
class Description(engine.ReaderSettings):
    """A profile as it is written down: how it is run, and what it is; build it by `of`, which checks it.

    `problem` is no setting: it says why the reader cannot be used yet, where that may change by itself.
    """

    name: str
    kind: str
    model_folder: str = ""
    model: str = ""
    key_env: str = ""
    price_minor: int | None = None
    currency: str = ""
    problem: str = ""

    @classmethod
    def of(cls, **said: Any) -> "Description":
        """The same with white space made single and what another kind would need left out. Raises WrongSetting."""
        said = {
            name: " ".join(value.split()) if isinstance(value, str) else value for name, value in said.items()
        }
        kind = said.get("kind", "")
        if kind not in ReaderKind.values:
            raise WrongSetting("kind", "Choose what answers: compact, a model of this machine, or a server.")
        unused = LEFT_OUT[ReaderKind(kind)]
        description = cls(**{name: value for name, value in said.items() if name not in unused})
        return replace(description, problem=description._check())

    @classmethod
    def by(cls, profile: ReaderProfile) -> "Description":
        """What a profile says now."""
        return cls(**{name: getattr(profile, name) for name in _settings()})

    def as_values(self) -> dict[str, Any]:
        """The same by the names of a profile's columns."""
        return {name: getattr(self, name) for name in _settings()}

    def _check(self) -> str:
        """Raise WrongSetting, or tell why the reader cannot be used yet."""
        if not self.name or len(self.name) > LONGEST_NAME or "\0" in self.name:
            raise WrongSetting("name", f"Give the reader a name of at most {LONGEST_NAME} characters.")
        if self.kind == ReaderKind.ENGINE:
            self._check_folder()
        if self.kind == ReaderKind.REMOTE:
            self._check_endpoint()
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices.values:
                raise WrongSetting(name, "Choose one of the values offered.")
        for name in MOST:
            self._check_number(name)
        self._check_price()
        if self.kind != ReaderKind.COMPACT:
            self._check_together()
        return self._check_address() if self.kind == ReaderKind.REMOTE else ""

    def _check_folder(self) -> None:
        there = model_folders()
        if not there:
            raise WrongSetting(
                "model_folder", "There is no model yet: put its folder below the machine's MODELS_DIR."
            )
        if self.model_folder not in there:
            raise WrongSetting("model_folder", "Choose one of the folders below the machine's MODELS_DIR.")

    def _check_endpoint(self) -> None:
        if not self.model or len(self.model) > 200:
            raise WrongSetting("model", "Say by what name the server knows the model.")
        if self.key_env and (len(self.key_env) > 80 or not VARIABLE.fullmatch(self.key_env)):
            raise WrongSetting("key_env", "Name the variable that holds the key; it begins with READER_KEY.")
        if self.window is None:
            raise WrongSetting("window", "Say how many tokens the server takes at once.")

    def _check_address(self) -> str:
        """The reader's own rule, so that nothing is kept here that a worker would refuse."""
        try:
            engine.check_address(spec_of(self))
        except engine.UnfitReader as refusal:
            raise WrongSetting("base_url", str(refusal)) from None
        except engine.NotThere as missing:
            return f"{missing} {UNTIL_THEN}"
        return ""

    def _check_number(self, name: str) -> None:
        value = getattr(self, name)
        least, most = MOST[name]
        if value is None and name == "window":
            return
        if type(value) is not int or not least <= value <= most:
            raise WrongSetting(name, f"{NAMES[name]} must be a whole number from {least:,} to {most:,}.")

    def _check_price(self) -> None:
        if self.price_minor is None:
            return
        if type(self.price_minor) is not int or not 0 <= self.price_minor < 10**15:
            raise WrongSetting("price", "The price must be an amount such as 2.40.")
        if not CURRENCY.fullmatch(self.currency):
            raise WrongSetting("currency", "Name the currency by three capital letters, such as GBP.")

    def _check_together(self) -> None:
        try:
            engine.check_reader(spec_of(self))
        except engine.UnfitReader as refusal:
            sentence = str(refusal)
            named = next((name for name in sorted(SPOKEN_OF, key=len, reverse=True) if name in sentence), "")
            raise WrongSetting(named, sentence) from None


def _settings() -> list[str]:
    return [each.name for each in fields(Description) if each.name != "problem"]


OF_KIND = {  # what readers of a kind have besides a name and a price
    ReaderKind.COMPACT: frozenset[str](),
    ReaderKind.ENGINE: engine.settings_of("engine") | {"model_folder"},
    ReaderKind.REMOTE: engine.settings_of("remote") | {"model", "key_env"},
}
LEFT_OUT = {kind: frozenset[str]().union(*OF_KIND.values()) - own for kind, own in OF_KIND.items()}
CHOICES = {
    "quantization": Quantization,
    "dtype": NumberType,
    "rope": Rope,
    "cache": Cache,
    "sparse": Sparse,
    "unbound": Unbound,
}
SPOKEN_OF = ("base_url", "unbound", "rope_factor", "rope", "window", "quantization", "dtype", "sparse")


def model_folders() -> list[str]:
    """The folders below MODELS_DIR that hold a model, by name."""
    try:
        return sorted(path.parent.name for path in Path(settings.MODELS_DIR).glob("*/config.json"))
    except OSError:
        return []


def spec_of(described: Description | ReaderProfile) -> engine.ReaderSpec:
    """The same as the door to the readers wants it."""
    is_engine = described.kind == ReaderKind.ENGINE
    return engine.ReaderSpec(
        kind=described.kind,
        name=described.name,
        model=str(Path(settings.MODELS_DIR) / described.model_folder) if is_engine else described.model,
        **{name: getattr(described, name) for name in engine.SETTINGS},
        key_env=described.key_env,
        key=settings.READER_KEYS.get(described.key_env, ""),
        ca_file=settings.READER_CA_FILE,
        endpoints=tuple(settings.READER_ENDPOINTS),
    )

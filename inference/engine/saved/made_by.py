"""What must be equal for a saved reading to be a reader's own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .refused import Reason

if TYPE_CHECKING:
    from inference.engine.loaded import LoadedModel


@dataclass(frozen=True)
class MadeBy:
    """A model with its settings, the code, how keys and values are kept, and by how many tokens they were made.

    `weights` is a hash over weights, config, positions, quantization, type and cache (engine/load.py).
    """

    weights: str
    code: str
    cache: str
    chunk: int
    layers: int

    @classmethod
    def of(cls, loaded: "LoadedModel") -> "MadeBy":
        """What a model of this machine makes."""
        made = loaded.fingerprint
        return cls(made.weights, made.code, loaded.profile.cache, loaded.profile.chunk, loaded.layers)

    def differs(self, other: "MadeBy") -> Reason | None:
        """The first thing that is not equal, None where all is."""
        if self.cache != other.cache:  # before the weights: their hash holds it as well
            return "cache"
        if (self.weights, self.layers) != (other.weights, other.layers):
            return "model"
        if self.code != other.code:
            return "version"
        return "chunk" if self.chunk != other.chunk else None

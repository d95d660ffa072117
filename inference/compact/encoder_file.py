"""The encoder's weights file: safetensors, int8 tables and scales as plain tensors, the vocabulary beside them."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save_file
from torch import Tensor, nn

from inference.tokens import WordPieces

from .encode import EncoderModel
from .encoder import Encoder, EncoderShape
from .int8 import Int8Embedding, Int8Linear
from .readout import Readout
from .weights import BadWeights

ENCODER = Path(__file__).with_name("encoder.safetensors")
_FORMAT = 1
_ABOUT = "compact reader"
_LINEARS = ("attend", "gather", "widen", "narrow")


def in_int8(encoder: Encoder) -> Encoder:
    """The encoder with its large tables rounded; the given one is left as it is."""
    rounded = _bare(encoder.shape)
    rounded.load_state_dict(_int8_tensors(encoder))
    return rounded.eval()


def save_encoder(model: EncoderModel, words: list[str], path: Path) -> str:
    """Write a single-precision model as int8 and give back the file's SHA-256."""
    tensors = {f"encoder.{name}": value for name, value in _int8_tensors(model.encoder).items()}
    tensors |= {f"readout.{name}": value.detach() for name, value in model.readout.state_dict().items()}
    tensors["vocabulary"] = torch.frombuffer(bytearray("\n".join(words).encode()), dtype=torch.uint8)
    ready = {name: value.contiguous() for name, value in tensors.items()}
    # One entry, for the order of several is left to chance and the same weights shall make the same bytes.
    about = json.dumps({"format": _FORMAT, "shape": vars(model.encoder.shape)}, sort_keys=True)
    save_file(ready, path, metadata={_ABOUT: about})
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load_encoder(path: Path = ENCODER) -> tuple[EncoderModel, str]:
    """The model of a weights file and the file's SHA-256; raises FileNotFoundError or BadWeights."""
    content = path.read_bytes()
    try:
        return _model(load(content), _shape(content)), hashlib.sha256(content).hexdigest()
    except (SafetensorError, KeyError, ValueError, RuntimeError, TypeError) as error:
        raise BadWeights(
            f"{path.name} is not an encoder file of this version of the compact reader."
        ) from error


@lru_cache(maxsize=1)
def shipped_encoder() -> tuple[EncoderModel, str]:
    """The encoder that we ship and its SHA-256, opened once a process."""
    return load_encoder()


def _shape(content: bytes) -> EncoderShape:
    """From the header of a safetensors file: eight bytes of length, then JSON."""
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    about = json.loads(header["__metadata__"][_ABOUT])
    if about["format"] != _FORMAT:
        raise ValueError("The file is of another version.")
    return EncoderShape(**about["shape"])


def _model(tensors: dict[str, Tensor], shape: EncoderShape) -> EncoderModel:
    encoder = _bare(shape)
    encoder.load_state_dict(_under("encoder.", tensors))
    types, width = tensors["readout.inside.weight"].shape
    readout = Readout(width, types)
    readout.load_state_dict(_under("readout.", tensors))
    words = tensors["vocabulary"].numpy().tobytes().decode().split("\n")
    return EncoderModel(encoder.eval(), readout.eval(), WordPieces(words))


def _under(start: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(start): value for name, value in tensors.items() if name.startswith(start)}


def _int8_tensors(encoder: Encoder) -> dict[str, Tensor]:
    tensors = dict(encoder.state_dict())
    tables: dict[str, Int8Embedding | Int8Linear] = {"words": Int8Embedding.of(encoder.words)}
    for number, layer in enumerate(encoder.layers):
        for name in _LINEARS:
            tables[f"layers.{number}.{name}"] = Int8Linear.of(getattr(layer, name))
    for name, table in tables.items():
        tensors.pop(f"{name}.weight", None)
        tensors.pop(f"{name}.bias", None)
        tensors |= {f"{name}.{part}": value for part, value in table.state_dict().items()}
    return tensors


def _bare(shape: EncoderShape) -> Encoder:
    """An encoder of int8 tables without values."""
    with torch.device("meta"):
        encoder = Encoder(shape)
    encoder.to_empty(device="cpu")
    encoder.words = _empty_embedding(encoder.words)  # type: ignore[assignment]
    for layer in encoder.layers:
        for name in _LINEARS:
            setattr(layer, name, _empty_linear(getattr(layer, name)))
    return encoder.requires_grad_(False)


def _empty_linear(linear: nn.Linear) -> Int8Linear:
    size = (linear.in_features, linear.out_features)
    return Int8Linear(torch.zeros(size, dtype=torch.int8), torch.zeros(size[1]), torch.zeros(size[1]))


def _empty_embedding(table: nn.Embedding) -> Int8Embedding:
    size = (table.num_embeddings, table.embedding_dim)
    return Int8Embedding(torch.zeros(size, dtype=torch.int8), torch.zeros(size[0]))

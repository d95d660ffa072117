"""Tensors written one after the other are a safetensors file, and come back bit for bit."""

import io
import math

import pytest
import torch
from safetensors.torch import load
from torch import Tensor

from inference.engine.saved.tensor_stream import read_tensors, write_tensors


def drawn(dtype: torch.dtype, *shape: int) -> Tensor:
    """Any bits that a type can hold."""
    bits = torch.randint(0, 256, (math.prod(shape) * dtype.itemsize,), dtype=torch.uint8)
    return bits.view(dtype).view(shape)


KEPT = {
    "token_ids": drawn(torch.int32, 7),
    "0.k": drawn(torch.bfloat16, 2, 7, 5),
    "0.v": drawn(torch.bfloat16, 2, 7, 5).transpose(0, 1),
    "1.codes": drawn(torch.int8, 2, 7, 5),
    "1.scales": drawn(torch.float16, 2, 1),
    "1.none": drawn(torch.float32, 3, 0),
    "logits": drawn(torch.float64, 4),
}


@pytest.fixture(scope="module")
def written() -> bytes:
    stream = io.BytesIO()
    write_tensors(stream.write, KEPT)
    return stream.getvalue()


def same_bits(one: Tensor, other: Tensor) -> bool:
    return (
        one.dtype == other.dtype
        and one.shape == other.shape
        and one.contiguous().view(-1).view(torch.uint8).equal(other.contiguous().view(-1).view(torch.uint8))
    )


def test_the_library_reads_what_was_written(written: bytes) -> None:
    read = load(written)

    assert set(read) == set(KEPT)
    assert all(same_bits(read[name], tensor) for name, tensor in KEPT.items())


def test_each_tensor_is_read_into_the_place_that_is_given_for_it(written: bytes) -> None:
    places: dict[str, Tensor] = {}

    def place(name: str, dtype: torch.dtype, shape: tuple[int, ...]) -> Tensor:
        places[name] = torch.empty(shape, dtype=dtype)
        return places[name]

    stream = io.BytesIO(written)

    def read_into(target: memoryview) -> None:
        stream.readinto(target)

    read_tensors(stream.read, read_into, place)
    assert list(places) == list(KEPT)
    assert all(same_bits(places[name], tensor) for name, tensor in KEPT.items())
    assert not stream.read()

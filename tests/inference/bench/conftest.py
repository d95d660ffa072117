"""What the scripts that measure are shown: a tiny model made where it runs."""

from collections.abc import Iterator

import pytest
import torch
from transformers import Qwen2Config

from inference.bench.made_there import made_there
from inference.engine.loaded import LoadedModel


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Tiny products are quicker on one core, and what a script sets is set back."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def tiny() -> Qwen2Config:
    """Two layers, four query heads over two, 32 wide."""
    return Qwen2Config(
        vocab_size=512,
        hidden_size=128,
        intermediate_size=192,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4096,
    )


@pytest.fixture(scope="session")
def made(tiny: Qwen2Config) -> LoadedModel:
    """That shape in bfloat16, reading 16 tokens at a time."""
    return made_there(tiny, "none", "cpu", window=2048, chunk=16)

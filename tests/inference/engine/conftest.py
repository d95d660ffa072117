"""Tiny models of every architecture, made once a test run, and what they say when one plain pass reads everything."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from inference.engine.load import LoadedModel, load
from inference.engine.profile import DType, EngineProfile

from .tiny_models import save_model

CaseFileIds = list[int]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Tiny products are quicker on one core, and the sums come in one order."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a tiny model of an architecture, written when it is first asked for."""
    written: dict[str, Path] = {}

    def folder(architecture: str) -> Path:
        if architecture not in written:
            written[architecture] = save_model(tmp_path_factory.mktemp(architecture), architecture)
        return written[architecture]

    return folder


@pytest.fixture(scope="session")
def loaded(model_folder: Callable[[str], Path]) -> Callable[[str, DType], LoadedModel]:
    """A tiny model that reads 16 tokens at a time and keeps them as it made them, loaded once for each type."""
    kept: dict[tuple[str, DType], LoadedModel] = {}

    def loaded_model(architecture: str, dtype: DType) -> LoadedModel:
        key = (architecture, dtype)
        if key not in kept:
            profile = EngineProfile(model_folder(architecture), dtype=dtype, chunk=16, cache="model")
            kept[key] = load(profile)
        return kept[key]

    return loaded_model


@pytest.fixture(scope="session")
def qwen(loaded: Callable[[str, DType], LoadedModel]) -> LoadedModel:
    """The architecture most firms will bring, in float32."""
    return loaded("qwen2", "float32")


@pytest.fixture(scope="session")
def case_file() -> CaseFileIds:
    """Seventy tokens: four chunks of sixteen and some."""
    drawn = torch.randint(2, 512, (70,), generator=torch.Generator().manual_seed(3))
    return [int(token) for token in drawn]


@torch.inference_mode()
def one_pass(loaded: LoadedModel, token_ids: Sequence[int]) -> Tensor:
    """Logits after every token, [tokens, vocabulary], by transformers' own attention in one forward."""
    loaded.model.set_attn_implementation("sdpa")
    try:
        logits: Tensor = loaded.model(input_ids=torch.tensor([list(token_ids)]), use_cache=False).logits[0]
    finally:
        loaded.model.set_attn_implementation("engross")
    return logits


def in_chunks_of(loaded: LoadedModel, chunk: int) -> LoadedModel:
    """The same model, reading so many tokens at a time."""
    return replace(loaded, profile=replace(loaded.profile, chunk=chunk))

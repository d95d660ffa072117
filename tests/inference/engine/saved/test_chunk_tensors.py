"""What chunks added is put together again, in the memory of one reading and a little."""

import weakref
from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from inference.engine.cache import layers_of
from inference.engine.loaded import LoadedModel
from inference.engine.prefill import prefill
from inference.engine.profile import Cache
from inference.engine.saved.chunk_tensors import Gathered, added
from inference.engine.store import PrefixStore
from tests.inference.engine.conftest import CaseFileIds

Tensors = dict[str, torch.Tensor]


@pytest.fixture(params=["model", "int8"])
def model(qwen: LoadedModel, request: pytest.FixtureRequest) -> LoadedModel:
    """The model with either way to keep what it reads, 48 tokens at a time."""
    cache: Cache = request.param
    return replace(qwen, profile=replace(qwen.profile, cache=cache, chunk=48))


def chunks_of(model: LoadedModel, token_ids: CaseFileIds) -> list[Tensors]:
    """What each chunk of a case file adds."""
    found: list[Tensors] = []

    def keep(store: PrefixStore, begin: int, own: list[int], logits: torch.Tensor) -> None:
        found.append(added(store, begin, own, logits, layers_of(model)))

    prefill(model, token_ids, keep=keep)  # type: ignore[arg-type]
    return found


def gathered(model: LoadedModel, chunks: list[Tensors], tokens: int) -> Gathered:
    pieces = Gathered(tokens, model.layers, layers_of(model))
    for chunk in chunks:
        for name, tensor in chunk.items():
            pieces.place(name, tensor.dtype, tuple(tensor.shape)).copy_(tensor)
    return pieces


def test_a_chunk_holds_its_own_tokens_and_no_other_s(model: LoadedModel, case_file: CaseFileIds) -> None:
    twice = case_file * 2
    one, two, three = chunks_of(model, twice)
    assert [chunk["token_ids"].tolist() for chunk in (one, two, three)] == [
        twice[:48],
        twice[48:96],
        twice[96:],
    ]
    growing = layers_of(model).grows
    entries = {name: [chunk[f"1.{name}"].shape[0] for chunk in (one, two, three)] for name in growing}
    for name, (_, tokens_each) in growing.items():
        ends = [end // tokens_each for end in (0, 48, 96, 140)]
        assert entries[name] == [b - a for a, b in pairwise(ends)]


def test_put_together_they_are_what_the_prefix_is_kept_as(model: LoadedModel, case_file: CaseFileIds) -> None:
    prefix = prefill(model, case_file * 2)
    pieces = gathered(model, chunks_of(model, case_file * 2), 140)
    assert pieces.token_ids == prefix.token_ids
    assert torch.equal(pieces.logits, prefix.logits)
    again = pieces.layers([torch.device("cpu")] * model.layers)
    for one, other in zip(again, prefix.store.tensors(140), strict=True):
        assert one.keys() == other.keys()
        assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_layer_is_let_go_of_before_the_next_but_one(model: LoadedModel, case_file: CaseFileIds) -> None:
    pieces = gathered(model, chunks_of(model, case_file), 70)
    layers = pieces.layers([torch.device("cpu")] * model.layers)
    first = [weakref.ref(tensor) for tensor in next(layers).values()]
    next(layers)
    assert [each() for each in first] == [None] * len(first)
    assert list(layers) == []

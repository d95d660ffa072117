"""What a profile's cache makes of a model: every architecture reads and is asked from blocks of eight and four bits."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from inference.engine.blocks import BLOCK, BlockLayers
from inference.engine.cache import layers_of
from inference.engine.load import load
from inference.engine.loaded import LoadedModel
from inference.engine.prefill import Cancelled, prefill
from inference.engine.prefix import Prefix
from inference.engine.profile import Cache, EngineProfile
from inference.engine.store import PrefixStore

from .conftest import in_chunks_of
from .tiny_models import ARCHITECTURES

NEAR: dict[Cache, float] = {"int8": 0.02, "int4": 0.35}  # of the logits' own size
IDS = [int(each) for each in torch.randint(2, 512, (200,), generator=torch.Generator().manual_seed(5))]
QUESTIONS = ([11, 12, 13, 14, 15], [21], [31, 32, 33])
Opened = Callable[[str, Cache], LoadedModel]


@pytest.fixture(scope="module")
def opened(model_folder: Callable[[str], Path]) -> Opened:
    """A tiny model in float32 that keeps what it reads as a cache says."""
    kept: dict[tuple[str, Cache], LoadedModel] = {}

    def model(architecture: str, cache: Cache) -> LoadedModel:
        key = (architecture, cache)
        if key not in kept:
            kept[key] = load(
                EngineProfile(model_folder(architecture), dtype="float32", chunk=48, cache=cache)
            )
        return kept[key]

    return model


def asked(prefix: Prefix) -> torch.Tensor:
    """Logits after ragged questions and one token more, [3, vocabulary]."""
    forks = prefix.fork(3)
    forks.feed(QUESTIONS)
    return forks.feed([[7], [8], [9]])


@pytest.mark.parametrize("cache", NEAR)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_architecture_is_asked_nearly_as_if_all_was_kept_in_full(
    opened: Opened, architecture: str, cache: Cache
) -> None:
    model = opened(architecture, cache)
    prefix = prefill(model, IDS)
    logits, full = asked(prefix), asked(prefill(opened(architecture, "model"), IDS))
    apart = (logits - full).norm(dim=-1) / full.norm(dim=-1)
    assert 0 < apart.median() < NEAR[cache]  # by a rounding one token may have gone to another expert
    assert torch.equal(asked(prefill(model, IDS)), logits)
    kept = sum(tensor.nbytes for layer in prefix.store.tensors(200) for tensor in layer.values())
    assert prefix.bytes == kept < prefill(opened(architecture, "model"), IDS).bytes / 2


@pytest.mark.parametrize("architecture", ["qwen2", "deepseek_v2"])
def test_a_latent_is_kept_by_channel_and_so_once(opened: Opened, architecture: str) -> None:
    kind = layers_of(opened(architecture, "int8"))
    assert isinstance(kind, BlockLayers)
    assert kind.latent == (architecture == "deepseek_v2")


@pytest.mark.parametrize("cache", NEAR)
def test_the_chunk_does_not_decide_what_becomes_a_block(opened: Opened, cache: Cache) -> None:
    """The first layer's keys depend on no attention: they are the same bytes. Later ones differ in last digits."""
    kept = [
        prefill(in_chunks_of(opened("qwen2", cache), chunk), IDS).store.tensors(200)
        for chunk in (1, 48, 64, 1000)
    ]
    for other in kept[1:]:
        for one, same in zip(kept[0], other, strict=True):
            assert {name: each.shape for name, each in one.items()} == {
                name: each.shape for name, each in same.items()
            }
            assert one["k"].shape[2] == 200 % BLOCK
        assert (kept[0][0]["codes"].int() - other[0]["codes"].int()).abs().max() <= 1
        assert (kept[0][0]["k"] - other[0]["k"]).abs().max() <= 1e-5


def cancelled_after(model: LoadedModel, chunks: int) -> Prefix:
    """What was finished when somebody stopped the reading after so many chunks."""
    asks = iter([False] * chunks + [True])
    with pytest.raises(Cancelled) as stopped:
        prefill(model, IDS, cancelled=lambda: next(asks))
    assert stopped.value.finished is not None
    return stopped.value.finished


@pytest.mark.parametrize("architecture", ["qwen2", "deepseek_v2"])
@pytest.mark.parametrize("cache", NEAR)
def test_what_was_gone_on_from_is_what_it_was_and_those_that_go_on_do_not_meet(
    opened: Opened, cache: Cache, architecture: str
) -> None:
    """Ninety-six tokens are a block and a half: the half becomes a block while the beginning is still asked."""
    model = opened(architecture, cache)
    begun = cancelled_after(model, 2)
    before = asked(begun)
    whole = asked(prefill(model, IDS))
    assert asked(prefill(model, IDS, begun=begun)).equal(whole)
    assert asked(begun).equal(before)
    other_end = IDS[:96] + IDS[10:90]
    other = asked(prefill(model, other_end, begun=begun))
    assert other.equal(asked(prefill(model, other_end)))
    assert asked(begun).equal(before)


@pytest.mark.parametrize("architecture", ["qwen2", "deepseek_v2"])
@pytest.mark.parametrize("cache", ["model", "int8", "int4"])
def test_a_prefix_is_made_again_from_its_tensors_and_says_the_same(
    opened: Opened, cache: Cache, architecture: str
) -> None:
    model = opened(architecture, cache)
    begun = cancelled_after(model, 2)
    tensors = [
        {name: each.clone() for name, each in layer.items()} for layer in begun.store.tensors(begun.tokens)
    ]
    store = PrefixStore.of(begun.tokens, tensors, len(IDS), layers_of(model))
    again = Prefix(model, begun.token_ids, store, begun.logits)
    assert asked(again).equal(asked(begun))
    assert again.bytes == begun.bytes
    assert asked(prefill(model, IDS, begun=again)).equal(asked(prefill(model, IDS)))


@pytest.mark.parametrize(
    ("kept", "taken", "tokens"),
    [("int8", "model", 200), ("model", "int8", 200), ("int8", "int4", 200), ("model", "model", 150)],
)
def test_tensors_of_another_kind_or_length_are_refused(
    opened: Opened, kept: Cache, taken: Cache, tokens: int
) -> None:
    tensors = prefill(opened("qwen2", kept), IDS).store.tensors(200)
    with pytest.raises(ValueError, match="another"):
        PrefixStore.of(tokens, tensors, 300, layers_of(opened("qwen2", taken)))

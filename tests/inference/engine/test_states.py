"""Hybrid models: layers with linear attention remember a state, which prefixes keep and every fork goes on from."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from inference.engine.cache import layers_of
from inference.engine.fits import needed_bytes
from inference.engine.folder import elements, weight_files
from inference.engine.load import load
from inference.engine.loaded import LoadedModel
from inference.engine.prefill import Cancelled, prefill
from inference.engine.prefix import Prefix
from inference.engine.profile import Cache, EngineProfile, Quantization
from inference.engine.store import PrefixStore

from .conftest import in_chunks_of, one_pass
from .tiny_models import save_model

LINEAR: dict[str, Any] = {
    "num_hidden_layers": 3,
    "layer_types": ["linear_attention", "full_attention", "linear_attention"],
    "linear_num_key_heads": 2,
    "linear_num_value_heads": 4,
    "linear_key_head_dim": 32,
    "linear_value_head_dim": 32,
}
EXPERTS = {
    "num_experts": 4,
    "num_experts_per_tok": 2,
    "moe_intermediate_size": 64,
    "shared_expert_intermediate_size": 64,
}
HYBRIDS: dict[str, dict[str, Any]] = {
    "qwen3_5_text": LINEAR,
    "qwen3_next": {**LINEAR, **EXPERTS},
    "olmo_hybrid": LINEAR,
    "kimi_linear": {
        "num_hidden_layers": 3,
        "layer_types": LINEAR["layer_types"],
        "linear_num_heads": 4,
        "linear_head_dim": 32,
        "kv_lora_rank": 64,
        "qk_nope_head_dim": 32,
        "qk_rope_head_dim": 16,
        "v_head_dim": 24,
        "num_key_value_heads": 4,
        "num_local_experts": 4,
        **EXPERTS,
    },
}
IDS = [int(each) for each in torch.randint(2, 512, (70,), generator=torch.Generator().manual_seed(3))]
QUESTIONS = ([11, 12, 13, 14, 15], [21], [31, 32, 33], [41])
EXACT = 2e-5
Hybrid = Callable[[str, Cache], LoadedModel]


@pytest.fixture(scope="module")
def hybrid(tmp_path_factory: pytest.TempPathFactory) -> Hybrid:
    """A tiny hybrid in float32 that reads 16 tokens at a time."""
    kept: dict[tuple[str, Cache], LoadedModel] = {}

    def model(architecture: str, cache: Cache) -> LoadedModel:
        key = (architecture, cache)
        if key not in kept:
            folder: Path = tmp_path_factory.mktemp(architecture)
            save_model(folder, architecture, **HYBRIDS[architecture])
            kept[key] = load(EngineProfile(folder, dtype="float32", chunk=16, cache=cache))
        return kept[key]

    return model


@pytest.mark.parametrize("architecture", HYBRIDS)
def test_a_hybrid_reads_in_chunks_and_is_asked_side_by_side_as_if_alone(
    hybrid: Hybrid, architecture: str
) -> None:
    model = hybrid(architecture, "model")
    prefix = prefill(model, IDS)
    assert (prefix.logits - one_pass(model, IDS)[-1]).abs().max() <= EXACT
    forks = prefix.fork(4)
    forks.feed(QUESTIONS)
    said = [list(question) for question in QUESTIONS]
    for _ in range(3):
        chosen = [int(logits.argmax()) for logits in forks.logits]
        forks.feed([[token] for token in chosen])
        for own, token in zip(said, chosen, strict=True):
            own.append(token)
    for row, own in enumerate(said):
        assert (forks.logits[row] - one_pass(model, IDS + own)[-1]).abs().max() <= EXACT


@pytest.mark.parametrize("architecture", HYBRIDS)
def test_so_does_one_that_ends_in_full_attention_as_those_in_use_do(
    tmp_path: Path, architecture: str
) -> None:
    """There the last layer attends for a chunk, or a lone question, where logits are wanted and nowhere else."""
    ends = {"num_hidden_layers": 2, "layer_types": ["linear_attention", "full_attention"]}
    save_model(tmp_path, architecture, **{**HYBRIDS[architecture], **ends})
    model = load(EngineProfile(tmp_path, dtype="float32", chunk=16, cache="model"))
    prefix = prefill(model, IDS)
    assert (prefix.logits - one_pass(model, IDS)[-1]).abs().max() <= EXACT
    for asked in (QUESTIONS, QUESTIONS[:1]):
        forks = prefix.fork(len(asked))
        forks.feed(asked)
        forks.feed([[7, 8] for _ in asked])
        for row, own in enumerate(asked):
            assert (forks.logits[row] - one_pass(model, [*IDS, *own, 7, 8])[-1]).abs().max() <= EXACT


@pytest.mark.parametrize("quantization", ["int8", "nf4"])
def test_a_hybrid_with_quantized_weights_says_the_same_twice(
    tmp_path: Path, quantization: Quantization
) -> None:
    folder = save_model(tmp_path, "qwen3_5_text", **LINEAR)
    model = load(EngineProfile(folder, quantization, chunk=32))
    logits = prefill(model, IDS).fork(2).feed([[5, 6, 7], [8]])
    assert logits.isfinite().all()
    assert prefill(model, IDS).fork(2).feed([[5, 6, 7], [8]]).equal(logits)


@pytest.mark.parametrize("chunk", [1, 63, 1000])
def test_the_size_of_a_chunk_changes_nothing(hybrid: Hybrid, chunk: int) -> None:
    model = hybrid("qwen3_5_text", "model")
    chunked = prefill(in_chunks_of(model, chunk), IDS)
    assert (chunked.logits - prefill(model, IDS).logits).abs().max() <= EXACT


def test_rows_that_leave_and_enter_remember_what_is_theirs(hybrid: Hybrid) -> None:
    model = hybrid("qwen3_5_text", "model")
    forks = prefill(model, IDS).fork(3)
    forks.feed([[11, 12], [21], [31, 32]])
    forks.keep([2, 0])
    forks.enter(1)
    forks.feed([[7], [8], [9, 10]])
    for row, own in enumerate(([31, 32, 7], [11, 12, 8], [9, 10])):
        assert (forks.logits[row] - one_pass(model, IDS + own)[-1]).abs().max() <= EXACT


@pytest.mark.parametrize(
    ("architecture", "cache"), [("qwen3_5_text", "model"), ("qwen3_5_text", "int8"), ("kimi_linear", "int8")]
)
def test_what_was_begun_is_gone_on_from_twice_and_made_again_from_its_tensors(
    hybrid: Hybrid, architecture: str, cache: Cache
) -> None:
    model = hybrid(architecture, cache)
    asks = iter([False] * 2 + [True])
    with pytest.raises(Cancelled) as stopped:
        prefill(model, IDS, cancelled=lambda: next(asks))
    begun = stopped.value.finished
    assert begun is not None
    before = begun.fork(2).feed([[5], [6, 7]])
    whole = prefill(model, IDS)
    for _ in range(2):
        assert prefill(model, IDS, begun=begun).logits.equal(whole.logits)
    assert begun.fork(2).feed([[5], [6, 7]]).equal(before)
    tensors = [{name: each.clone() for name, each in layer.items()} for layer in begun.store.tensors(32)]
    assert [set(layer) >= {"memory"} for layer in tensors] == [True, False, True]
    again = Prefix(model, begun.token_ids, PrefixStore.of(32, tensors, 32, layers_of(model)), begun.logits)
    assert again.fork(2).feed([[5], [6, 7]]).equal(before)
    assert prefill(model, IDS, begun=again).logits.equal(whole.logits)
    assert again.bytes == begun.bytes == sum(each.nbytes for layer in tensors for each in layer.values())


@pytest.mark.parametrize("architecture", HYBRIDS)
def test_the_bytes_asked_are_those_that_the_prefix_takes(hybrid: Hybrid, architecture: str) -> None:
    model = hybrid(architecture, "int8")
    count = elements(weight_files(model.profile.model))
    needed = needed_bytes(model.profile, model.model.config, count, model.window)
    assert prefill(model, [5] * model.window).bytes == needed.window_bytes


def test_a_hybrid_is_given_nothing_on_trial_for_it_could_not_forget_it(hybrid: Hybrid) -> None:
    forks = prefill(in_chunks_of(hybrid("qwen3_5_text", "model"), 512), IDS).fork(2)
    assert forks.most_drafted([[5], [6]]) == 0

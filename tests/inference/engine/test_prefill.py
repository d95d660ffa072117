"""A case file is taken in by chunks, exactly as if it had been read in one pass."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from inference.engine.load import LoadedModel
from inference.engine.prefill import Cancelled, prefill
from inference.engine.prefix import Prefix, WindowFull
from inference.engine.profile import DType

from .conftest import CaseFileIds, in_chunks_of, one_pass
from .tiny_models import ARCHITECTURES

EXACT: dict[DType, float] = {"float64": 1e-12, "float32": 1e-5}
Loaded = Callable[[str, DType], LoadedModel]


def keys_and_values(prefix: Prefix) -> list[torch.Tensor]:
    """What is stored of every layer, [1, heads, tokens, size]."""
    layers = range(prefix.loaded.layers)
    return [torch.cat([b.joined for b in prefix.store.blocks(n, prefix.tokens)], 2).clone() for n in layers]


@pytest.mark.parametrize("dtype", EXACT)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_chunks_and_one_pass_give_the_same_logits_and_the_same_greedy_tokens(
    loaded: Loaded, case_file: CaseFileIds, architecture: str, dtype: DType
) -> None:
    model = loaded(architecture, dtype)
    expected = one_pass(model, case_file)[-1]
    prefix = prefill(model, case_file)
    assert (prefix.logits - expected).abs().max() <= EXACT[dtype]
    said = list(case_file)
    forks = prefix.fork(1)
    for _ in range(4):
        token = int(forks.logits[0].argmax())
        assert token == int(one_pass(model, said)[-1].argmax())
        said.append(token)
        forks.feed([[token]])


@pytest.mark.parametrize("chunk", [1, 16, 69, 70, 71])
def test_the_size_of_a_chunk_changes_nothing(loaded: Loaded, case_file: CaseFileIds, chunk: int) -> None:
    model = loaded("qwen2", "float64")
    whole = prefill(in_chunks_of(model, 1000), case_file)
    chunked = prefill(in_chunks_of(model, chunk), case_file)
    assert (chunked.logits - whole.logits).abs().max() <= EXACT["float64"]
    for one, other in zip(keys_and_values(chunked), keys_and_values(whole), strict=True):
        assert (one - other).abs().max() <= EXACT["float64"]


def test_progress_is_told_after_every_chunk(qwen: LoadedModel, case_file: CaseFileIds) -> None:
    told: list[tuple[int, int]] = []
    prefill(qwen, case_file, progress=lambda done, total: told.append((done, total)))
    assert told == [(16, 70), (32, 70), (48, 70), (64, 70), (70, 70)]


def cancelled_after(chunks: int, model: LoadedModel, case_file: CaseFileIds) -> Prefix | None:
    """Read until somebody stops it after so many chunks; gives what was finished."""
    asked = iter([False] * chunks + [True])
    with pytest.raises(Cancelled) as stopped:
        prefill(model, case_file, cancelled=lambda: next(asked))
    return stopped.value.finished


def test_a_cancelled_reading_is_gone_on_from_and_reads_nothing_twice(
    qwen: LoadedModel, case_file: CaseFileIds
) -> None:
    finished = cancelled_after(2, qwen, case_file)
    assert finished is not None
    assert finished.tokens == 32
    told: list[tuple[int, int]] = []
    prefix = prefill(qwen, case_file, begun=finished, progress=lambda done, total: told.append((done, total)))
    assert told == [(48, 70), (64, 70), (70, 70)]
    assert torch.equal(prefix.logits, prefill(qwen, case_file).logits)
    assert prefix.store is finished.store  # in the room that was set aside at the start


def test_what_was_finished_can_be_asked_by_itself(qwen: LoadedModel, case_file: CaseFileIds) -> None:
    finished = cancelled_after(2, qwen, case_file)
    assert finished is not None
    assert (finished.logits - one_pass(qwen, case_file[:32])[-1]).abs().max() <= EXACT["float32"]


def test_cancelled_before_the_first_chunk_leaves_nothing(qwen: LoadedModel, case_file: CaseFileIds) -> None:
    assert cancelled_after(0, qwen, case_file) is None


def test_two_that_go_on_from_the_same_beginning_do_not_meet(
    qwen: LoadedModel, case_file: CaseFileIds
) -> None:
    finished = cancelled_after(2, qwen, case_file)
    assert finished is not None
    other_end = case_file[:32] + case_file[40:60]
    one, other = prefill(qwen, case_file, begun=finished), prefill(qwen, other_end, begun=finished)
    assert torch.equal(one.logits, prefill(qwen, case_file).logits)
    assert torch.equal(other.logits, prefill(qwen, other_end).logits)
    kept = keys_and_values(prefill(qwen, case_file))
    assert all(torch.equal(a, b) for a, b in zip(keys_and_values(one), kept, strict=True))


def test_a_reading_can_be_made_longer_later(qwen: LoadedModel, case_file: CaseFileIds) -> None:
    shorter = prefill(qwen, case_file[:48])
    longer = prefill(qwen, case_file, begun=shorter)
    assert torch.equal(longer.logits, prefill(qwen, case_file).logits)
    assert shorter.tokens == 48
    assert shorter.logits.equal(prefill(qwen, case_file[:48]).logits)


def test_going_on_from_what_was_read_otherwise_is_refused(
    loaded: Loaded, qwen: LoadedModel, case_file: CaseFileIds
) -> None:
    begun = prefill(qwen, case_file[:32])
    with pytest.raises(ValueError, match="not the beginning of this case file"):
        prefill(qwen, case_file[1:], begun=begun)
    with pytest.raises(ValueError, match="not the beginning of this case file"):
        prefill(qwen, case_file[:31], begun=begun)
    with pytest.raises(ValueError, match="read by another model"):
        prefill(loaded("llama", "float32"), case_file, begun=begun)


def test_more_than_the_window_is_refused_before_anything_is_read(qwen: LoadedModel) -> None:
    told: list[int] = []
    with pytest.raises(WindowFull, match="This needs 513 tokens, and the model reads at most 512"):
        prefill(qwen, [5] * 513, progress=lambda done, total: told.append(done))
    assert not told


def test_nothing_to_read_is_an_error(qwen: LoadedModel) -> None:
    with pytest.raises(ValueError, match="nothing to read"):
        prefill(qwen, [])


class Largest(TorchDispatchMode):
    """Notes the largest tensor that any operation makes anew."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        given = {
            each.untyped_storage().data_ptr() for each in tree_leaves(args) if isinstance(each, torch.Tensor)
        }
        for each in tree_leaves(made):
            if isinstance(each, torch.Tensor) and each.untyped_storage().data_ptr() not in given:
                self.bytes = max(self.bytes, each.untyped_storage().nbytes())
        return made


def test_room_is_set_aside_once_and_memory_stays_flat(qwen: LoadedModel) -> None:
    """No pass makes a larger tensor because more was read before it."""
    largest: list[int] = []
    with Largest() as made:

        def weigh(done: int, total: int) -> None:
            largest.append(made.bytes)
            made.bytes = 0

        prefill(qwen, [5] * 512, progress=weigh)
    assert largest[0] >= 512 * 2 * 2 * 32 * 4  # the first pass sets the room of a layer aside
    assert len(set(largest[1:])) == 1

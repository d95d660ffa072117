"""What was read waits in main memory and comes back: the same bits, and it is read on and asked as if never gone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from inference.engine.keeping.budgets import Budgets, Limits, limits_of, reading_bytes
from inference.engine.keeping.keeper import Keeper
from inference.engine.load import load
from inference.engine.loaded import LoadedModel
from inference.engine.prefill import Cancelled, prefill
from inference.engine.prefix import Prefix
from inference.engine.profile import Cache, EngineProfile
from inference.engine.reader import EngineReader
from inference.engine.reading import EngineReading
from tests.inference.engine.conftest import CaseFileIds
from tests.inference.engine.test_states import HYBRIDS
from tests.inference.engine.tiny_models import save_model

from .conftest import case_of

OTHER = torch.device("cpu", 0)  # torch takes it for another device than "cpu" and copies
QUESTIONS = ([11, 12, 13, 14, 15], [21], [31, 32, 33])
KINDS: list[tuple[str, Cache]] = [
    ("qwen2", "model"),
    ("qwen2", "int8"),
    ("qwen2", "int4"),
    ("deepseek_v3", "int8"),
    ("kimi_linear", "model"),
    ("qwen3_next", "int8"),
]
Opened = Callable[[str, Cache], LoadedModel]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """A tiny model in float32 that reads 16 tokens at a time."""
    kept: dict[tuple[str, Cache], LoadedModel] = {}

    def model(architecture: str, cache: Cache) -> LoadedModel:
        if (architecture, cache) not in kept:
            changes = HYBRIDS.get(architecture, {})
            folder: Path = save_model(tmp_path_factory.mktemp(architecture), architecture, **changes)
            kept[architecture, cache] = load(EngineProfile(folder, dtype="float32", chunk=16, cache=cache))
        return kept[architecture, cache]

    return model


def copied(prefix: Prefix) -> Prefix:
    """Moved to another device, and none of it shared with what was before."""
    moved = replace(prefix, store=prefix.store.on([OTHER] * prefix.loaded.layers))
    for mine, theirs in zip(tensors(prefix), tensors(moved), strict=True):
        assert torch.equal(mine, theirs)
        assert mine.numel() == 0 or mine.data_ptr() != theirs.data_ptr()
    return moved


def tensors(prefix: Prefix) -> list[torch.Tensor]:
    return [tensor for layer in prefix.store.tensors(prefix.tokens) for tensor in layer.values()]


def said(prefix: Prefix) -> torch.Tensor:
    """Logits after ragged questions and six greedy tokens, [6, 3, vocabulary]."""
    forks = prefix.fork(3)
    forks.feed(QUESTIONS)
    return torch.stack([forks.feed([[int(token)] for token in forks.logits.argmax(-1)]) for _ in range(6)])


@pytest.mark.parametrize(("architecture", "cache"), KINDS)
def test_a_moved_reading_says_the_same_and_takes_what_was_foreseen(
    opened: Opened, case_file: CaseFileIds, architecture: str, cache: Cache
) -> None:
    prefix = prefill(opened(architecture, cache), case_file)
    assert torch.equal(said(copied(prefix)), said(prefix))
    assert prefix.bytes == reading_bytes(prefix.loaded, prefix.tokens)


@pytest.mark.parametrize(("architecture", "cache"), KINDS)
def test_a_reading_that_was_stopped_is_moved_and_read_on(
    opened: Opened, case_file: CaseFileIds, architecture: str, cache: Cache
) -> None:
    model, done = opened(architecture, cache), []
    with pytest.raises(Cancelled) as stopped:
        prefill(
            model, case_file, progress=lambda at, of: done.append(at), cancelled=lambda: done[-1:] == [48]
        )
    assert stopped.value.finished is not None
    moved = copied(stopped.value.finished)
    whole = prefill(model, case_file, begun=moved)
    assert whole.store is moved.store  # the room for the rest came with it
    assert torch.equal(said(whole), said(prefill(model, case_file)))


def test_nothing_is_copied_where_device_and_memory_are_one(opened: Opened, case_file: CaseFileIds) -> None:
    prefix = prefill(opened("qwen3_next", "int8"), case_file)
    assert prefix.in_memory().store is prefix.store
    assert prefix.in_memory().on_device().store is prefix.store
    assert torch.equal(said(prefix.in_memory().on_device()), said(prefix))


@pytest.mark.parametrize(("architecture", "cache"), KINDS)
def test_without_a_budget_there_is_room_for_any_case_file_the_window_holds(
    opened: Opened, architecture: str, cache: Cache
) -> None:
    model = opened(architecture, cache)
    limits = limits_of(Budgets(), model)
    assert limits.device == limits.window
    assert limits.memory == 0
    most = max(reading_bytes(model, tokens) for tokens in range(1, model.window + 1))
    assert limits.device == most


def test_budgets_are_no_larger_than_the_machine(opened: Opened) -> None:
    model = opened("qwen2", "int8")
    asked = Budgets(device=2**60, memory=2**60)
    limits = limits_of(asked, model)
    assert limits.window < limits.device < 2**50
    assert limits.memory < 2**50
    small = limits_of(Budgets(device=5000, memory=7000, lifetime=60), model)
    assert (small.device, small.memory, small.lifetime) == (5000, 7000, 60)
    for wrong in ({"device": -1}, {"memory": -1}, {"lifetime": -1}):
        with pytest.raises(ValueError, match="from nothing on"):
            Budgets(**wrong)


@pytest.mark.gpu
@pytest.mark.parametrize("cache", ["model", "int8", "int4"])
def test_a_gpu_is_left_and_come_back_to(model_folder: Callable[[str], Path], cache: Cache) -> None:
    reader = EngineReader(load(EngineProfile(model_folder("qwen3"), chunk=32, cache=cache, device="cuda")))
    one = reader.begin(case_of("a")).bytes
    keeper: Keeper[str, EngineReading] = Keeper(Limits(one, one, None, one))
    with keeper.using("a", lambda: reader.begin(case_of("a"))) as reading:
        reading.prefill()
        before = said(reading.prefix)
    with keeper.using("b", lambda: reader.begin(case_of("b"))) as other:
        other.prefill()
        assert {tensor.device.type for tensor in tensors(reading.prefix)} == {"cpu"}
    with keeper.using("a", lambda: reader.begin(case_of("a"))) as again:
        assert again is reading
        assert {tensor.device.type for tensor in tensors(again.prefix)} == {"cuda"}
        assert torch.equal(said(again.prefix), before)

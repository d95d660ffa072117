"""Whoever reads may be killed at any moment: what was saved by then is whole, and is not read again."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from inference.engine.loaded import LoadedModel
from inference.engine.prefill import prefill
from inference.engine.saved.folder import delete_reading, readings_in
from inference.engine.saved.saved_readings import SavedReadings
from tests.inference.engine.conftest import CaseFileIds
from tests.inference.engine.saved.conftest import counted_passes, read_in

FIRST, EACH = 2, 4  # times that a disk is made sure of before the first chunk, and for every chunk


def killed_at_the(step: int, work: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> bool:
    """Do work in a process of its own, killed as it waits for the disk for this time; False where it ended before."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    left = iter(range(step, -1, -1))
    fsync = os.fsync

    def fsync_or_die(file: int) -> None:
        if not next(left):
            os.kill(os.getpid(), signal.SIGKILL)
        fsync(file)

    try:
        monkeypatch.setattr(os, "fsync", fsync_or_die)
        work()
    finally:
        os._exit(0)


@pytest.mark.parametrize("step", range(FIRST + 5 * EACH + 1))
def test_killed_at_any_step_of_saving_it_goes_on_from_the_last_whole_chunk(
    qwen: LoadedModel,
    readings: SavedReadings,
    case_file: CaseFileIds,
    step: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    all_of_it = FIRST + 5 * EACH
    assert killed_at_the(step, lambda: read_in(readings, qwen, case_file), monkeypatch) == (step < all_of_it)
    with counted_passes(qwen) as passes:
        prefix, saved = read_in(readings, qwen, case_file)
    # A manifest is in its place with the third of the four, and makes sure of its name with the fourth.
    whole = max(0, step - FIRST + 1) // EACH
    assert saved.restored == min(16 * whole, 70)
    assert passes == [16, 16, 16, 16, 6][whole:]
    expected = prefill(qwen, case_file)
    assert torch.equal(prefix.logits, expected.logits)
    for one, other in zip(prefix.store.tensors(70), expected.store.tensors(70), strict=True):
        assert all(torch.equal(tensor, other[name]) for name, tensor in one.items())
    assert [path.suffix for path in only_folder(readings).iterdir() if path.suffix == ".part"] == []


def test_killed_over_and_over_it_is_read_once(
    qwen: LoadedModel, readings: SavedReadings, case_file: CaseFileIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives = 1
    while killed_at_the(FIRST + EACH, lambda: read_in(readings, qwen, case_file), monkeypatch):
        lives += 1
    assert lives == 5  # the last of them finds one chunk missing, and saves it before it would be killed
    assert readings.of(qwen, case_file).tokens == 70


def test_killed_while_a_reading_is_taken_over_from_a_shorter_one_both_are_whole(
    qwen: LoadedModel, readings: SavedReadings, case_file: CaseFileIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    longer = [*case_file, *range(40, 90)]
    read_in(readings, qwen, case_file)
    for step in range(6):
        killed_at_the(step, lambda: read_in(readings, qwen, longer), monkeypatch)
        assert readings.of(qwen, case_file).tokens == 70
        assert readings.of(qwen, longer).tokens >= 64
    prefix, _ = read_in(readings, qwen, longer)
    assert torch.equal(prefix.logits, prefill(qwen, longer).logits)


def test_a_deletion_that_was_killed_is_finished_by_the_next(
    qwen: LoadedModel, readings: SavedReadings, case_file: CaseFileIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_in(readings, qwen, case_file)
    (listed,) = readings_in(readings.folder)
    child = os.fork()
    if not child:
        monkeypatch.setattr(os, "unlink", lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
        delete_reading(listed.folder)
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    assert list(readings_in(readings.folder)) == []
    assert list(readings.folder.iterdir()) != []
    read_in(readings, qwen, case_file)
    assert delete_reading(only_folder(readings))
    assert list(readings.folder.iterdir()) == []


def only_folder(readings: SavedReadings) -> Path:
    (listed,) = readings_in(readings.folder)
    return listed.folder

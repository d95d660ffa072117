"""The reader reads a case file once, and another process restores it, as far as the first one came."""

from collections.abc import Callable
from pathlib import Path

import pytest

from inference.engine.load import load
from inference.engine.prefill import Cancelled
from inference.engine.profile import EngineProfile
from inference.engine.reader import EngineReader
from inference.engine.saved.saved_readings import SavedReadings
from inference.types import CaseAnswer, CaseFile, Question, SourceText
from tests.inference.engine.saved.conftest import counted_passes
from tests.inference.engine.tiny_models import AUTHORED

CASE_FILE = CaseFile((SourceText("one", AUTHORED), SourceText("two", "Buyer shall pay within sixty days.\n")))
ASKED = [Question("flour", "Flour", "Who sells flour?", "text")]


@pytest.fixture
def readers(model_folder: Callable[[str], Path]) -> tuple[EngineReader, EngineReader]:
    """The same model opened twice, as by two workers."""
    profile = EngineProfile(model_folder("qwen3"), dtype="float32", chunk=32, reason_tokens=3)
    return EngineReader(load(profile)), EngineReader(load(profile))


def answers(reader: EngineReader, readings: SavedReadings | None) -> list[CaseAnswer]:
    reading = reader.read(CASE_FILE, readings=readings)
    return list(reader.ask(reading, ASKED, second_reading=False))


def without_usage(found: list[CaseAnswer]) -> list[object]:
    return [(each.state, each.evidence, each.reason, each.value) for each in found]


def test_another_worker_restores_and_says_so(
    readers: tuple[EngineReader, EngineReader], readings: SavedReadings
) -> None:
    first = answers(readers[0], readings)
    again = answers(readers[1], readings)
    assert without_usage(first) == without_usage(again) == without_usage(answers(readers[1], None))
    assert first[0].usage.restored_tokens == 0
    assert again[0].usage.restored_tokens == again[0].usage.prefill_tokens


def test_a_reading_tells_what_can_be_restored_before_anything_is(
    readers: tuple[EngineReader, EngineReader], readings: SavedReadings
) -> None:
    begun = readers[0].begin(CASE_FILE)
    begun.keep_in(readings)
    calls: list[int] = []
    with pytest.raises(Cancelled):
        begun.prefill(lambda done, total: calls.append(done), lambda: len(calls) == 2)
    assert (begun.done, begun.restored) == (64, 0)

    other = readers[1].begin(CASE_FILE)
    other.keep_in(readings)
    assert other.saved is not None
    assert (other.saved.tokens, other.done) == (64, 0)
    heard: list[int] = []
    other.prefill(lambda done, total: heard.append(done))
    assert other.is_complete
    assert other.restored == 64
    assert heard[:2] == [32, 64]

    begun.prefill()  # in the meantime somebody else has read on; nothing is harmed
    assert begun.is_complete
    assert readings.of(readers[0]._loaded, begun.prompt.token_ids).tokens == begun.total


def test_a_reading_that_has_begun_can_no_longer_be_saved(
    readers: tuple[EngineReader, EngineReader], readings: SavedReadings
) -> None:
    reading = readers[0].read(CASE_FILE)
    with pytest.raises(ValueError, match="can no longer be saved"):
        reading.keep_in(readings)


class Lost(Exception):
    """What a listener may raise that has lost its job."""


@pytest.mark.parametrize("is_saved", [True, False])
def test_what_was_read_stays_where_a_listener_raises_and_is_gone_on_from(
    readers: tuple[EngineReader, EngineReader], readings: SavedReadings, is_saved: bool
) -> None:
    reading = readers[0].begin(CASE_FILE)
    if is_saved:
        reading.keep_in(readings)

    def progress(done: int, total: int) -> None:
        if done == 96:
            raise Lost

    with pytest.raises(Lost):
        reading.prefill(progress)
    assert reading.done == 96
    with counted_passes(readers[0].loaded) as passes:
        reading.prefill()
    assert sum(passes) == reading.total - 96


def test_a_listener_that_raises_at_the_end_or_instead_of_an_answer_is_heard(
    readers: tuple[EngineReader, EngineReader],
) -> None:
    reading = readers[0].begin(CASE_FILE)

    def lost(done: int = 0, total: int = 0) -> bool:
        if done == total:
            raise Lost
        return False

    with pytest.raises(Lost):
        reading.prefill(cancelled=lost)
    assert reading.done == 0
    with pytest.raises(Lost):
        reading.prefill(lost)
    assert reading.is_complete


def test_what_was_saved_before_a_pass_failed_is_restored_and_not_read_again(
    readers: tuple[EngineReader, EngineReader], readings: SavedReadings
) -> None:
    reading, model = readers[0].begin(CASE_FILE), readers[0].loaded
    reading.keep_in(readings)
    passes = 0

    def fail(*args: object) -> None:
        nonlocal passes
        passes += 1
        if passes == 4:
            raise RuntimeError("The device has no memory left.")

    hook = model.model.register_forward_pre_hook(fail)
    with pytest.raises(RuntimeError, match="no memory left"):
        reading.prefill()
    hook.remove()
    with counted_passes(model) as counted:
        reading.prefill()
    assert (reading.restored, sum(counted)) == (96, reading.total - 96)

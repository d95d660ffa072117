"""A case file that was read once is restored from the disk: the same bytes, whatever is asked of it."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from inference.engine.load import load
from inference.engine.loaded import LoadedModel
from inference.engine.prefill import Cancelled, prefill
from inference.engine.prefix import Prefix
from inference.engine.profile import Cache, DType, EngineProfile, Quantization
from inference.engine.saved.folder import delete_reading, readings_in
from inference.engine.saved.keys import ReadingKey
from inference.engine.saved.manifest import chunk_file, load_manifest
from inference.engine.saved.refused import ReadingRefused
from inference.engine.saved.restore import restore
from inference.engine.saved.saved_readings import SavedReadings
from inference.types import Fingerprint
from tests.inference.engine.conftest import CaseFileIds, in_chunks_of
from tests.inference.engine.saved.conftest import counted_passes, read_in
from tests.inference.engine.test_states import HYBRIDS
from tests.inference.engine.tiny_models import ARCHITECTURES, save_model

Loaded = Callable[[str, DType], LoadedModel]
QUESTIONS = ([11, 12, 13, 14, 15], [21], [31, 32, 33])


def assert_same(one: Prefix, other: Prefix) -> None:
    """Both hold the same bits and answer with the same bits."""
    assert one.token_ids == other.token_ids
    assert torch.equal(one.logits, other.logits)
    for mine, theirs in zip(one.store.tensors(one.tokens), other.store.tensors(one.tokens), strict=True):
        assert mine.keys() == theirs.keys()
        assert all(torch.equal(tensor, theirs[name]) for name, tensor in mine.items())
    forks = one.fork(3), other.fork(3)
    assert torch.equal(forks[0].feed(QUESTIONS), forks[1].feed(QUESTIONS))
    for _ in range(3):
        said = [[int(token)] for token in forks[0].logits.argmax(-1)]
        assert torch.equal(forks[0].feed(said), forks[1].feed(said))


def only_folder(readings: SavedReadings) -> Path:
    (listed,) = readings_in(readings.folder)
    return listed.folder


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_restored_reading_answers_with_the_same_bytes(
    loaded: Loaded, readings: SavedReadings, case_file: CaseFileIds, architecture: str
) -> None:
    model = loaded(architecture, "float32")
    read, _ = read_in(readings, model, case_file)
    with counted_passes(model) as passes:
        restored, saved = read_in(readings, model, case_file)
    assert not passes
    assert saved.restored == len(case_file)
    assert_same(restored, read)
    assert_same(restored, prefill(model, case_file))


@pytest.mark.parametrize(
    ("architecture", "dtype", "quantization"),
    [
        ("qwen2", "float64", "none"),
        ("qwen2", "bfloat16", "none"),
        ("deepseek_v3", "bfloat16", "none"),
        ("qwen2", "bfloat16", "nf4"),
        ("llama", "float32", "int8"),
    ],
)
def test_types_and_quantized_weights_are_restored_to_the_same_bytes(
    model_folder: Callable[[str], Path],
    readings: SavedReadings,
    key: ReadingKey,
    case_file: CaseFileIds,
    architecture: str,
    dtype: DType,
    quantization: Quantization,
) -> None:
    profile = EngineProfile(
        model_folder(architecture),
        quantization=quantization,
        dtype=dtype,
        chunk=16,
        cache="model",
    )
    read, _ = read_in(readings, load(profile), case_file)
    again = load(profile)  # as after a restart
    assert_same(restore(only_folder(readings), key, again), read)


@pytest.mark.parametrize("chunk", [16, 64, 100])
@pytest.mark.parametrize("cache", ["int8", "int4"])
@pytest.mark.parametrize("architecture", ["qwen2", "deepseek_v2"])
def test_blocks_of_few_bits_are_restored_and_read_on_from_wherever_chunks_end(
    model_folder: Callable[[str], Path],
    readings: SavedReadings,
    architecture: str,
    cache: Cache,
    chunk: int,
) -> None:
    profile = EngineProfile(model_folder(architecture), dtype="float32", chunk=chunk, cache=cache)
    model = load(profile)
    long = [7 + n * n % 480 for n in range(230)]
    read, _ = read_in(readings, model, long)
    restored, saved = read_in(readings, model, long)
    assert saved.restored == len(long)
    assert_same(restored, read)
    grown, saved = read_in(readings, model, [*long[:211], 5, 6])
    assert saved.restored == 211 // chunk * chunk
    assert_same(grown, prefill(model, [*long[:211], 5, 6]))


@pytest.mark.parametrize("architecture", HYBRIDS)
def test_what_layers_with_linear_attention_remember_is_restored_and_gone_on_from(
    tmp_path: Path, readings: SavedReadings, case_file: CaseFileIds, architecture: str
) -> None:
    save_model(tmp_path / "model", architecture, **HYBRIDS[architecture])
    model = load(EngineProfile(tmp_path / "model", dtype="float32", chunk=16))
    read, _ = read_in(readings, model, case_file)
    restored, saved = read_in(readings, model, case_file)
    assert saved.restored == len(case_file)
    assert_same(restored, read)
    grown, saved = read_in(readings, model, [*case_file, 5, 6, 7])
    assert saved.restored == 64
    assert_same(grown, prefill(model, [*case_file, 5, 6, 7]))


def test_what_is_restored_can_be_written_on_without_a_copy(
    qwen: LoadedModel, readings: SavedReadings, case_file: CaseFileIds
) -> None:
    read_in(readings, qwen, case_file[:64])
    begun = readings.of(qwen, case_file).restore(lambda done: None, lambda: False)
    assert begun is not None
    assert prefill(qwen, case_file, begun=begun).store is begun.store


def test_a_document_added_at_the_end_reads_on_from_the_last_whole_chunk(
    qwen: LoadedModel, readings: SavedReadings, case_file: CaseFileIds
) -> None:
    longer = [*case_file, *range(40, 90)]
    read_in(readings, qwen, case_file)
    with counted_passes(qwen) as passes:
        grown, saved = read_in(readings, qwen, longer)
    assert saved.restored == 64
    assert passes == [16, 16, 16, 8]
    assert_same(grown, prefill(qwen, longer))
    assert read_in(readings, qwen, longer)[1].restored == len(longer)
    assert read_in(readings, qwen, case_file)[1].restored == len(case_file)  # the shorter one is still there


def test_a_changed_document_is_read_again_from_the_chunk_of_its_first_changed_token_on(
    qwen: LoadedModel, readings: SavedReadings, case_file: CaseFileIds
) -> None:
    changed = [*case_file[:40], 3, *case_file[41:]]
    read_in(readings, qwen, case_file)
    with counted_passes(qwen) as passes:
        again, saved = read_in(readings, qwen, changed)
    assert saved.restored == 32
    assert passes == [16, 16, 6]
    assert_same(again, prefill(qwen, changed))


def test_the_reading_that_goes_furthest_is_gone_on_from(
    qwen: LoadedModel, readings: SavedReadings, case_file: CaseFileIds
) -> None:
    other_end = [*case_file[:33], *range(100, 130)]
    read_in(readings, qwen, other_end)
    read_in(readings, qwen, case_file[:50])
    assert readings.of(qwen, case_file).tokens == 48
    assert readings.of(qwen, [*other_end, 9]).tokens == 48
    assert readings.of(qwen, case_file[1:]).tokens == 0


def test_a_longer_reading_shares_the_files_of_the_one_it_began_with(
    qwen: LoadedModel, readings: SavedReadings, case_file: CaseFileIds
) -> None:
    read_in(readings, qwen, case_file)
    shorter = only_folder(readings)
    read_in(readings, qwen, [*case_file, *range(40, 90)])
    both = list(readings_in(readings.folder))
    assert {listed.shared_bytes for listed in both} == {
        sum(chunk.bytes for chunk in load_manifest(shorter).chunks[:4])
    }
    assert delete_reading(shorter)
    (longer,) = readings_in(readings.folder)
    assert longer.shared_bytes == 0
    assert readings.of(qwen, [*case_file, *range(40, 90)]).tokens == 120


def test_a_cancelled_reading_is_gone_on_from_after_a_restart(
    qwen: LoadedModel, readings: SavedReadings, case_file: CaseFileIds
) -> None:
    saved = readings.of(qwen, case_file)
    asked = iter([False, False, True])
    with pytest.raises(Cancelled), saved.saving() as keep:
        prefill(qwen, case_file, cancelled=lambda: next(asked), keep=keep)
    with counted_passes(qwen) as passes:
        prefix, again = read_in(readings, qwen, case_file)
    assert again.restored == 32
    assert passes == [16, 16, 6]
    assert_same(prefix, prefill(qwen, case_file))


def test_restoring_tells_how_far_it_is_and_can_be_stopped(
    qwen: LoadedModel, readings: SavedReadings, case_file: CaseFileIds
) -> None:
    read_in(readings, qwen, case_file)
    told: list[int] = []
    with pytest.raises(Cancelled):
        readings.of(qwen, case_file).restore(told.append, lambda: len(told) == 2)
    assert told == [16, 32]


def refused(folder: Path, key: ReadingKey, model: LoadedModel) -> str:
    with pytest.raises(ReadingRefused) as refusal:
        restore(folder, key, model)
    assert str(refusal.value).startswith(("This ", "A file "))
    return refusal.value.reason


def test_a_wrong_key_is_told_in_a_sentence(
    qwen: LoadedModel, readings: SavedReadings, case_file: CaseFileIds
) -> None:
    read_in(readings, qwen, case_file)
    other = ReadingKey(bytes(32))
    with pytest.raises(ReadingRefused, match="sealed with another key"):
        restore(only_folder(readings), other, qwen)
    saved = SavedReadings(readings.folder, other).of(qwen, case_file)
    assert (saved.tokens, [each.reason for each in saved.refusals]) == (0, ["key"])


def test_a_reading_of_another_case_file_is_refused_to_who_says_which_it_is_to_be(
    qwen: LoadedModel, readings: SavedReadings, key: ReadingKey, case_file: CaseFileIds
) -> None:
    read, _ = read_in(readings, qwen, case_file)
    assert_same(restore(only_folder(readings), key, qwen, case_file), read)
    for other in (case_file[:-1], [*case_file, 5], [*case_file[:-1], 5]):
        with pytest.raises(ReadingRefused, match="a reading of another case file"):
            restore(only_folder(readings), key, qwen, other)


def test_a_reading_that_was_not_finished_is_no_whole_one(
    qwen: LoadedModel, readings: SavedReadings, key: ReadingKey, case_file: CaseFileIds
) -> None:
    asked = iter([False, False, True])
    with pytest.raises(Cancelled), readings.of(qwen, case_file).saving() as keep:
        prefill(qwen, case_file, cancelled=lambda: next(asked), keep=keep)
    assert refused(only_folder(readings), key, qwen) == "unfinished"


def test_a_reading_of_another_model_version_or_chunk_is_refused(
    loaded: Loaded, qwen: LoadedModel, readings: SavedReadings, key: ReadingKey, case_file: CaseFileIds
) -> None:
    read_in(readings, qwen, case_file)
    folder = only_folder(readings)
    newer = replace(qwen, fingerprint=Fingerprint(qwen.fingerprint.weights, "engine-newer"))
    others = {"model": loaded("llama", "float32"), "version": newer, "chunk": in_chunks_of(qwen, 32)}
    for reason, model in others.items():
        assert refused(folder, key, model) == reason
        saved = readings.of(model, case_file)
        assert (saved.tokens, [each.reason for each in saved.refusals]) == (0, [reason])


def test_the_same_model_in_another_type_or_quantization_or_with_other_positions_is_another(
    model_folder: Callable[[str], Path], readings: SavedReadings, key: ReadingKey, case_file: CaseFileIds
) -> None:
    profile = EngineProfile(model_folder("qwen2"), dtype="float32", chunk=16)
    read_in(readings, load(profile), case_file)
    for other in (
        replace(profile, dtype="bfloat16"),
        replace(profile, quantization="int8"),
        replace(profile, rope="yarn", rope_factor=2.0),
    ):
        assert refused(only_folder(readings), key, load(other)) == "model"
    assert refused(only_folder(readings), key, load(replace(profile, cache="int4"))) == "cache"


def test_another_case_file_is_no_cause_for_a_word(
    qwen: LoadedModel, readings: SavedReadings, case_file: CaseFileIds
) -> None:
    read_in(readings, qwen, case_file)
    saved = readings.of(qwen, case_file[5:])
    assert (saved.tokens, saved.refusals) == (0, ())


@pytest.mark.parametrize("number", [0, 2, 4])
def test_a_chunk_that_was_changed_is_noticed_and_read_again_with_all_behind_it(
    qwen: LoadedModel, readings: SavedReadings, key: ReadingKey, case_file: CaseFileIds, number: int
) -> None:
    read, _ = read_in(readings, qwen, case_file)
    folder = only_folder(readings)
    content = bytearray(chunk_file(folder, number).read_bytes())
    content[len(content) // 2] ^= 1
    chunk_file(folder, number).write_bytes(content)
    assert refused(folder, key, qwen) == "changed"
    again, saved = read_in(readings, qwen, case_file)
    assert saved.restored == 16 * number
    assert [each.reason for each in saved.refusals] == ["changed"]
    assert_same(again, read)
    assert_same(restore(folder, key, qwen), read)  # it was saved anew


def test_a_chunk_that_is_torn_or_gone_is_read_again(
    qwen: LoadedModel, readings: SavedReadings, key: ReadingKey, case_file: CaseFileIds
) -> None:
    read, _ = read_in(readings, qwen, case_file)
    folder = only_folder(readings)
    last = chunk_file(folder, 4)
    last.write_bytes(last.read_bytes()[:-1])
    assert refused(folder, key, qwen) == "cut off"
    assert readings.of(qwen, case_file).tokens == 64
    last.unlink()
    assert refused(folder, key, qwen) == "cut off"
    with counted_passes(qwen) as passes:
        again, _ = read_in(readings, qwen, case_file)
    assert passes == [6]
    assert_same(again, read)


def test_chunks_cannot_be_exchanged_within_a_reading_or_with_another(
    qwen: LoadedModel, readings: SavedReadings, key: ReadingKey, case_file: CaseFileIds
) -> None:
    read_in(readings, qwen, case_file)
    folder = only_folder(readings)
    one, two = chunk_file(folder, 0).read_bytes(), chunk_file(folder, 1).read_bytes()
    assert len(one) == len(two)
    chunk_file(folder, 0).write_bytes(two)
    chunk_file(folder, 1).write_bytes(one)
    assert refused(folder, key, qwen) == "changed"
    chunk_file(folder, 0).write_bytes(one)
    other_start = [9, *case_file[1:]]  # the second chunk has the same tokens, and others before it
    other, _ = read_in(SavedReadings(readings.folder.with_name("other"), key), qwen, other_start)
    (listed,) = readings_in(readings.folder.with_name("other"))
    chunk_file(folder, 1).write_bytes(chunk_file(listed.folder, 1).read_bytes())
    assert refused(folder, key, qwen) == "changed"
    assert other.token_ids[16:32] == tuple(case_file[16:32])


def test_a_manifest_cannot_pass_a_reading_off_as_another_model_s(
    loaded: Loaded, qwen: LoadedModel, readings: SavedReadings, key: ReadingKey, case_file: CaseFileIds
) -> None:
    read_in(readings, qwen, case_file)
    folder = only_folder(readings)
    other = loaded("llama", "float32")
    told = json.loads((folder / "manifest.json").read_text())
    told["made_by"]["weights"] = other.fingerprint.weights
    (folder / "manifest.json").write_text(json.dumps(told))
    assert refused(folder, key, other) == "changed"


@pytest.mark.parametrize(
    "content", ["", "{", "[" * 100_000, "[]", '{"form": 2}', '{"form": 1, "chunks": []}']
)
def test_a_damaged_manifest_is_told_and_the_case_file_is_read(
    qwen: LoadedModel, readings: SavedReadings, key: ReadingKey, case_file: CaseFileIds, content: str
) -> None:
    read, _ = read_in(readings, qwen, case_file)
    folder = only_folder(readings)
    (folder / "manifest.json").write_text(content)
    assert refused(folder, key, qwen) == "unreadable"
    again, saved = read_in(readings, qwen, case_file)
    assert [each.reason for each in saved.refusals] == ["unreadable"]
    assert_same(again, read)
    assert_same(restore(folder, key, qwen), read)


def test_neither_manifest_nor_files_show_a_token_or_a_number_of_the_reading(
    qwen: LoadedModel, readings: SavedReadings, case_file: CaseFileIds
) -> None:
    read, _ = read_in(readings, qwen, case_file)
    folder = only_folder(readings)
    told = (folder / "manifest.json").read_text()
    assert set(json.loads(told)) == {"form", "key_check", "made_by", "saved_on", "tokens", "chunks"}
    whole = b"".join(path.read_bytes() for path in folder.iterdir())
    for secret in (
        torch.tensor(case_file[:8], dtype=torch.int32).numpy().tobytes(),
        read.logits[:8].numpy().tobytes(),
        bytes(range(32)),
    ):
        assert secret not in whole
    assert folder.stat().st_mode & 0o77 == 0


def test_the_same_tokens_under_another_key_look_like_any_others(
    qwen: LoadedModel, readings: SavedReadings, case_file: CaseFileIds
) -> None:
    other = SavedReadings(readings.folder.with_name("other"), ReadingKey(bytes(32)))
    for each in (readings, other):
        read_in(each, qwen, case_file)
    one, two = only_folder(readings), only_folder(other)
    assert one.name != two.name
    digests = [{chunk.digest for chunk in load_manifest(each).chunks} for each in (one, two)]
    assert digests[0].isdisjoint(digests[1])


def test_what_lies_in_a_folder_is_listed_without_a_key_and_deleted_by_name(
    qwen: LoadedModel, readings: SavedReadings, case_file: CaseFileIds
) -> None:
    assert list(readings_in(readings.folder)) == []
    read_in(readings, qwen, case_file)
    (listed,) = readings_in(readings.folder)
    assert listed.manifest is not None
    assert (listed.manifest.tokens, listed.manifest.done, listed.manifest.is_finished) == (70, 70, True)
    assert listed.manifest.made_by.weights == qwen.fingerprint.weights
    assert listed.bytes == sum(path.stat().st_size for path in listed.folder.iterdir())
    assert delete_reading(listed.folder)
    assert list(readings.folder.iterdir()) == []
    assert not delete_reading(listed.folder)


def test_a_deletion_wins_over_whoever_is_saving(
    qwen: LoadedModel, readings: SavedReadings, case_file: CaseFileIds
) -> None:
    saved = readings.of(qwen, case_file)

    def delete(done: int, total: int) -> None:
        if done == 48:
            assert delete_reading(only_folder(readings))

    with saved.saving() as keep:
        prefix = prefill(qwen, case_file, progress=delete, keep=keep)
    assert "not saved any further" in saved.trouble
    assert list(readings.folder.iterdir()) == []
    assert torch.equal(prefix.logits, prefill(qwen, case_file).logits)


def test_two_that_read_the_same_do_not_write_into_one_folder(
    qwen: LoadedModel, readings: SavedReadings, key: ReadingKey, case_file: CaseFileIds
) -> None:
    one, other = readings.of(qwen, case_file), readings.of(qwen, case_file)
    with one.saving() as keep, other.saving() as also:
        prefix = prefill(qwen, case_file, keep=also)
        prefill(qwen, case_file, keep=keep)
    assert other.trouble == "This reading is not saved any further: another process is saving it."
    assert one.trouble == ""
    assert_same(restore(only_folder(readings), key, qwen), prefix)


def test_a_disk_that_refuses_ends_the_saving_and_not_the_reading(
    qwen: LoadedModel, key: ReadingKey, tmp_path: Path, case_file: CaseFileIds
) -> None:
    (tmp_path / "file").write_text("no folder")
    readings = SavedReadings(tmp_path / "file" / "readings", key)
    prefix, saved = read_in(readings, qwen, case_file)
    assert saved.trouble == "This reading is not saved any further: Not a directory."
    assert torch.equal(prefix.logits, prefill(qwen, case_file).logits)


def test_a_disk_that_refuses_halfway_and_lets_nothing_be_removed_ends_the_saving_and_not_the_reading(
    qwen: LoadedModel, readings: SavedReadings, case_file: CaseFileIds
) -> None:
    saved = readings.of(qwen, case_file)

    def refuse(done: int, total: int) -> None:
        if done == 32:  # as a disk that was made read-only: neither written to nor removed from
            while saved.saved_tokens < done:
                time.sleep(0.001)
            folder = only_folder(readings)
            folder.rename(folder.with_name(".away"))
            folder.write_text("no folder")

    with saved.saving() as keep:
        prefix = prefill(qwen, case_file, progress=refuse, keep=keep)
    assert saved.trouble == "This reading is not saved any further: Not a directory."
    assert torch.equal(prefix.logits, prefill(qwen, case_file).logits)


@pytest.mark.parametrize("end", [10**15, float("inf")])
def test_a_manifest_that_tells_of_more_tokens_than_its_files_can_hold_is_refused_before_there_is_room_for_them(
    qwen: LoadedModel, readings: SavedReadings, key: ReadingKey, case_file: CaseFileIds, end: float
) -> None:
    read, _ = read_in(readings, qwen, case_file)
    folder = only_folder(readings)
    told = json.loads((folder / "manifest.json").read_text())
    told["chunks"][-1]["end"] = told["tokens"] = end
    (folder / "manifest.json").write_text(json.dumps(told))
    assert refused(folder, key, qwen) == "unreadable"
    again, _ = read_in(readings, qwen, case_file)
    assert_same(again, read)


def test_the_beginning_of_a_reading_cannot_be_passed_off_as_all_of_it(
    qwen: LoadedModel, readings: SavedReadings, key: ReadingKey, case_file: CaseFileIds
) -> None:
    read_in(readings, qwen, case_file)
    folder = only_folder(readings)
    told = json.loads((folder / "manifest.json").read_text())
    del told["chunks"][2:]
    told["tokens"] = told["chunks"][-1]["end"]
    (folder / "manifest.json").write_text(json.dumps(told))
    assert refused(folder, key, qwen) == "changed"


def test_several_that_delete_beside_one_another_do_not_stand_in_each_other_s_way(tmp_path: Path) -> None:
    def delete(worker: int) -> None:
        for number in range(60):
            own = tmp_path / f"{worker} {number}"
            own.mkdir()
            for file in range(20):
                (own / str(file)).touch()
            assert delete_reading(own)

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(delete, range(4)))
    assert list(tmp_path.iterdir()) == []


def test_what_a_sparse_reading_left_out_is_told_of_the_restored_one_too(
    qwen: LoadedModel, readings: SavedReadings
) -> None:
    sparse = replace(
        qwen, window=2000, profile=replace(qwen.profile, sparse="vertical-slash", chunk=256, cache="int8")
    )
    drawn = torch.randint(2, 500, (1500,), generator=torch.Generator().manual_seed(4)).tolist()
    read, _ = read_in(readings, sparse, drawn)
    restored, _ = read_in(readings, sparse, drawn)
    grown, saved = read_in(readings, sparse, [*drawn[:1290], 5])
    assert read.kept_mass is not None
    assert read.kept_mass.heads > 0
    assert restored.kept_mass == read.kept_mass
    assert saved.restored == 1280
    assert grown.kept_mass == prefill(sparse, [*drawn[:1290], 5]).kept_mass

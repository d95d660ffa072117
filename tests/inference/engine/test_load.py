"""A folder that a firm brings is loaded as its profile says, or refused with the reason before anything is loaded."""

import json
import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoTokenizer

from inference.engine.fits import needed_bytes
from inference.engine.folder import elements, weight_files
from inference.engine.free_memory import free_memory
from inference.engine.load import LoadedModel, ModelDoesNotFit, load
from inference.engine.prefill import prefill
from inference.engine.profile import Cache, EngineProfile, ProfileError, Quantization

from .conftest import CaseFileIds, one_pass
from .tiny_models import ARCHITECTURES, save_model

Folder = Callable[[str], Path]
KINDS: tuple[Quantization, ...] = ("none", "int8", "nf4")
CACHES: tuple[Cache, ...] = ("model", "int8", "int4")


@pytest.fixture
def copied(model_folder: Folder, tmp_path: Path) -> Path:
    """A tiny Qwen2 in a folder that a test may spoil."""
    return Path(shutil.copytree(model_folder("qwen2"), tmp_path / "model"))


def change_config(folder: Path, **changes: Any) -> None:
    """Overwrite entries of a folder's config."""
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **changes}))


def refusal(profile: EngineProfile) -> str:
    """The sentence with which a profile is refused."""
    with pytest.raises(ProfileError) as refused:
        load(profile)
    return str(refused.value)


@pytest.mark.parametrize("quantization", KINDS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_architecture_loads_in_every_kind_and_is_asked(
    model_folder: Folder, case_file: CaseFileIds, architecture: str, quantization: Quantization
) -> None:
    said: list[str] = []
    model = load(EngineProfile(model_folder(architecture), quantization, chunk=32), say=said.append)
    forks = prefill(model, case_file).fork(2)
    forks.feed([[5, 6, 7], [8]])
    again = prefill(model, case_file).fork(2).feed([[5, 6, 7], [8]])
    assert torch.equal(forks.logits, again)
    assert forks.logits.isfinite().all()
    assert said[0].endswith("free.")
    assert said[1] == f"{model.profile.name} is ready; it reads 512 tokens."


@pytest.mark.parametrize(("quantization", "cache"), list(zip(KINDS, CACHES, strict=True)))
@pytest.mark.parametrize("architecture", ["qwen2", "qwen2_moe", "deepseek_v2"])
def test_the_bytes_asked_are_those_that_weights_and_cache_then_take(
    model_folder: Folder, architecture: str, quantization: Quantization, cache: Cache
) -> None:
    """A window of three blocks and some."""
    model = load(EngineProfile(model_folder(architecture), quantization, cache=cache, window=200))
    files = weight_files(model.profile.model)
    needed = needed_bytes(model.profile, model.model.config, elements(files), model.window)
    assert needed.weights == pytest.approx(model.bytes, rel=0.02)
    assert prefill(model, [5] * 200).bytes == needed.window_bytes


@pytest.mark.parametrize("architecture", ["qwen2", "deepseek_v2"])
def test_the_bytes_asked_for_work_hold_what_questions_own_side_by_side(
    model_folder: Folder, architecture: str
) -> None:
    model = load(EngineProfile(model_folder(architecture), cache="int4", chunk=64, side_by_side=32))
    files = weight_files(model.profile.model)
    needed = needed_bytes(model.profile, model.model.config, elements(files), model.window)
    forks = prefill(model, [5] * 20).fork(32)
    forks.feed([[7] * 400] * 32)
    assert forks.bytes < needed.work


def test_quantized_weights_move_the_logits_but_not_far(qwen: LoadedModel, case_file: CaseFileIds) -> None:
    """The order of the errors says that each kind is what it is called."""
    exact = prefill(qwen, case_file).logits
    apart = {}
    for quantization in ("int8", "nf4"):
        model = load(replace(qwen.profile, quantization=quantization))
        apart[quantization] = float((prefill(model, case_file).logits - exact).norm() / exact.norm())
    assert 0 < apart["int8"] < 0.1 < apart["nf4"] < 0.6


@pytest.mark.parametrize("quantization", KINDS)
def test_a_window_that_does_not_fit_is_refused_with_the_bytes_asked_and_the_bytes_there(
    copied: Path, quantization: Quantization
) -> None:
    change_config(copied, max_position_embeddings=10**12)
    with pytest.raises(ModelDoesNotFit) as refused:
        load(EngineProfile(copied, quantization))
    assert refused.value.asked > 10**12 * 256
    assert 0 < refused.value.there < refused.value.asked
    assert "in a window of 1,000,000,000,000 tokens" in str(refused.value)
    assert "this machine's memory has" in str(refused.value)
    assert load(EngineProfile(copied, quantization, window=512)).window == 512


def test_weights_that_do_not_fit_are_refused_by_their_headers_alone(copied: Path) -> None:
    """The file is of four terabytes, and empty: it would take hours to read."""
    count = 2**40
    header = {"model.norm.weight": {"dtype": "F32", "shape": [count], "data_offsets": [0, 4 * count]}}
    written = json.dumps(header).encode()
    with (copied / "model.safetensors").open("wb") as stream:
        stream.write(len(written).to_bytes(8, "little") + written)
        stream.truncate(8 + len(written) + 4 * count)
    with pytest.raises(ModelDoesNotFit) as refused:
        load(EngineProfile(copied))
    assert refused.value.asked > 2 * count


def test_a_container_or_service_counts_its_own_limit(tmp_path: Path) -> None:
    proc, groups = tmp_path / "proc", tmp_path / "cgroup"
    service = groups / "system.slice" / "engross.service"
    (proc / "self").mkdir(parents=True)
    service.mkdir(parents=True)
    (proc / "meminfo").write_text("MemTotal: 9000 kB\nMemAvailable:    8000 kB\n")
    (proc / "self" / "cgroup").write_text("0::/system.slice/engross.service/worker\n")
    assert free_memory(proc, groups) == 8000 * 1024
    (service / "memory.max").write_text("1000000\n")
    (service / "memory.current").write_text("700000\n")
    (service / "memory.stat").write_text("anon 5\ninactive_file 100000\n")
    assert free_memory(proc, groups) == 400_000
    (service / "memory.max").write_text("max\n")
    assert free_memory(proc, groups) == 8000 * 1024


def test_an_older_container_counts_its_own_limit(tmp_path: Path) -> None:
    proc, groups = tmp_path / "proc", tmp_path / "cgroup"
    (proc / "self").mkdir(parents=True)
    (groups / "memory").mkdir(parents=True)
    (proc / "meminfo").write_text("MemAvailable:    8000 kB\n")
    (proc / "self" / "cgroup").write_text("5:cpu,cpuacct:/\n4:memory:/outside/the/container\n")
    (groups / "memory" / "memory.limit_in_bytes").write_text("1000000\n")
    (groups / "memory" / "memory.usage_in_bytes").write_text("900000\n")
    (groups / "memory" / "memory.stat").write_text("total_inactive_file 50000\n")
    assert free_memory(proc, groups) == 150_000


def test_a_folder_that_is_not_whole_is_refused(copied: Path, tmp_path: Path) -> None:
    weights = copied / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-100])
    assert refusal(EngineProfile(copied)) == "The model's file model.safetensors is cut off."
    weights.write_bytes(b"a" * 64)
    assert refusal(EngineProfile(copied)) == "The model's file model.safetensors is not a safetensors file."
    weights.rename(copied / "pytorch_model.bin")
    assert "no weights as safetensors" in refusal(EngineProfile(copied))
    assert "does not exist" in refusal(EngineProfile(tmp_path / "nowhere"))


def test_an_index_names_every_file_and_none_outside_the_folder(copied: Path) -> None:
    index = copied / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": "model.safetensors", "b": "model-2.safetensors"}}))
    assert refusal(EngineProfile(copied)) == "The model's file model-2.safetensors is missing."
    index.write_text(json.dumps({"weight_map": {"a": "../model.safetensors"}}))
    assert "names files outside the folder" in refusal(EngineProfile(copied))
    index.write_text("[]")
    assert "cannot be read" in refusal(EngineProfile(copied))


def test_code_in_a_folder_is_never_run(copied: Path) -> None:
    (copied / "modeling.py").write_text("raise SystemExit('the code of the folder was run')")
    auto = {"AutoConfig": "modeling.Config", "AutoModelForCausalLM": "modeling.Model"}
    change_config(copied, model_type="novel", auto_map=auto)
    assert "code from a folder is never run" in refusal(EngineProfile(copied))


def test_loading_opens_no_connection(qwen: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    load(qwen.profile)


def test_weights_that_are_quantized_already_are_refused(copied: Path) -> None:
    change_config(copied, quantization_config={"quant_method": "gptq", "bits": 4})
    assert "already quantized" in refusal(EngineProfile(copied))


def test_weights_of_another_shape_are_refused(copied: Path) -> None:
    change_config(copied, hidden_size=256)
    assert "do not match its config.json" in refusal(EngineProfile(copied))


def test_weights_that_lack_a_layer_are_refused(copied: Path) -> None:
    change_config(copied, num_hidden_layers=3, layer_types=["full_attention"] * 3)
    assert "do not match its config.json" in refusal(EngineProfile(copied))


def test_a_folder_without_a_tokenizer_is_refused(copied: Path) -> None:
    for path in copied.glob("tokenizer*"):
        path.unlink()
    assert "no tokenizer" in refusal(EngineProfile(copied))


def test_a_tokenizer_of_a_larger_model_is_refused(copied: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(copied)
    tokenizer.add_tokens([f"<more {number}>" for number in range(512)])
    tokenizer.save_pretrained(copied)
    assert "more tokens than the model knows" in refusal(EngineProfile(copied))


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without a graphics processor")
def test_a_gpu_that_is_not_there_is_refused(copied: Path) -> None:
    assert refusal(EngineProfile(copied, device="cuda")) == 'device is "cuda", and this machine has 0 GPUs.'


def test_the_fingerprint_is_of_what_is_read_and_not_of_where_it_lies(copied: Path, qwen: LoadedModel) -> None:
    assert load(replace(qwen.profile, model=copied, name="moved")).fingerprint == qwen.fingerprint
    others = {
        load(replace(qwen.profile, dtype="bfloat16")).fingerprint,
        load(replace(qwen.profile, quantization="int8")).fingerprint,
        load(replace(qwen.profile, cache="int8")).fingerprint,
        load(replace(qwen.profile, cache="int4")).fingerprint,
        load(replace(qwen.profile, rope="yarn", rope_factor=2.0)).fingerprint,
        load(replace(qwen.profile, rope="linear", rope_factor=2.0)).fingerprint,
        load(replace(qwen.profile, model=save_model(copied, "qwen2", seed=8))).fingerprint,
    }
    assert len(others) == 7
    assert qwen.fingerprint not in others


@pytest.mark.parametrize("rope", ["yarn", "linear"])
@pytest.mark.parametrize("architecture", ["qwen2", "glm4", "deepseek_v2"])
def test_positions_are_stretched_and_what_the_model_says_of_them_is_kept(
    model_folder: Folder, case_file: CaseFileIds, architecture: str, rope: Any
) -> None:
    profile = EngineProfile(model_folder(architecture), dtype="float64", chunk=16, cache="model")
    plain = load(profile)
    model = load(replace(profile, rope=rope, rope_factor=4.0))
    assert model.window == 4 * 512
    stretched, known = model.model.config.rope_parameters, plain.model.config.rope_parameters
    assert stretched["rope_theta"] == known["rope_theta"]
    assert stretched.get("partial_rotary_factor") == known.get("partial_rotary_factor")
    assert stretched["original_max_position_embeddings"] == 512
    logits = prefill(model, case_file).logits
    assert (logits - one_pass(model, case_file)[-1]).abs().max() <= 1e-12
    assert (logits - prefill(plain, case_file).logits).abs().max() > 1e-3


def test_what_cannot_be_stretched_is_refused(copied: Path) -> None:
    rope = {
        "rope_type": "llama3",
        "rope_theta": 1e4,
        "factor": 2.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
    }
    change_config(copied, rope_parameters={**rope, "original_max_position_embeddings": 256})
    assert "cannot be stretched" in refusal(EngineProfile(copied, rope="yarn", rope_factor=2.0))
    assert load(EngineProfile(copied)).window == 512


def test_a_window_wider_than_the_model_reads_is_refused(copied: Path) -> None:
    sentence = refusal(EngineProfile(copied, window=600))
    assert sentence == "The window is 600 tokens, and this model reads at most 512."
    assert load(EngineProfile(copied, window=600, rope="linear", rope_factor=2.0)).window == 600


def test_layers_that_see_only_some_tokens_back_are_right_or_refused(tmp_path: Path) -> None:
    """A window no wider than what the layers see is read exactly; a wider one is refused."""
    folder = save_model(tmp_path, "mistral", sliding_window=64)
    assert "set window to 64 or less" in refusal(EngineProfile(folder))
    model = load(EngineProfile(folder, dtype="float64", window=64, chunk=16))
    ids = list(range(30, 94))
    assert (prefill(model, ids).logits - one_pass(model, ids)[-1]).abs().max() <= 1e-12


def test_every_other_layer_sliding_is_refused(tmp_path: Path) -> None:
    kinds = ["sliding_attention", "full_attention"]
    folder = save_model(tmp_path, "qwen2", use_sliding_window=True, sliding_window=64, layer_types=kinds)
    assert "set window to 64 or less" in refusal(EngineProfile(folder))


@pytest.mark.parametrize(
    ("architecture", "changes"),
    [
        ("gemma2", {"attn_logit_softcapping": 5.0, "query_pre_attn_scalar": 32, "sliding_window": 512}),
        ("gpt_oss", {"sliding_window": 512}),
        ("qwen2", {"layer_types": ["linear_attention", "full_attention"]}),
        ("lfm2", {"layer_types": ["conv", "full_attention"]}),
        ("minimax", {"layer_types": ["linear_attention", "full_attention"]}),
        ("mamba", {"state_size": 8}),
        ("bloom", {"n_layer": 2, "n_head": 4}),
    ],
)
def test_what_hides_something_in_its_attention_is_refused_and_never_read_wrongly(
    tmp_path: Path, architecture: str, changes: dict[str, Any]
) -> None:
    folder = save_model(tmp_path, architecture, **changes)
    assert "engine" in refusal(EngineProfile(folder, dtype="float32"))


def test_a_model_that_its_config_lets_read_nothing_is_refused_in_a_sentence(tmp_path: Path) -> None:
    turning = {
        "rope_type": "default",
        "rope_theta": 10_000.0,
        "partial_rotary_factor": 2.0,
    }  # more than all of it
    save_model(tmp_path / "model", "glm", rope_parameters=turning)
    with pytest.raises(ProfileError, match=r"config\.json does not fit its layers"):
        load(EngineProfile(tmp_path / "model", dtype="float32"))

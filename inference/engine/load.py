"""Opens a model's folder: checks that it fits, loads, warms up and proves itself; knows no text and no questions.

Nothing is fetched from a network, and no code that lies in a model's folder is ever run.
"""

import hashlib
import json
import logging
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedConfig,
    PreTrainedTokenizerBase,
)

from inference.types import Fingerprint

from .fits import ModelDoesNotFit, free_bytes, needed_bytes
from .folder import digests, elements, weight_files
from .loaded import LoadedModel
from .model_config import check_sparse
from .positions import prepare_positions
from .profile import EngineProfile, ProfileError
from .prove import prove
from .quantize import DTYPES, Quantized
from .step import register

__all__ = ["LoadedModel", "ModelDoesNotFit", "load"]

Say = Callable[[str], None]
_HERE: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
_LIBRARIES = ("torch", "transformers", "bitsandbytes")
_MISMATCH = "The model's weights do not match its config.json, or cannot be loaded."
_NO_TOKENIZER = "The model's folder has no tokenizer that can be read."
_log = logging.getLogger(__name__)


def load(profile: EngineProfile, say: Say = _log.info) -> LoadedModel:
    """A model that has been checked, loaded and warmed up; raises ProfileError, ModelDoesNotFit before loading."""
    device = _device(profile)
    files = weight_files(profile.model)
    check_sparse(profile)
    config = _config(profile.model)
    window = prepare_positions(config, profile)
    needed = needed_bytes(profile, config, elements(files), window)
    there, where = free_bytes(device)
    if needed.total > there:
        raise ModelDoesNotFit(needed, there, where)
    say(f"Loading {profile.name}: {needed.total:,} bytes asked, {there:,} free.")
    tokenizer = _tokenizer(profile.model)
    model = _model(profile, config, device)
    fingerprint = Fingerprint(_fingerprint(profile, config, files), code_version())
    loaded = LoadedModel(model, tokenizer, profile, fingerprint, window)
    if len(tokenizer) > loaded.vocabulary:
        raise ProfileError("The tokenizer in the model's folder has more tokens than the model knows.")
    prove(loaded)
    say(f"{profile.name} is ready; it reads {window:,} tokens.")
    return loaded


def code_version() -> str:
    """A short hash of this room's modules and of the libraries that compute."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}".encode())
    return f"engine-{digest.hexdigest()[:12]}"


def _device(profile: EngineProfile) -> str:
    """The device a profile means: "cpu", "cuda" for all GPUs, or one of them."""
    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if profile.device == "auto":
        return "cuda" if gpus else "cpu"
    if profile.device.startswith("cuda"):
        number = int(profile.device.partition(":")[2] or 0)
        if number >= gpus:
            raise ProfileError(f'device is "{profile.device}", and this machine has {gpus} GPUs.')
    return profile.device


def _config(folder: Path) -> PreTrainedConfig:
    try:
        config: PreTrainedConfig = AutoConfig.from_pretrained(folder, **_HERE)
    except (ValueError, OSError, KeyError, TypeError):
        raise ProfileError(
            "The model's config.json names no architecture that is built in; code from a folder is never run."
        ) from None
    if getattr(config, "quantization_config", None) is not None:
        raise ProfileError(
            "These weights are already quantized; bring the model in bfloat16, float16 or float32."
        )
    return config


def _tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder, **_HERE)
    except (ValueError, OSError, KeyError, TypeError, AttributeError):
        raise ProfileError(_NO_TOKENIZER) from None
    if not tokenizer.encode(
        "Agreement", add_special_tokens=False
    ):  # an empty one is made where files are missing
        raise ProfileError(_NO_TOKENIZER)
    return tokenizer


def _model(profile: EngineProfile, config: PreTrainedConfig, device: str) -> Any:
    dtype = DTYPES[profile.dtype]
    options: dict[str, Any] = {"device_map": {"": device}}
    if device == "cuda":  # accelerate spreads the layers; nothing may spill into main memory
        free = {number: torch.cuda.mem_get_info(number)[0] for number in range(torch.cuda.device_count())}
        options = {"device_map": "auto", "max_memory": free} if len(free) > 1 else {"device_map": {"": 0}}
    if profile.quantization != "none":
        options["quantization_config"] = Quantized(config, profile).settings()
        logging.getLogger("bitsandbytes").setLevel(logging.ERROR)  # it remarks on its casts in every pass
    if dtype == torch.float64:
        options["experts_implementation"] = "eager"  # the grouped product has no float64
    opener: Any = AutoModelForCausalLM
    try:
        model, told = opener.from_pretrained(
            profile.model,
            config=config,
            dtype=dtype,
            attn_implementation=register(),
            use_safetensors=True,
            output_loading_info=True,
            **options,
            **_HERE,
        )
    except (ValueError, OSError, KeyError, RuntimeError) as error:
        _log.warning("Loading a model failed.", exc_info=error)
        raise ProfileError(
            "The model's weights do not match its config.json, or cannot be loaded."
        ) from error
    if told["missing_keys"] or told["mismatched_keys"]:  # they would have been filled with random numbers
        raise ProfileError(_MISMATCH)
    return model.eval()


def _fingerprint(profile: EngineProfile, config: PreTrainedConfig, files: tuple[Path, ...]) -> str:
    """SHA-256 over files, config with its positions, quantization, type and cache: not over where the folder lies."""
    shape = {key: value for key, value in config.to_dict().items() if key not in ("_name_or_path", "dtype")}
    what: dict[str, object] = {
        "files": digests(profile.model, files),
        "config": shape,
        "quantization": profile.quantization,
        "dtype": profile.dtype,
        "cache": profile.cache,
    }
    if profile.sparse != "off":  # then what was read depends on the chunks it was read by
        what |= {"sparse": profile.sparse, "chunk": profile.chunk}
    return hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).hexdigest()

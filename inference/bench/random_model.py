"""Models with random weights in folders such as a firm would bring, to be measured."""

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import AutoModelForCausalLM, PreTrainedConfig, PreTrainedTokenizerFast

from inference.engine.profile import DType


def save(config: PreTrainedConfig, dtype: DType, folder: Path) -> None:
    """A folder such as a firm would bring: safetensors, config, and a tokenizer of single bytes."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    with torch.device(device):
        model: Any = AutoModelForCausalLM.from_config(  # type: ignore[no-untyped-call]
            config, dtype=getattr(torch, dtype)
        )
    model.save_pretrained(folder)
    byte_tokenizer().save_pretrained(folder)


def byte_tokenizer() -> PreTrainedTokenizerFast:
    """One token for each byte."""
    bytes_only = Tokenizer(models.BPE({letter: n for n, letter in enumerate(_alphabet())}, []))
    bytes_only.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer: Any = PreTrainedTokenizerFast
    made: PreTrainedTokenizerFast = tokenizer(tokenizer_object=bytes_only)
    return made


def _alphabet() -> list[str]:
    return sorted(pre_tokenizers.ByteLevel.alphabet())

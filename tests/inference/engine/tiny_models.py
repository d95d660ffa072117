"""Tiny models of every architecture, with random weights from a seed, in folders such as a firm would bring."""

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from tokenizers.decoders import ByteLevel
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast
from transformers.utils import logging

logging.disable_progress_bar()

AUTHORED = """\
This Supply Agreement is made as of March 4, 2019 by and between Birchfield Foods, Inc. and Halden Mills LLC.
Supplier shall sell flour to Buyer as ordered from time to time, and Buyer shall pay for it within thirty days.
The term of this Agreement shall commence on the Effective Date and continue for a period of three (3) years.
Neither party may assign this Agreement without the prior written consent of the other party.
This Agreement shall be governed by and construed in accordance with the laws of the State of New York.
"""

_SHAPE: dict[str, Any] = {
    "vocab_size": 512,
    "hidden_size": 128,
    "intermediate_size": 192,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 32,
    "max_position_embeddings": 512,
    "initializer_range": 0.1,  # wide enough that attention is far from uniform
    "bos_token_id": 0,
    "eos_token_id": 1,
    "pad_token_id": 1,
}
_EXPERTS = {
    "num_experts": 4,
    "num_local_experts": 4,
    "num_experts_per_tok": 2,
    "moe_intermediate_size": 64,
    "shared_expert_intermediate_size": 64,
    "decoder_sparse_step": 1,
}
_LATENT = {
    "kv_lora_rank": 64,
    "qk_nope_head_dim": 32,
    "qk_rope_head_dim": 16,
    "v_head_dim": 24,
    "head_dim": 16,
    "num_key_value_heads": 4,
    "n_routed_experts": 4,
    "num_experts_per_tok": 2,
    "moe_intermediate_size": 64,
    "n_shared_experts": 1,
    "first_k_dense_replace": 1,
    "n_group": 1,
    "topk_group": 1,
}
ARCHITECTURES: dict[str, dict[str, Any]] = {
    "qwen2": {},
    "qwen3": {},
    "llama": {},
    "glm": {},
    "glm4": {},
    "mixtral": _EXPERTS,
    "qwen2_moe": _EXPERTS,
    "qwen3_moe": _EXPERTS,
    "deepseek_v2": {**_LATENT, "q_lora_rank": 64, "topk_method": "greedy"},
    "deepseek_v3": {**_LATENT, "q_lora_rank": None},
}


def save_model(folder: Path, architecture: str, seed: int = 7, **changes: Any) -> Path:
    """Write config, safetensors and tokenizer of a tiny model; gives the folder."""
    config = AutoConfig.for_model(
        architecture, **{**_SHAPE, **ARCHITECTURES.get(architecture, {}), **changes}
    )
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    model.save_pretrained(folder)
    save_tokenizer(folder)
    return folder


def save_tokenizer(folder: Path) -> None:
    """A small byte-level tokenizer trained on the authored text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=_SHAPE["vocab_size"],
        special_tokens=["<s>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([AUTHORED], trainer)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>").save_pretrained(
        folder
    )

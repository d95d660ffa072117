"""Writes the stand-in as a folder such as a firm would bring. Knows files and tensors."""

import json
from pathlib import Path
from typing import Any

import torch


def save(model: Any, tokenizer: Any, folder: Path) -> None:
    """config.json, model.safetensors in half precision, generation_config.json and the tokenizer's files."""
    folder.mkdir(parents=True, exist_ok=True)
    model.config._attn_implementation = "sdpa"
    model.to("cpu", torch.float16).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    for name in ("config.json", "tokenizer_config.json"):  # nothing of the machine it was made on
        path = folder / name
        kept = {k: v for k, v in json.loads(path.read_text()).items() if k != "_name_or_path"}
        path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")

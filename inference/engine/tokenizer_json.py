"""A model's tokenizer as JSON that was never told of control tokens. Knows the form of tokenizer.json, no texts."""

import json
from typing import Any, cast

from tokenizers import Tokenizer

_COMPOSING = {"NFC", "NFD", "NFKC", "NFKD", "Prepend"}  # would show the model other words than can be quoted
_NOTHING_BEFORE = {"add_prefix_space": False, "prepend_scheme": "never"}


def described_plainly(backend: Tokenizer) -> dict[str, Any]:
    """The tokenizer as JSON, in which every added token is special unless it is white space or one letter.

    Nothing is composed, decomposed or put before a text any more: a text is encoded as it stands.
    """
    described = cast(dict[str, Any], json.loads(backend.to_str()))
    known = ids_by_token(described["model"]["vocab"])
    for token in described["added_tokens"]:
        harmless = len(token["content"]) == 1 or not token["content"].strip()
        layout = harmless and not token["special"] and known.get(token["content"]) == token["id"]
        token["special"] = not layout
    described |= {"truncation": None, "padding": None, "post_processor": None}
    described["normalizer"] = _as_it_stands(described["normalizer"])
    described["pre_tokenizer"] = _as_it_stands(described["pre_tokenizer"])
    return described


def ids_by_token(listed: Any) -> dict[str, int]:
    """Ids by token, of a vocabulary that is a table or, with scores, a list in order."""
    return listed if isinstance(listed, dict) else {token: id for id, (token, _) in enumerate(listed)}


def unknown_id(model: dict[str, Any], known: dict[str, int]) -> int | None:
    """The id of what the vocabulary cannot write, where it has one."""
    return model["unk_id"] if "unk_id" in model else known.get(model.get("unk_token") or "")


def _as_it_stands(step: dict[str, Any] | None) -> dict[str, Any] | None:
    if step is None or step["type"] in _COMPOSING:
        return None
    for name in ("normalizers", "pretokenizers"):
        if name in step:
            step[name] = [kept for kept in map(_as_it_stands, step[name]) if kept is not None]
    if step["type"] in ("ByteLevel", "Metaspace"):
        step |= {key: value for key, value in _NOTHING_BEFORE.items() if key in step}
    return step


def without_controls(described: dict[str, Any]) -> Tokenizer:
    kept = [token for token in described["added_tokens"] if not token["special"]]
    return Tokenizer.from_str(json.dumps(described | {"added_tokens": kept}))

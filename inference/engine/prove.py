"""The throw-away first pass of a model, and the proof that it reads through this engine as it does by itself.

Architectures that hide something in their attention are met here, on a few tokens, and not in a client's answers.
"""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from .loaded import LoadedModel
from .prefill import prefill
from .profile import ProfileError
from .step import UnsupportedAttention, register

_TOKENS, _CHUNK = 20, 8
_TOLERANCE, _COARSE = 1e-3, 0.1  # of the largest logit; coarse where numbers have few digits


def prove(loaded: LoadedModel) -> None:
    """Warm the model up (quantized weights are repacked in their first pass), then compare; raises ProfileError."""
    ids = _some_tokens(loaded)
    try:
        _by_itself(loaded, ids)
    except torch.OutOfMemoryError:
        raise
    except Exception as error:  # whatever a model's own code trips over
        raise ProfileError(
            "This model cannot read a few words: its config.json does not fit its layers."
        ) from error
    engine = _through_engine(loaded, ids)
    itself = _by_itself(loaded, ids)
    apart = (engine - itself).abs().amax(-1) / itself.abs().amax(-1).clamp(min=1e-6)
    coarse = loaded.profile.quantization != "none" or loaded.profile.dtype == "bfloat16"
    if not apart.median() <= (
        _COARSE if coarse else _TOLERANCE
    ):  # one token may have gone to another expert by a rounding
        raise ProfileError(
            "This model reads differently through the engine than by itself, so it is not used."
        )


def _some_tokens(loaded: LoadedModel) -> list[int]:
    drawn = torch.randint(loaded.vocabulary, (_TOKENS,), generator=torch.Generator().manual_seed(1))
    return [int(token) for token in drawn]


def _through_engine(loaded: LoadedModel, ids: Sequence[int]) -> Tensor:
    """Logits after the last chunk and after a fork's tokens, given one and many at a time: [3, vocabulary]."""
    small = replace(loaded, profile=replace(loaded.profile, chunk=_CHUNK), window=_TOKENS)
    try:
        prefix = prefill(small, ids[:-3])
        forks = prefix.fork(2)
        forks.feed([ids[-3:-2], ids[-3:]])
        return torch.stack((prefix.logits, *forks.logits))
    except UnsupportedAttention as error:
        raise ProfileError(str(error)) from None
    except torch.OutOfMemoryError:
        raise
    except Exception as error:  # whatever a model's own code trips over, it does not read through this engine
        raise ProfileError("This model's layers do not work with the engine, so it is not used.") from error


@torch.inference_mode()
def _by_itself(loaded: LoadedModel, ids: Sequence[int]) -> Tensor:
    """The same logits from the model's own attention in one pass."""
    model = loaded.model
    model.set_attn_implementation("eager")
    try:
        tokens = torch.tensor([ids], device=loaded.device)
        logits: Tensor = model(input_ids=tokens, use_cache=False).logits[0]
    finally:
        model.set_attn_implementation(register())
    return logits[[-4, -3, -1]].to(torch.promote_types(logits.dtype, torch.float32))

"""How a profile wants the keys and values of its case files kept, and what that takes. Knows shapes, no tensors."""

from typing import TYPE_CHECKING, Any

from .blocks import BITS, BlockLayers, Shape
from .latent import keeps_latent
from .profile import Cache
from .store import Layers, PlainLayers

if TYPE_CHECKING:
    from .loaded import LoadedModel


def layers_of(loaded: "LoadedModel") -> Layers:
    """The kind of layers that prefixes of this model are kept in."""
    cache = loaded.profile.cache
    if cache == "model":
        return PlainLayers()
    return BlockLayers(BITS[cache], latent=any(keeps_latent(module) for module in loaded.model.modules()))


def bytes_kept(text: Any, cache: Cache, width: int, tokens: int) -> int:
    """Bytes of so many tokens in all layers of a text config that computes in numbers of `width` bytes."""
    shape = _shape(text, cache)
    each = shape.heads * shape.size * width * tokens if cache == "model" else shape.bytes_of(tokens, width)
    return int((text.num_hidden_layers - _remembering(text)) * each)


def state_bytes(text: Any, width: int) -> int:
    """Bytes of what all layers with linear attention remember of one text, however long it is."""
    layers = _remembering(text)
    if not layers:
        return 0
    if hasattr(text, "linear_num_heads"):
        key_size, keys = text.linear_head_dim, text.linear_num_heads * text.linear_head_dim
        values = keys
    else:
        key_size, keys = text.linear_key_head_dim, text.linear_num_key_heads * text.linear_key_head_dim
        values = text.linear_num_value_heads * text.linear_value_head_dim
    convolved = (2 * keys + values) * text.linear_conv_kernel_dim * width
    memory = values * key_size * 4  # in float32, whatever the model computes in
    return int(layers * (convolved + memory))


def _remembering(text: Any) -> int:
    """How many layers remember a state and keep no keys."""
    return list(getattr(text, "layer_types", None) or ()).count("linear_attention")


def work_bytes(text: Any, cache: Cache, width: int, tokens: int) -> int:
    """Bytes that the largest tile of so many tokens' blocks takes while it is attended to."""
    return 0 if cache == "model" else _shape(text, cache).tile_bytes(tokens, width)


def _shape(text: Any, cache: Cache) -> Shape:
    """A token in one layer: its keys and values, or the latent that stands for them."""
    bits = BITS[cache] if cache != "model" else 8
    latent = getattr(text, "kv_lora_rank", None)
    if latent:
        return Shape(bits, True, 1, int(latent), int(text.qk_rope_head_dim))
    heads = getattr(text, "num_key_value_heads", None) or text.num_attention_heads
    size = getattr(text, "head_dim", None) or text.hidden_size // text.num_attention_heads
    return Shape(bits, False, int(heads), int(size), int(size))

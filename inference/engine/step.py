"""One pass of new tokens through the model: where its attention finds the past, and where the new is kept.

Knows transformers' attention and cache interfaces; not what the tokens mean. All tokens of a pass lie in one row,
[1, tokens], whoever they belong to, so that no pass computes padding.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, Protocol

import torch
from torch import Tensor
from transformers import AttentionInterface
from transformers.cache_utils import Cache, CacheLayerMixin, LinearAttentionLayer

from .attention import Causal, Part, Whole, attend
from .latent import attend_latent, keeps_latent
from .loaded import LoadedModel
from .queries import Queries
from .sparse import LEAST_PAST, SparseReading
from .states import State
from .store import KeyValues, PrefixStore, SuffixStore

ATTENTION = "engross"
_NOT_COMPUTED = ("softcap", "s_aux", "position_bias", "head_mask", "indices")


class UnsupportedAttention(ValueError):
    """The model's layers attend in a way this engine does not compute; better refused than read wrongly."""


class Step(Protocol):
    """The memory side of one pass. `reach` is how far back its furthest token looks.

    Its tokens lie in so many `rows` of one length; in one, unless layers remember what they are given. `last`, in
    each row, are those after which the logits are wanted.
    """

    reach: int
    rows: int
    last: Tensor
    sparse: SparseReading | None

    def write(self, layer: int, k: Tensor, v: Tensor) -> None: ...

    def past(self, layer: int) -> Iterator[KeyValues]: ...

    def own(self, layer: int) -> KeyValues: ...

    def own_part(self, k: Tensor, v: Tensor) -> Part: ...

    def last_part(self, k: Tensor, v: Tensor) -> Part: ...

    def remembered(self, layer: int) -> State | None: ...

    def remember(self, layer: int, state: State) -> None: ...


class ReadOn:
    """A pass that makes a prefix longer: new tokens see all before them and each other causally."""

    rows = 1

    def __init__(
        self, store: PrefixStore, start: int, tokens: int, sparse: SparseReading | None = None
    ) -> None:
        self._store, self._start = store, start
        self.sparse = sparse if start >= LEAST_PAST else None
        self._new: dict[int, KeyValues] = {}
        self.reach = start + tokens
        self.last = torch.tensor([tokens - 1])
        store.claim(start, tokens)

    def write(self, layer: int, k: Tensor, v: Tensor) -> None:
        """Keep the new tokens for good, and at hand until they have been attended to as the model made them."""
        self._store.write(layer, self._start, k, v)
        self._new = {layer: KeyValues(torch.cat((k, v), dim=-1), k.shape[-1])}

    def past(self, layer: int) -> Iterator[KeyValues]:
        """What was read before this pass."""
        return self._store.blocks(layer, self._start)

    def own(self, layer: int) -> KeyValues:
        """The new tokens."""
        return self._new[layer]

    def own_part(self, k: Tensor, v: Tensor) -> Part:
        """Each sees itself and those before."""
        return Causal(k, v)

    def last_part(self, k: Tensor, v: Tensor) -> Part:
        """The last one sees all of them."""
        return Whole(k, v)

    def remembered(self, layer: int) -> State | None:
        """What a layer was in before this pass."""
        return self._store.remembered(layer, self._start)

    def remember(self, layer: int, state: State) -> None:
        """What it is in after it."""
        self._store.remember(layer, self.reach, state)


class ForkOn:
    """A pass that gives some forks of a prefix tokens of their own: `tokens[i]` of them to row `rows[i]`.

    The logits after the last `wanted[i]` of these are wanted, or after the last alone. `apart` lays each fork's
    tokens, as many as every other's, in a row of their own.
    """

    sparse: SparseReading | None = None  # questions see all of the prefix

    def __init__(
        self,
        prefix: PrefixStore,
        prefix_tokens: int,
        suffix: SuffixStore,
        rows: Sequence[int],
        starts: Sequence[int],
        tokens: Sequence[int],
        wanted: Sequence[int] | None = None,
        *,
        apart: bool = False,
    ) -> None:
        self._prefix, self._prefix_tokens, self._suffix = prefix, prefix_tokens, suffix
        self._length = max(start + count for start, count in zip(starts, tokens, strict=True))
        self.reach = prefix_tokens + self._length
        self._everyone = list(rows) == list(range(suffix.rows))
        self._members = torch.tensor(rows)
        counts, begin = torch.tensor(tokens), torch.tensor(starts)
        ends = torch.tensor(wanted) if wanted else torch.ones_like(counts)
        self._all = Queries(begin, counts, self._length)
        self._ending = Queries(begin + counts - ends, ends, self._length)
        self._at, self._row = self._all.at, self._members.repeat_interleave(counts)
        self.positions = self._at + prefix_tokens
        self.rows = len(tokens) if apart else 1
        # among all tokens of the pass, or of a fork's own row
        behind = (counts.cumsum(0) - ends - (ends.cumsum(0) - ends)).repeat_interleave(ends)
        self.last = counts[:1] - 1 if apart else behind + torch.arange(len(behind))

    def write(self, layer: int, k: Tensor, v: Tensor) -> None:
        """Keep each token in its row."""
        self._move_to(k.device)
        self._suffix.write(layer, self._row, self._at, k, v, self._length)

    def past(self, layer: int) -> Iterator[KeyValues]:
        """The prefix, read once for all forks."""
        return self._prefix.blocks(layer, self._prefix_tokens)

    def own(self, layer: int) -> KeyValues:
        """What these forks have of their own, the new tokens included."""
        return self._suffix.read(layer, None if self._everyone else self._members, self._length)

    def own_part(self, k: Tensor, v: Tensor) -> Part:
        """Each token sees what its own row has up to itself."""
        return self._all.part(k, v)

    def last_part(self, k: Tensor, v: Tensor) -> Part:
        """So do those whose logits are wanted."""
        return self._ending.part(k, v)

    def remembered(self, layer: int) -> State | None:
        """What a layer is in for each of these forks."""
        begun = self._prefix.remembered(layer, self._prefix_tokens)
        assert begun is not None  # a prefix has a token at least
        self._suffix.states.begin(layer, begun, self._suffix.rows)
        return self._suffix.states.read(layer, self._members.to(begun.memory.device))

    def remember(self, layer: int, state: State) -> None:
        """What it is in for them now."""
        self._suffix.states.write(layer, self._members.to(state.memory.device), state)

    def _move_to(self, device: torch.device) -> None:
        """Layers may lie on several devices: the indices follow."""
        if self._members.device != device:
            self._all.move_to(device)
            self._ending.move_to(device)
            for name in ("_members", "_at", "_row", "last"):
                setattr(self, name, getattr(self, name).to(device))


class _StepLayer(CacheLayerMixin):  # type: ignore[no-untyped-call]
    """What a layer of the model takes for its cache: hands over what is new and answers with it alone."""

    def __init__(self, step: Step, layer: int, before: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._step, self._layer, self._before = step, layer, before

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        """Nothing to prepare: the store prepares itself."""

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        self._step.write(self._layer, _in_one_row(key_states), _in_one_row(value_states))
        return key_states, value_states

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        return self._before + query_length, 0

    def get_seq_length(self) -> int:
        return self._before

    def get_max_length(self) -> int:
        return -1


def _remembering(step: Step, layer: int) -> LinearAttentionLayer:
    """The library's own cache of a layer that remembers, in the state that was kept; it writes into copies."""
    cache: Any = LinearAttentionLayer()
    state = step.remembered(layer)
    if state is not None:
        cache.dtype, cache.device = state.convolved.dtype, state.convolved.device
        cache.conv_states[0], cache.recurrent_states[0] = state.convolved.clone(), state.memory.clone()
        cache.conv_kernel_size[0] = state.convolved.shape[-1]
        for known in (
            cache.is_conv_states_initialized,
            cache.is_recurrent_states_initialized,
            cache.has_previous_state,
        ):
            known[0] = True
    made: LinearAttentionLayer = cache
    return made


def register() -> str:
    """Make our attention known to transformers; gives the name to load a model with."""
    AttentionInterface.register(ATTENTION, _attention)
    return ATTENTION


@torch.inference_mode()
def run(loaded: LoadedModel, step: Step, token_ids: Sequence[int], positions: Tensor) -> Tensor:
    """Pass tokens through the model; gives logits, [len(last), vocabulary], after the step's last tokens.

    They are float32, and float64 where the model computes in that.
    """
    device, remembering = loaded.device, loaded.remembering
    before = int(positions[0])
    layers: list[Any] = [
        _remembering(step, layer) if layer in remembering else _StepLayer(step, layer, before)
        for layer in range(loaded.layers)
    ]
    out = loaded.model(
        input_ids=torch.tensor(token_ids, device=device).view(step.rows, -1),
        position_ids=positions.view(step.rows, -1).to(device),
        past_key_values=Cache(layers=layers),
        use_cache=True,
        logits_to_keep=step.last.to(device),
        step=step,
        last_layer=loaded.layers - 1,
    )
    for layer in remembering:
        step.remember(layer, State(layers[layer].conv_states[0], layers[layer].recurrent_states[0]))
    logits: Tensor = out.logits.flatten(0, 1)
    return logits.to(torch.promote_types(logits.dtype, torch.float32))


def _attention(
    module: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    step: Step | None = None,
    last_layer: int | None = None,
    sliding_window: int | None = None,
    **more: Any,
) -> tuple[Tensor, None]:
    """What every layer of the model calls: its new tokens, [rows, heads, tokens, dim], attend to past and own.

    What comes of tokens in the last layer is read where logits are wanted and nowhere else: no other attends there.
    """
    if (
        step is None
        or attention_mask is not None
        or any(more.get(name) is not None for name in _NOT_COMPUTED)
    ):
        raise UnsupportedAttention("This model's attention needs something that the engine does not compute.")
    if sliding_window is not None and step.reach > sliding_window:
        raise UnsupportedAttention(f"This model has layers that see only {sliding_window} tokens back.")
    scale = scaling if scaling is not None else query.shape[-1] ** -0.5
    rows, _, tokens, _ = query.shape
    if int(module.layer_idx) == last_layer and rows == 1 and len(step.last) < tokens:  # type: ignore[arg-type]
        last = step.last.to(query.device)
        out = _spread(_attended(module, query[:, :, last], step, step.last_part, None, scale), last, tokens)
    else:
        out = _attended(module, _in_one_row(query), step, step.own_part, step.sparse, scale)
    return out[0].transpose(0, 1).reshape(rows, tokens, out.shape[1], -1), None


def _attended(
    module: torch.nn.Module,
    query: Tensor,
    step: Step,
    own_part: Callable[[Tensor, Tensor], Part],
    sparse: SparseReading | None,
    scale: float,
) -> Tensor:
    """What queries, [1, heads, tokens, dim], get in one layer."""
    layer = int(module.layer_idx)  # type: ignore[arg-type]
    own = step.own(layer)
    if keeps_latent(module):
        return attend_latent(module, query, step.past(layer), own, own_part, scale=scale)
    if sparse:
        return sparse.attend(query, lambda: step.past(layer), own, scale)
    past = (Whole(block.k, block.v) for block in step.past(layer))
    return attend(query, chain(past, [own_part(own.k, own.v)]), scale=scale)


def _spread(out: Tensor, places: Tensor, tokens: int) -> Tensor:
    """Each at its place among so many tokens.

    What lies between is read by nobody; it is no zeros, because quantized layers divide by what is largest.
    """
    return out[:, :, :1].repeat(1, 1, tokens, 1).index_copy_(2, places, out)


def _in_one_row(each: Tensor) -> Tensor:
    """[rows, heads, tokens, dim] as [1, heads, rows * tokens, dim]."""
    return each if each.shape[0] == 1 else each.transpose(0, 1).flatten(1, 2)[None]

"""The formulas that seconds are set beside say what torch counts."""

from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from inference.bench.limits import answering, copy_rate, product_rate, reading, step_bytes
from inference.bench.made_there import filled, keeping
from inference.bench.peak import forget_peak, peak
from inference.engine.loaded import LoadedModel
from inference.engine.prefill import prefill

TOKENS, CHUNK = 256, 16


def _attention(q: Any, k: Any, v: Any, *_: Any, out_shape: Any = None, **__: Any) -> int:
    """Two products of all queries with all keys: torch has no count for this kernel."""
    batch, heads, rows, size = q
    return int(2 * batch * heads * rows * k[-2] * (size + v[-1]))


def counted(work: Any) -> int:
    """Operations of all matrix products that some work did."""
    cpu = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
    with FlopCounterMode(display=False, custom_mapping={cpu: _attention}) as counter:
        work()
    return counter.get_total_flops()


@pytest.fixture
def plain(made: LoadedModel) -> LoadedModel:
    """The tiny model, which keeps what it reads as it made it."""
    return keeping(made, "model")


def test_reading_costs_what_the_formula_says(plain: LoadedModel) -> None:
    text = plain.model.config.get_text_config()
    work = reading(text, 0, TOKENS)
    # Counted are also the output layer and one token's attention in the last, once a chunk, and both halves of each
    # chunk's own triangle.
    outputs = 2 * text.vocab_size * text.hidden_size * TOKENS // CHUNK
    ends = 4 * text.hidden_size * sum(range(CHUNK, TOKENS + 1, CHUNK))
    expected = work.weights + work.attention * (1 + CHUNK / TOKENS) + outputs + ends
    assert counted(lambda: prefill(plain, [1] * TOKENS)) == pytest.approx(expected, rel=2e-3)


def test_a_chunk_behind_others_costs_what_is_added(plain: LoadedModel) -> None:
    text = plain.model.config.get_text_config()
    first, rest = reading(text, 0, 100), reading(text, 100, 60)
    assert first.all + rest.all == reading(text, 0, 160).all


@pytest.mark.parametrize("questions", [1, 5])
def test_a_step_costs_what_the_formula_says(plain: LoadedModel, questions: int) -> None:
    forks = prefill(plain, [1] * TOKENS).fork(questions)
    forks.feed([[2, 3, 4]] * questions)
    work = answering(plain.model.config.get_text_config(), TOKENS + 4, questions)
    assert counted(lambda: forks.feed([[5]] * questions)) == pytest.approx(work.all, rel=2e-3)


def test_a_step_reads_weights_and_prefix_once_and_every_question_its_own(made: LoadedModel) -> None:
    prefix = filled(keeping(made, "int8"), 128, 0)
    weights = sum(each.nbytes for name, each in made.model.named_parameters() if "embed_tokens" not in name)
    each = 2 * 2 * 2 * 32 * 2  # layers, keys and values, heads, numbers, bytes
    buffers = sum(buffer.nbytes for buffer in made.model.buffers())
    assert step_bytes(prefix, 7) == weights + buffers + prefix.bytes + 7 * each
    assert step_bytes(prefix, 14) - step_bytes(prefix, 7) == 7 * each


def test_a_filled_prefix_takes_what_one_that_was_read_takes(made: LoadedModel) -> None:
    for cache in ("int8", "int4", "model"):
        loaded = keeping(made, cache)
        assert filled(loaded, 200, 56).bytes == prefill(loaded, [1] * 200).bytes


def test_what_is_read_behind_a_filled_prefix_is_answered(made: LoadedModel) -> None:
    prefix = filled(keeping(made, "int8"), 128, 64)
    longer = prefill(prefix.loaded, prefix.token_ids + (1,) * 64, begun=prefix)
    assert longer.store is prefix.store, "there was room: nothing was copied"
    logits = longer.fork(2).feed([[5], [6]])
    assert logits.isfinite().all()
    assert not logits[0].equal(logits[1])


def test_the_device_is_measured_by_a_product_and_a_copy() -> None:
    device = torch.device("cpu")
    assert product_rate(device, torch.float32) > 1e9
    assert copy_rate(device) > 1e8


def test_a_peak_that_is_forgotten_counts_no_more() -> None:
    held = torch.ones(256 * 2**18)  # 256 MiB
    before = peak()
    del held
    forget_peak()
    assert before - peak() > 200 * 2**20

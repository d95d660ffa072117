"""A chunk may leave out of the past what its heads hardly look at: never by itself, and never more than it says."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from inference.engine.attention import Causal, Whole, attend
from inference.engine.blocks import BLOCK
from inference.engine.kept_mass import KeptMass
from inference.engine.load import LoadedModel, load
from inference.engine.model_config import check_sparse
from inference.engine.prefill import Cancelled, prefill
from inference.engine.profile import DType, EngineProfile, ProfileError, Sparse
from inference.engine.sparse import PIECE, SparseReading
from inference.engine.sparse_patterns import PATTERNS, TARGET, TILE, Seen
from inference.engine.store import KeyValues

HEADS, KEY_HEADS, DIM, CHUNK = 4, 2, 32, 300
SCALE = DIM**-0.5


def drawn(past: int, seed: int = 1) -> tuple[Tensor, KeyValues, KeyValues]:
    """Queries of a chunk, the past and the chunk's own keys and values, in float64, attending to all alike."""
    chance = torch.Generator().manual_seed(seed)
    q = torch.randn(1, HEADS, CHUNK, DIM, generator=chance, dtype=torch.float64)
    kept = [
        torch.randn(1, KEY_HEADS, length, 2 * DIM, generator=chance, dtype=torch.float64)
        for length in (past, CHUNK)
    ]
    return q, KeyValues(kept[0], DIM), KeyValues(kept[1], DIM)


def dense(q: Tensor, past: KeyValues, own: KeyValues) -> Tensor:
    """Attention to everything."""
    return attend(q, [Whole(past.k, past.v), Causal(own.k, own.v)], scale=SCALE)


def read(
    pattern: Sparse, q: Tensor, past: KeyValues, own: KeyValues, pieces: int = 1
) -> tuple[Tensor, KeptMass]:
    """The same by a pattern, with the past in so many pieces of whole blocks."""
    kept = KeptMass()
    size = -(-past.joined.shape[2] // (BLOCK * pieces)) * BLOCK
    parts = [KeyValues(part, DIM) for part in past.joined.split(size, dim=2)]
    return SparseReading(pattern, kept).attend(q, lambda: parts, own, SCALE), kept


def looking_at(past: KeyValues, own: KeyValues, q: Tensor, head: int, blocks: list[int]) -> None:
    """Let one key head's queries look at these blocks of the past and hardly anywhere else."""
    way = torch.zeros(DIM, dtype=torch.float64)
    way[0] = 40.0
    group = HEADS // KEY_HEADS
    q[0, head * group : (head + 1) * group] = q[0, head * group : (head + 1) * group] * 0.1 + way
    past.k[0, head, :, 0] = own.k[0, head, :, 0] = -1.0
    for block in blocks:
        past.k[0, head, block * BLOCK : (block + 1) * BLOCK, 0] = 1.0


@pytest.mark.parametrize("pattern", PATTERNS)
def test_heads_that_look_everywhere_read_everything(pattern: Sparse) -> None:
    q, past, own = drawn(4000)
    out, kept = read(pattern, q, past, own)
    assert (out - dense(q, past, own)).abs().max() < (1e-12 if pattern == "window" else 0.05)
    assert kept.read > 0.9
    assert kept.mass > 0.97


@pytest.mark.parametrize("pattern", ["vertical-slash", "blocks"])
def test_heads_that_look_at_few_blocks_read_these_and_lose_little(pattern: Sparse) -> None:
    q, past, own = drawn(4000)
    for head in range(KEY_HEADS):
        looking_at(past, own, q, head, [3, 17 + head])
    out, kept = read(pattern, q, past, own)
    assert kept.read < 0.2
    assert kept.dense == 0
    assert kept.least >= 0.95
    assert (out - dense(q, past, own)).abs().max() < 0.1


def test_a_head_alone_falls_back_where_it_would_lose_too_much() -> None:
    q, past, own = drawn(4000)
    looking_at(past, own, q, 0, [60, 61])  # inside the window
    looking_at(past, own, q, 1, [20])  # outside of it
    out, kept = read("window", q, past, own)
    assert (kept.heads, kept.dense) == (2, 1)
    assert (out - dense(q, past, own))[0, HEADS // KEY_HEADS :].abs().max() < 1e-12
    assert 0.5 < kept.read < 0.8


@pytest.mark.parametrize("pattern", PATTERNS)
def test_how_the_past_lies_in_pieces_changes_nothing(pattern: Sparse) -> None:
    q, past, own = drawn(2 * PIECE + 777)
    looking_at(past, own, q, 0, [2, 90])
    whole, kept = read(pattern, q, past, own)
    parts, kept_too = read(pattern, q, past, own, pieces=5)
    assert (whole - parts).abs().max() < 1e-12
    assert (kept.read, kept.dense) == (kept_too.read, kept_too.dense)
    assert kept.mass == pytest.approx(kept_too.mass, abs=1e-9)


def test_the_mass_that_is_told_is_what_was_kept() -> None:
    q, past, own = drawn(3000)
    looking_at(past, own, q, 0, [5, 6, 7, 30])
    looking_at(past, own, q, 1, [11])
    _, kept = read("blocks", q, past, own)
    chosen = kept.mass
    scores = torch.cat((past.k, own.k), 2).repeat_interleave(2, 1)
    weights = q @ scores.transpose(2, 3) * SCALE
    later = torch.ones(CHUNK, CHUNK, dtype=torch.bool).triu(1)
    weights[..., 3000:] = weights[..., 3000:].masked_fill(later, float("-inf"))
    share = weights.softmax(-1)
    read_blocks = torch.zeros(KEY_HEADS, 3000 + CHUNK)
    read_blocks[:, 3000:] = 1
    for head, blocks in enumerate(([5, 6, 7, 30], [11])):
        for block in blocks:
            read_blocks[head, block * BLOCK : (block + 1) * BLOCK] = 1
    at_least = (share * read_blocks.repeat_interleave(2, 0)[None, :, None]).sum(-1).mean()
    assert chosen >= float(at_least) - 0.03


def test_lines_that_all_tiles_share_are_found_as_lines() -> None:
    tiles, count = 4, 40
    mass = torch.zeros(1, 1, tiles, 1, count)
    mass[..., 7] = 0.5  # a vertical
    for tile in range(tiles):
        mass[0, 0, tile, 0, 20 + tile * (TILE // BLOCK)] = 0.49  # a slash
    seen = Seen(mass, torch.full((1, 1, tiles, 1), 0.01))
    chosen = PATTERNS["vertical-slash"](seen)
    assert chosen[0, :, 7].all()
    assert all(chosen[0, tile, 20 + tile * (TILE // BLOCK)] for tile in range(tiles))
    assert float(chosen.float().mean()) < 0.12
    assert float(seen.mass_of(chosen)) >= TARGET


def test_a_short_past_is_read_whole(qwen: LoadedModel, case_file: list[int]) -> None:
    sparse = replace(qwen, profile=replace(qwen.profile, sparse="blocks"))
    told = prefill(sparse, case_file)
    assert torch.allclose(told.logits, prefill(qwen, case_file).logits, atol=1e-5)
    assert told.kept_mass is not None
    assert (told.kept_mass.heads, told.kept_mass.mass, told.kept_mass.read) == (0, 1.0, 1.0)
    assert prefill(qwen, case_file).kept_mass is None


@pytest.mark.parametrize("architecture", ["qwen2", "llama"])
def test_a_sparse_reading_that_was_interrupted_goes_on_as_it_began(
    loaded: Callable[[str, DType], LoadedModel], architecture: str
) -> None:
    model = loaded(architecture, "float32")
    model = replace(model, window=2000, profile=replace(model.profile, sparse="vertical-slash", chunk=256))
    tokens = torch.randint(2, 500, (1500,), generator=torch.Generator().manual_seed(4)).tolist()
    whole = prefill(model, tokens)
    turns = iter([False, False, False, True])
    with pytest.raises(Cancelled) as stopped:
        prefill(model, tokens, cancelled=lambda: next(turns))
    begun = stopped.value.finished
    assert begun is not None
    gone_on = prefill(model, tokens, begun=begun)
    assert torch.equal(gone_on.logits, whole.logits)
    assert gone_on.kept_mass == whole.kept_mass
    assert whole.kept_mass is not None
    assert whole.kept_mass.heads > 0
    assert whole.kept_mass.least >= 0.95


def test_another_pattern_is_another_reading(loaded: Callable[[str, DType], LoadedModel]) -> None:
    dense = loaded("qwen2", "float32")
    prints = {
        load(replace(dense.profile, sparse=sparse, chunk=chunk)).fingerprint.weights
        for sparse in ("blocks", "window")
        for chunk in (16, 32)
    }
    assert len(prints | {dense.fingerprint.weights}) == 5


def test_a_model_whose_latents_are_read_whole_all_the_same_is_refused(
    model_folder: Callable[[str], Path],
) -> None:
    profile = EngineProfile(model_folder("deepseek_v3"), dtype="float32", sparse="window")
    with pytest.raises(ProfileError, match="cannot be read sparsely"):
        load(profile)
    check_sparse(replace(profile, sparse="off"))
    check_sparse(replace(profile, model=model_folder("qwen2")))


def test_an_account_says_what_was_kept() -> None:
    kept = KeptMass()
    assert kept.sentence == "Read sparsely: nothing was left out, since so short a past is read whole."
    kept.add(torch.tensor([0.96, 1.0]), torch.tensor([[[True, False]], [[True, True]]]), torch.tensor([0, 1]))
    assert kept.sentence == (
        "Read sparsely: 98.00% of the attention was kept, 96.00% by the head that kept least; 75% of the past was "
        "read; 1 of 2 heads read all of it, counted anew for each layer and chunk."
    )

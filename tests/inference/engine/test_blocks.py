"""Blocks of eight and of four bits: small, never touched again, and what they were read as is what they hold."""

import pytest
import torch
from torch import Tensor

from inference.engine.attention import Causal, Whole, attend, plain
from inference.engine.blocks import BLOCK, Bits, BlockLayer, BlockLayers, Shape
from inference.engine.codes import decode_, encoded, lines, measured
from inference.engine.store import Layers, PlainLayers
from inference.engine.tiles import MADE, MOST, tile

KINDS = [(8, False), (8, True), (4, False), (4, True)]  # bits, whether a latent is kept
HEADS, KEYS, VALUES = 2, 48, 32


def drawn(*shape: int, seed: int = 1) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def keys_and_values(tokens: int) -> tuple[Tensor, Tensor]:
    """The first of 300. Channels of keys differ in where they lie and how far they reach, as real models' do."""
    k = drawn(1, HEADS, 300, KEYS) * drawn(KEYS, seed=2).exp() + 20 * drawn(KEYS, seed=3)
    return k[:, :, :tokens], drawn(1, HEADS, 300, VALUES, seed=4)[:, :, :tokens]


def layer_of(bits: Bits, latent: bool, pieces: list[int]) -> BlockLayer:
    """A layer that was written in pieces."""
    k, v = keys_and_values(sum(pieces))
    layer, start = BlockLayers(bits, latent).new(sum(pieces), k, v), 0
    for tokens in pieces:
        layer.write(start, k[:, :, start : start + tokens], v[:, :, start : start + tokens])
        start += tokens
    return layer


def read(layer: BlockLayer, tokens: int) -> Tensor:
    """All of it, [1, heads, tokens, size]."""
    return torch.cat([block.joined for block in layer.blocks(tokens)], dim=2)


def by_hand(layer: BlockLayer, tokens: int, bits: int, latent: bool) -> Tensor:
    """What the tensors of a layer stand for, number by number as the format says: [1, heads, tokens, size]."""
    kept = layer.tensors(tokens)
    codes, by_channel, by_token = (kept[name] for name in ("codes", "by_channel", "by_token"))
    tail = torch.cat((kept["k"], kept["v"]), dim=-1)[0]
    half, size = (2**bits - 1) / 2, codes.shape[-1]
    out = tail.new_empty(codes.shape[0], tokens, size)
    for token in range(tokens):
        block, row = divmod(token, BLOCK)
        if block == codes.shape[1]:
            out[:, token] = tail[:, row]
            continue
        byte = codes[:, block, row % (BLOCK * bits // 8)].int()
        level = byte if bits == 8 else (byte & 15 if row < BLOCK // 2 else byte >> 4)
        middle, step = (
            torch.cat(
                (channel[:, block, 0], each[:, block, row].repeat_interleave(0 if latent else VALUES, -1)), -1
            ).double()
            for channel, each in zip(by_channel, by_token, strict=True)
        )
        out[:, token] = middle + (level - half) * step
    return out[None]


@pytest.mark.parametrize(("bits", "latent"), KINDS)
def test_every_number_lies_within_half_a_step_of_what_it_was(bits: Bits, latent: bool) -> None:
    layer = layer_of(bits, latent, [3 * BLOCK])
    k, v = keys_and_values(3 * BLOCK)
    apart = (read(layer, 3 * BLOCK) - torch.cat((k, v), -1)).abs()[0].unflatten(1, (3, BLOCK))
    kept = layer.tensors(3 * BLOCK)
    channels = KEYS + VALUES if latent else KEYS
    assert (apart[..., :channels] <= kept["by_channel"][1].double() / 2 + 1e-12).all()
    if not latent:
        assert (apart[..., channels:] <= kept["by_token"][1].double() / 2 + 1e-12).all()


@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize(
    "numbers",
    [
        torch.full((64, 1), 3.0),
        torch.full((64, 1), 1.0001),  # no float16
        torch.zeros(64, 1),
        1000 + torch.linspace(0, 0.1, 64)[:, None],  # far from zero and near each other
        torch.linspace(-1e-9, 1e-9, 64)[:, None],
        torch.linspace(-7e4, 9e4, 64)[:, None],  # beyond what float16 reaches
    ],
)
def test_odd_numbers_are_kept_as_near_as_float16_lies(numbers: Tensor, bits: Bits) -> None:
    shared = measured(numbers, bits, dim=0)
    levels = encoded(numbers, shared, bits).float()
    decode_(levels, *lines(shared, bits, levels.dtype))
    reach = float(numbers.max() - numbers.min()) / (2**bits - 1)
    near = float(numbers.abs().max()) * 2**-10 + 2**-24
    assert float((levels - numbers).abs().max()) <= reach + near


def test_what_is_no_number_stays_none() -> None:
    shared = measured(torch.tensor([[1.0], [float("nan")]]), 8, dim=0)
    levels = torch.zeros(2, 1)
    decode_(levels, *lines(shared, 8, levels.dtype))
    assert levels.isnan().all()


@pytest.mark.parametrize("group", [1, 3])
@pytest.mark.parametrize(("bits", "latent"), KINDS)
def test_attention_to_blocks_is_attention_to_the_numbers_they_stand_for(
    bits: Bits, latent: bool, group: int
) -> None:
    layer = layer_of(bits, latent, [200])
    if latent:
        width = KEYS + VALUES
        parts = [Whole(block.joined, block.joined) for block in layer.blocks(200)]
    else:
        width = KEYS
        parts = [Whole(block.k, block.v) for block in layer.blocks(200)]
    q = drawn(1, HEADS * group, 5, width, seed=5) / 20
    meant = by_hand(layer, 200, bits, latent).repeat_interleave(group, 1)
    k, v = (meant, meant) if latent else (meant[..., :KEYS], meant[..., KEYS:])
    expected, _ = plain(q, k, v, 0.3)
    assert (attend(q, parts, scale=0.3) - expected).abs().max() <= 1e-12


@pytest.mark.parametrize(("bits", "latent"), KINDS)
def test_blocks_are_the_same_however_many_tokens_were_written_at_a_time(bits: Bits, latent: bool) -> None:
    whole = layer_of(bits, latent, [200]).tensors(200)
    for pieces in ([1] * 200, [64, 64, 64, 8], [63, 65, 72], [150, 50]):
        written = layer_of(bits, latent, pieces).tensors(200)
        assert all(torch.equal(whole[name], written[name]) for name in whole)


def test_what_is_not_yet_a_block_stays_as_it_was_given() -> None:
    k, v = keys_and_values(200)
    layer = layer_of(4, False, [100, 100])
    assert torch.equal(read(layer, 200)[:, :, 192:], torch.cat((k, v), -1)[:, :, 192:])


def test_a_kept_length_is_read_as_it_was_whatever_comes_after() -> None:
    k, v = keys_and_values(200)
    layer = BlockLayers(8, latent=False).new(200, k, v)
    layer.write(0, k[:, :, :100], v[:, :, :100])
    layer.keep(100)
    before = read(layer, 100)
    layer.write(100, k[:, :, 100:150], v[:, :, 100:150])
    layer.write(150, k[:, :, 150:], v[:, :, 150:])
    assert torch.equal(read(layer, 100), before)
    assert torch.equal(before[:, :, 64:], torch.cat((k, v), -1)[:, :, 64:100])
    with pytest.raises(ValueError, match="Nobody said"):
        layer.blocks(99)
    assert read(layer, 64).equal(before[:, :, :64])  # a full block is never touched again


@pytest.mark.parametrize(("bits", "latent"), KINDS)
@pytest.mark.parametrize("tokens", [20, 128, 200])
def test_a_layer_is_made_again_from_its_tensors_bit_for_bit(bits: Bits, latent: bool, tokens: int) -> None:
    layer = layer_of(bits, latent, [tokens])
    copied = {name: tensor.clone() for name, tensor in layer.tensors(tokens).items()}
    again = BlockLayers(bits, latent).of(300, copied)
    assert read(again, tokens).equal(read(layer, tokens))
    assert again.bytes_of(tokens) == layer.bytes_of(tokens) == sum(each.nbytes for each in copied.values())
    k, v = keys_and_values(300)
    again.write(tokens, k[:, :, tokens:], v[:, :, tokens:])
    kept = layer_of(bits, latent, [300]).tensors(300)
    assert all(torch.equal(each, kept[name]) for name, each in again.tensors(300).items())


@pytest.mark.parametrize(("kind", "tiles"), [(BlockLayers(8, latent=False), 512), (PlainLayers(), 1024)])
def test_tiles_hold_what_a_processor_has_at_hand(kind: Layers, tiles: int) -> None:
    k, v = drawn(1, 4, 3000, 64), drawn(1, 4, 3000, 64, seed=2)  # 4,096 bytes a token
    layer = kind.new(3000, k, v)
    layer.write(0, k, v)
    lengths = [block.k.shape[2] for block in layer.blocks(3000)]
    assert lengths[:2] == [tiles, tiles]
    assert max(lengths) == tiles
    assert sum(lengths) == 3000


def test_tiles_are_longer_the_smaller_a_token_is_and_never_too_short_or_too_long() -> None:
    assert [tile("cpu", size, MADE) for size in (1, 512, 1000, 4096, 2**22)] == [MOST, 4096, 2048, 512, 512]
    assert tile("cuda", 4096, MADE) == MOST


@pytest.mark.parametrize("bits", [8, 4])
def test_a_case_file_of_many_tiles_is_read_as_it_was_given(bits: Bits) -> None:
    tokens = 40_000  # steps and floors are made for 32,768 at a time
    k, v = drawn(1, 1, tokens, 8), drawn(1, 1, tokens, 8, seed=2)
    layer = BlockLayers(bits, latent=False).new(tokens, k, v)
    layer.write(0, k, v)
    kept = layer.tensors(tokens)
    apart = (read(layer, tokens) - torch.cat((k, v), -1)).abs()[0].unflatten(1, (-1, BLOCK))
    assert (apart[..., :8] <= kept["by_channel"][1].double() / 2 + 1e-12).all()
    assert (apart[..., 8:] <= kept["by_token"][1].double() / 2 + 1e-12).all()


@pytest.mark.parametrize(
    "shape",
    [
        (8, False, 4, 128, 128),
        (8, False, 8, 64, 64),
        (8, True, 1, 512, 64),
        (4, False, 4, 128, 128),
        (4, False, 8, 64, 64),
        (4, True, 1, 512, 64),
    ],
)
def test_blocks_are_as_much_smaller_than_bfloat16_as_they_are_to_be(
    shape: tuple[Bits, bool, int, int, int],
) -> None:
    kept = Shape(*shape)
    ratio = BLOCK * kept.heads * kept.size * 2 / kept.block_bytes
    assert ratio >= {8: 1.8, 4: 3.3}[kept.bits]


def test_a_chunk_attends_to_itself_in_full_precision() -> None:
    """What is kept in blocks is only what lay before the chunk."""
    k, v = keys_and_values(128)
    layer = layer_of(8, False, [64, 64])
    q = drawn(1, HEADS, 64, KEYS, seed=6) / 20
    own = Causal(k[:, :, 64:], v[:, :, 64:])
    out = attend(q, [*(Whole(b.k, b.v) for b in layer.blocks(64)), own], scale=0.3)
    meant = torch.cat((by_hand(layer, 64, 8, False), torch.cat((k, v), -1)[:, :, 64:]), 2)
    seen = torch.arange(128)[None] <= 64 + torch.arange(64)[:, None]
    expected, _ = plain(q, meant[..., :KEYS], meant[..., KEYS:], 0.3, seen)
    assert (out - expected).abs().max() <= 1e-12


@pytest.mark.gpu
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize(("bits", "latent"), KINDS)
def test_a_gpu_keeps_the_numbers_that_a_processor_keeps(bits: Bits, latent: bool, dtype: torch.dtype) -> None:
    k, v = (each.to(dtype) for each in keys_and_values(200))
    here, there = (
        BlockLayers(bits, latent).new(200, k, v),
        BlockLayers(bits, latent).new(200, k.cuda(), v.cuda()),
    )
    here.write(0, k, v)
    there.write(0, k.cuda(), v.cuda())
    apart = (read(here, 200) - read(there, 200).cpu()).abs()
    assert (apart.flatten() > 1e-2).float().mean() < 1e-3  # a level may fall to either side of a half

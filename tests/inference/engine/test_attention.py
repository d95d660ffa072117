"""Parts merged by their log-sum-exp are one softmax over everything, by the fused kernels and by their plain twin."""

import pytest
import torch
from torch import Tensor

from inference.engine.attention import Causal, Ragged, Whole, attend, fused, fused_where, plain

EXACT = {torch.float64: 1e-12, torch.float32: 1e-5, torch.bfloat16: 0.05}
SCALE = 0.3


def drawn(*shape: int, dtype: torch.dtype = torch.float64, seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def one_softmax(q: Tensor, k: Tensor, v: Tensor, seen: Tensor) -> Tensor:
    """Everything at once in float64, key heads repeated for their group."""
    group = q.shape[1] // k.shape[1]
    k, v = (each.double().repeat_interleave(group, 1) for each in (k, v))
    scores = (q.double() @ k.transpose(-1, -2)) * SCALE
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


@pytest.mark.parametrize("dtype", EXACT)
@pytest.mark.parametrize("key_heads", [1, 2, 6])
def test_a_chunk_sees_all_that_was_read_before_it_and_itself_causally(
    dtype: torch.dtype, key_heads: int
) -> None:
    q = drawn(1, 6, 9, 8, dtype=dtype)
    k, v = drawn(1, key_heads, 40, 8, dtype=dtype, seed=2), drawn(1, key_heads, 40, 8, dtype=dtype, seed=3)
    parts = [
        Whole(k[:, :, :20], v[:, :, :20]),
        Whole(k[:, :, 20:31], v[:, :, 20:31]),
        Causal(k[:, :, 31:], v[:, :, 31:]),
    ]
    seen = torch.arange(40)[None] <= 31 + torch.arange(9)[:, None]
    out = attend(q, parts, scale=SCALE)
    assert out.dtype == dtype
    assert (out - one_softmax(q, k, v, seen)).abs().max() <= EXACT[dtype]


@pytest.mark.parametrize("dtype", EXACT)
@pytest.mark.parametrize("key_heads", [1, 2, 6])
def test_ragged_rows_see_the_shared_part_and_only_their_own(dtype: torch.dtype, key_heads: int) -> None:
    """Row 0 has one new token behind two, row 1 three behind none, row 2 two behind one."""
    new, before = (1, 3, 2), (2, 0, 1)
    q = drawn(1, 6, 6, 8, dtype=dtype)
    k, v = drawn(1, key_heads, 25, 8, dtype=dtype, seed=2), drawn(1, key_heads, 25, 8, dtype=dtype, seed=3)
    own_k, own_v = (
        drawn(3, key_heads, 3, 8, dtype=dtype, seed=4),
        drawn(3, key_heads, 3, 8, dtype=dtype, seed=5),
    )
    at = torch.tensor([[2, 3, 4], [0, 1, 2], [1, 2, 3]])  # where each new token stands in its row; padded
    ragged = Ragged(
        own_k,
        own_v,
        slots=torch.tensor([[0, 0, 0], [1, 2, 3], [4, 5, 0]]),
        places=torch.tensor([0, 3, 4, 5, 6, 7]),
        seen=torch.arange(3)[None, None] <= at[..., None],
    )
    out = attend(q, [Whole(k, v), ragged], scale=SCALE)
    begin = 0
    for row, (count, behind) in enumerate(zip(new, before, strict=True)):
        mine = q[:, :, begin : begin + count]
        row_k, row_v = torch.cat((k, own_k[row : row + 1]), 2), torch.cat((v, own_v[row : row + 1]), 2)
        seen = torch.arange(28)[None] <= 25 + behind + torch.arange(count)[:, None]
        expected = one_softmax(mine, row_k, row_v, seen)
        assert (out[:, :, begin : begin + count] - expected).abs().max() <= EXACT[dtype]
        begin += count


@pytest.mark.parametrize("dtype", EXACT)
@pytest.mark.parametrize("causal", [False, True])
def test_the_fused_kernel_and_its_plain_twin_agree(dtype: torch.dtype, causal: bool) -> None:
    q, k, v = (
        drawn(2, 3, 7, 16, dtype=dtype),
        drawn(2, 3, 7, 16, dtype=dtype, seed=2),
        drawn(2, 3, 7, 8, dtype=dtype),
    )
    seen = torch.ones(7, 7, dtype=torch.bool).tril() if causal else None
    out, weight = fused(q, k, v, SCALE, causal=causal)
    twin, twin_weight = plain(q, k, v, SCALE, seen)
    assert out.shape == (2, 3, 7, 8)
    assert (out - twin).abs().max() <= EXACT[dtype]
    assert (weight - twin_weight).abs().max() <= EXACT[dtype]


@pytest.mark.parametrize("dtype", EXACT)
@pytest.mark.parametrize(("keys", "values"), [(3, 3), (80, 80), (576, 576), (24, 40), (40, 24)])
def test_the_fused_kernel_takes_any_width_and_any_mask(dtype: torch.dtype, keys: int, values: int) -> None:
    q, k = drawn(2, 3, 7, keys, dtype=dtype), drawn(2, 3, 90, keys, dtype=dtype, seed=2)
    v = drawn(2, 3, 90, values, dtype=dtype, seed=3)
    seen = drawn(2, 1, 7, 90, seed=4) > 0
    scale = keys**-0.5
    for (out, weight), (twin, twin_weight) in (
        (fused(q, k, v, scale), plain(q, k, v, scale)),
        (fused_where(seen, q, k, v, scale), plain(q, k, v, scale, seen)),
    ):
        assert out.shape == (2, 3, 7, values)
        assert (out - twin).abs().max() <= EXACT[dtype]
        assert (weight - twin_weight).abs().max() <= EXACT[dtype]


@pytest.mark.gpu
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize(("keys", "values"), [(128, 128), (576, 576), (192, 128)])
@pytest.mark.parametrize("causal", [False, True])
def test_the_kernels_of_a_gpu_and_the_plain_twin_agree(
    dtype: torch.dtype, keys: int, values: int, causal: bool
) -> None:
    q, k = drawn(1, 4, 50, keys, dtype=dtype).cuda(), drawn(1, 4, 50, keys, dtype=dtype, seed=2).cuda()
    v = drawn(1, 4, 50, values, dtype=dtype, seed=3).cuda()
    seen = torch.ones(50, 50, dtype=torch.bool, device="cuda").tril() if causal else None
    out, weight = fused(q, k, v, keys**-0.5, causal=causal)
    twin, twin_weight = plain(q, k, v, keys**-0.5, seen)
    assert (out - twin).abs().max() <= max(EXACT[dtype], 1e-3)
    assert (weight - twin_weight).abs().max() <= max(EXACT[dtype], 1e-3)


def test_nothing_to_attend_to_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing to attend"):
        attend(drawn(1, 2, 3, 4), [], scale=SCALE)

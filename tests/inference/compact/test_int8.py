"""Layers in int8: equal to their definition, and close to what they were made from."""

import pytest
import torch
from torch import nn

from inference.compact.int8 import Int8Embedding, Int8Linear, rounded_rows


@pytest.mark.parametrize("rows", [1, 7, 255, 256, 257, 600])
def test_the_fast_layer_equals_its_definition_on_any_number_of_rows(rows: int) -> None:
    torch.manual_seed(rows)
    layer = Int8Linear.of(nn.Linear(64, 48))
    x = torch.randn(rows, 64) * 3
    assert torch.allclose(layer(x), layer.plain(x), atol=1e-5)


def test_sums_too_large_for_single_precision_are_exact() -> None:
    layer = Int8Linear(torch.full((2048, 8), 127, dtype=torch.int8), torch.ones(8), torch.zeros(8))
    x = torch.full((3, 2048), 127.0)
    assert layer(x)[0, 0].item() == 127 * 127 * 2048


def test_the_rounded_layer_is_close_to_the_one_it_was_made_from() -> None:
    torch.manual_seed(3)
    linear = nn.Linear(384, 128)
    x = torch.randn(50, 384)
    error = (Int8Linear.of(linear)(x) - linear(x)).norm() / linear(x).norm()
    assert error < 0.02


def test_shapes_before_the_last_are_kept() -> None:
    assert Int8Linear.of(nn.Linear(16, 8))(torch.zeros(2, 3, 16)).shape == (2, 3, 8)


def test_a_row_of_zeros_stays_zero_and_the_largest_value_is_exact() -> None:
    rounded, scale = rounded_rows(torch.tensor([[0.0, 0.0], [-2.0, 1.0]]))
    assert rounded.tolist() == [[0, 0], [-127, 64]]
    assert (rounded[1, 0] * scale[1, 0]).item() == pytest.approx(-2.0)


def test_the_rounded_table_gives_back_its_vectors() -> None:
    torch.manual_seed(4)
    table = nn.Embedding(20, 32)
    ids = torch.tensor([[0, 19], [3, 3]])
    assert torch.allclose(Int8Embedding.of(table)(ids), table(ids), atol=0.02)

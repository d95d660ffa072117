"""The script that measures the engine runs small on any machine."""

import json

import pytest

from inference.__main__ import main


def test_the_small_shape_is_measured_beside_its_limit(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "engine", "--small", "--lengths", "64", "--chunk", "32", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    (row,) = figures["lengths"]
    assert row["tokens"] == 64
    assert row["cache_bytes"] == 64 * 2 * 4 * 2 * 32 * 4  # tokens, K and V, layers, heads, dim, bytes
    assert row["prefill_tokens_per_second"] > 0
    assert 0 < row["share_of_limit"] < 1.5
    assert figures["limit_gflops"] > 0

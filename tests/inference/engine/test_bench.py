"""The script that measures the engine runs small on any machine."""

import json

import pytest

from inference.__main__ import main
from inference.engine import store, tiles


def test_the_small_shape_is_measured_beside_its_limit(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["bench", "engine", "--small", "--lengths", "64", "--chunk", "32", "--cache", "model", "--json"])
        == 0
    )
    figures = json.loads(capsys.readouterr().out)
    (row,) = figures["lengths"]
    assert row["tokens"] == 64
    assert row["cache_bytes"] == 64 * 2 * 4 * 2 * 32 * 4  # tokens, K and V, layers, heads, dim, bytes
    assert row["prefill_tokens_per_second"] > 0
    assert 0 < row["share_of_limit"] < 1.5
    assert figures["limit_gflops"] > 0


def test_many_questions_of_one_case_file_are_answered_as_the_library_answers_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert (
        main(["bench", "shared-prefix", "--prefix", "96", "--questions", "5", "--cache", "model", "--json"])
        == 0
    )
    figures = json.loads(capsys.readouterr().out)
    assert (figures["answers_equal"], figures["answers_compared"]) == (4, 4)
    assert list(figures["step_seconds"]) == ["1", "2", "4", "5"]
    # K and V, layers, heads, dim, bytes; a fork has room for its own tokens and none for the case file's
    assert figures["prefix_bytes"] == 96 * 2 * 4 * 2 * 32 * 4
    assert figures["fork_bytes"] <= 2 * (32 + 64) * 2 * 4 * 2 * 32 * 4
    assert figures["naive_seconds"] > 0


def test_what_is_kept_in_blocks_is_as_small_as_it_is_to_be(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "FOUND", 1)
    monkeypatch.setattr(tiles, "_LEAST", 64)  # two tiles, as longer case files have
    assert main(["bench", "kv", "--tokens", "128", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["tokens"] == 128
    rows = {(row["model"], row["cache"]): row for row in figures["rows"]}
    assert set(rows) == {
        (model, cache) for model in ("grouped queries", "latent") for cache in ("model", "int8", "int4")
    }
    for (_, cache), row in rows.items():
        assert row["smaller_than_bfloat16"] >= {"model": 0.5, "int8": 1.8, "int4": 3.3}[cache]
        assert row["pass"]
        assert row["step_of_16_ms"] > 0
    for model in ("grouped queries", "latent"):
        full, int8, int4 = (rows[model, cache]["attention_error"] for cache in ("model", "int8", "int4"))
        assert 0 == full < int8 < 0.02 < int4 < 0.3


@pytest.mark.parametrize("cache", ["int8", "model"])
def test_a_saved_reading_is_measured_against_reading_again(
    capsys: pytest.CaptureFixture[str], cache: str
) -> None:
    arguments = ["bench", "restore", "--tokens", "160", "--chunk", "48", "--cache", cache, "--json"]
    assert main(arguments) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["identical"] is True
    assert figures["bytes"] > figures["memory_bytes"] > 0
    assert all(figures[f"{what}_seconds"] > 0 for what in ("prefill", "save", "restore"))
    assert (figures["bar"], figures["pass"]) == (None, None)  # of long case files alone


def test_answers_along_drafts_are_measured_against_choice_by_choice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["bench", "speculate", "--prefix", "600", "--quote", "30", "--cache", "model", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["pass"] is True
    assert [row["questions"] for row in figures["rows"]] == [1, 4, 16, 1, 4, 16]
    for row in figures["rows"]:
        assert row["same"]
        assert row["turns_drafted"] < row["turns"] / 2
        assert row["chosen_tokens"] < row["answer_tokens"]
        assert 0.5 < row["stood"] <= 1
        assert row["seconds_drafted"] > 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["shared-prefix", "--prefix", "0"],
        ["shared-prefix", "--questions", "-1"],
        ["shared-prefix", "--chunk", "0"],
        ["kv", "--tokens", "none"],
        ["restore", "--tokens", "0"],
    ],
)
def test_what_is_measured_is_whole_numbers_of_one_or_more(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["bench", *arguments])
    assert f"argument {arguments[1]}: invalid" in capsys.readouterr().err

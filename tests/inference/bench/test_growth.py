"""What reading and answering cost as a case file grows: figures that agree with one another, and a picture."""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from inference.__main__ import main
from inference.bench.growth_fit import fitted
from inference.bench.growth_plot import NO_PLOT
from inference.bench.points import FULL, LATE, STOPPED, finished

SMALL = ["bench", "growth", "--lengths", "64,128", "--questions", "1,3", "--chunk", "32"]
needs_plot = pytest.mark.skipif(
    importlib.util.find_spec("matplotlib") is None, reason="matplotlib is missing"
)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """The figures of one small run and, where it can be drawn, its picture."""
    picture = tmp_path_factory.mktemp("growth") / "growth.svg"
    out, sys.stdout = sys.stdout, (heard := _Heard())
    try:
        plot = ["--plot", str(picture)] if importlib.util.find_spec("matplotlib") else []
        assert main([*SMALL, *plot, "--json"]) == 0
    finally:
        sys.stdout = out
    return json.loads(heard.words), picture


class _Heard:
    """A stream that remembers."""

    def __init__(self) -> None:
        self.words = ""

    def write(self, words: str) -> int:
        self.words += words
        return len(words)

    def flush(self) -> None:
        """Nothing waits."""


def test_figures_of_reading_agree_with_one_another(measured: tuple[dict[str, Any], Path]) -> None:
    figures, _ = measured
    assert [row["tokens"] for row in figures["lengths"]] == [64, 128]
    shape = figures["shape"]
    width = shape["hidden_size"]
    each = 2 * width + 2 * width * shape["num_key_value_heads"] // shape["num_attention_heads"]
    weights = shape["num_hidden_layers"] * width * (each + 3 * shape["intermediate_size"])
    for row in figures["lengths"]:
        tokens, seconds = row["tokens"], row["prefill_seconds"]
        assert row["weights_flops"] == 2 * weights * tokens
        assert row["attention_flops"] == 2 * (shape["num_hidden_layers"] - 1) * width * tokens**2
        rate = (row["weights_flops"] + row["attention_flops"]) / seconds / 1e9
        assert row["gflops_per_second"] == pytest.approx(rate, rel=1e-2)
        assert row["share_of_product"] == pytest.approx(rate / figures["product_gflops"], rel=1e-2)
        assert row["prefill_between"][0] <= seconds <= row["prefill_between"][1]
        assert row["attention_gflops_per_second"] > 0
        assert row["peak_bytes"] > figures["weights_bytes"]
    assert figures["fit"]["largest_residual"] >= 0
    assert 1 < figures["fit"]["exponent_of_formula"] < 2
    assert figures["ended"] == ""


def test_figures_of_a_step_agree_with_one_another(measured: tuple[dict[str, Any], Path]) -> None:
    figures, _ = measured
    for row in figures["lengths"]:
        one, three = row["steps"]
        assert (one["questions"], three["questions"]) == (1, 3)
        assert three["flops"] == pytest.approx(3 * one["flops"])
        assert row["prefix_bytes"] < one["bytes"] < three["bytes"]
        for step in row["steps"]:
            assert step["gigabytes_per_second"] == pytest.approx(
                step["bytes"] / step["step_seconds"] / 1e9, rel=1e-2, abs=1e-3
            )
            assert step["share_of_copy"] <= step["share_of_limits"] + 1e-4
    short, long = figures["lengths"]
    grown = long["steps"][0]["bytes"] - short["steps"][0]["bytes"]
    assert grown == long["prefix_bytes"] - short["prefix_bytes"], "all that a longer case file adds to a step"


@needs_plot
def test_the_picture_says_what_it_shows_in_words(measured: tuple[dict[str, Any], Path]) -> None:
    _, picture = measured
    assert picture.stat().st_size < 60_000
    drawn = ElementTree.parse(picture)
    words = {"".join(text.itertext()) for text in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {"Reading a case file", "measured", "seconds", "tokens of the case file"} <= words
    assert {"1 question", "3 questions", "milliseconds"} <= words


def test_without_the_library_that_plots_it_says_so_before_it_measures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main([*SMALL, "--plot", str(tmp_path / "growth.svg")]) == 2
    assert capsys.readouterr() == ("", f"{NO_PLOT}\n")


class _Stops(_Heard):
    """A screen before which somebody presses Ctrl-C when the second length has begun."""

    def write(self, words: str) -> int:
        if words.startswith("128 tokens"):
            raise KeyboardInterrupt
        return super().write(words)


def test_whoever_stops_it_keeps_what_is_finished(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", _Stops())
    assert main([*SMALL, "--json"]) == 130
    figures = json.loads(capsys.readouterr().out)
    assert figures["ended"] == "stopped"
    assert [row["tokens"] for row in figures["lengths"]] == [64]
    assert figures["fit"] is None, "one point says nothing of growth"


def test_the_page_has_a_row_for_every_point(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "growth", "--lengths", "64", "--questions", "1", "--cache", "model"]) == 0
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| 64 |")]
    assert len(rows) == 2


@pytest.mark.parametrize("words", ["", "0", "64,-1", "many"])
def test_lengths_are_whole_numbers(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["bench", "growth", "--lengths", words])
    assert "--lengths" in capsys.readouterr().err


def _point(tokens: int, weights_rate: float, attention_rate: float) -> dict[str, Any]:
    weights, attention = 5e6 * tokens, 1e3 * tokens**2
    seconds = weights / weights_rate + attention / attention_rate
    return {
        "tokens": tokens,
        "weights_flops": weights,
        "attention_flops": attention,
        "prefill_seconds": seconds,
    }


def test_the_fit_finds_both_rates_again() -> None:
    fit = fitted([_point(tokens, 40e9, 70e9) for tokens in (1000, 4000, 16_000)])
    assert fit is not None
    assert (fit["weights_gflops_per_second"], fit["attention_gflops_per_second"]) == (40, 70)
    assert fit["largest_residual"] == 0
    odd = [_point(tokens, 40e9, 70e9) for tokens in (1000, 4000, 16_000)]
    odd[1]["prefill_seconds"] *= 1.2
    told = fitted(odd)
    assert told is not None
    assert 0.05 < told["largest_residual"] < 0.2


def test_a_term_that_seems_to_take_less_than_nothing_takes_nothing() -> None:
    points = [_point(tokens, 40e9, 70e9) for tokens in (1000, 4000, 16_000)]
    for point in points:
        point["prefill_seconds"] = point["attention_flops"] / 70e9 * (1.2 if point["tokens"] == 16_000 else 1)
    fit = fitted(points)
    assert fit is not None
    assert fit["weights_gflops_per_second"] == 0
    assert fit["attention_gflops_per_second"] == pytest.approx(66, rel=0.1)


def test_points_end_with_the_reason_why_there_are_no_more() -> None:
    def measure(wanted: int) -> int:
        if wanted == 3:
            raise KeyboardInterrupt
        if wanted == 4:
            import torch

            raise torch.OutOfMemoryError
        return 10 * wanted

    assert finished((1, 2), measure) == ([10, 20], "")
    assert finished((1, 3, 2), measure) == ([10], STOPPED)
    assert finished((2, 4, 1), measure) == ([20], FULL)
    assert finished((1, 2), measure, enough=lambda: True) == ([], LATE)

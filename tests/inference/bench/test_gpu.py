"""The script that measures a GPU, run small on a processor: every line of it but what a GPU alone does."""

import json

import pytest
import torch

from inference.__main__ import main
from inference.bench.gpu import NO_GPU, NOT_SO_LARGE, TOO_SHORT
from inference.bench.made_there import made_there

SMALL = ["bench", "gpu", "--device", "cpu", "--small", "--questions", "1,2", "--lengths", "192,256"]


def test_the_same_code_measures_a_tiny_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "--data-sheet-tflops", "0.5", "--json"]) == 0
    captured = capsys.readouterr()
    figures = json.loads(captured.out)
    assert [cache["cache"] for cache in figures["caches"]] == ["int8", "int4"]
    sizes = {}
    for cache in figures["caches"]:
        assert cache["ended"] == ""
        for row in cache["lengths"]:
            sizes[cache["cache"], row["tokens"]] = row["prefix_bytes"]
            work = row["chunk_weights_flops"] + row["chunk_attention_flops"]
            assert row["tflops_per_second"] == pytest.approx(work / row["chunk_seconds"] / 1e12, abs=1e-4)
            assert row["share_of_data_sheet"] == pytest.approx(row["tflops_per_second"] / 0.5, abs=1e-3)
            assert [step["questions"] for step in row["steps"]] == [1, 2]
            assert row["whole_seconds"] > 0
            assert row["whole_seconds_expected"] > 0
    # two layers, two heads, 64 numbers; a middle and a step of two bytes for 32 channels a block and for each value
    assert sizes["int8", 256] == 2 * 2 * (256 * 64 + 256 // 64 * 4 * 32 + 256 * 4)
    assert sizes["int4", 256] == 2 * 2 * (256 * 32 + 256 // 64 * 4 * 32 + 256 * 4)
    told = [line for line in captured.err.splitlines() if line.startswith('{"cache"')]
    assert [json.loads(line)["tokens"] for line in told] == [192, 256, 192, 256]


def test_the_page_has_a_row_for_every_point(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "--cache", "int8", "--quantization", "none", "--data-sheet-gbs", "40"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if line.startswith("| int8 |")]) == 2 + 4
    assert len({line.count("|") for line in lines if line.startswith("| int8 | 192 | 1 |")}) == 1


def test_what_there_was_no_time_for_is_not_begun(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "--seconds", "0"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "int4: out of time"
    assert not [line for line in lines if line.startswith("| int")]


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_without_a_gpu_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "gpu"]) == 2
    assert capsys.readouterr() == ("", f"{NO_GPU}\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--device", "cpu"], NOT_SO_LARGE),
        (["--device", "cpu", "--small", "--lengths", "96"], TOO_SHORT),
    ],
)
def test_what_cannot_be_measured_is_refused(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "gpu", *arguments]) == 2
    assert capsys.readouterr().err == f"{sentence}\n"


def test_all_layers_but_the_output_are_in_four_bits(tiny: object) -> None:
    loaded = made_there(tiny, "nf4", "cpu", window=256, chunk=32)  # type: ignore[arg-type]
    kinds = {name: type(module).__name__ for name, module in loaded.model.named_modules()}
    assert kinds["lm_head"] == "Linear"
    assert sum(kind == "Linear4bit" for kind in kinds.values()) == 2 * 7

"""Needles through the engine: the stand-in finds what it was trained to find, and figures have stable keys."""

import json
from pathlib import Path

import pytest

from inference.engine.blocks import BLOCK
from inference.engine.profile import EngineProfile
from inference.engine.reader import EngineReader
from inference.evaluation.needle.command import STANDIN, main
from inference.evaluation.needle.intervals import Share
from inference.evaluation.needle.measure import Wanted, measure, room

PROFILE = STANDIN.with_suffix(".toml")


@pytest.fixture(scope="module")
def reader() -> EngineReader:
    """The stand-in, loaded as any firm's model is."""
    return EngineReader.open(EngineProfile.from_toml(PROFILE))


def test_the_stand_in_is_small() -> None:
    assert sum(file.stat().st_size for file in STANDIN.iterdir()) < 3_000_000


def test_the_stand_in_finds_clauses_at_every_depth_of_its_window(reader: EngineReader) -> None:
    (length,) = measure(reader, Wanted((room(reader),), needles=20, seed=7))
    assert length.right.asked == 100
    assert length.right.right >= 99
    assert length.absent.right >= 19
    assert length.quotes.right == length.quotes.asked >= 99


@pytest.mark.parametrize("part", [8, 4, 2, 1])
def test_blocks_of_eight_bits_lose_no_needle_at_any_length_or_depth(reader: EngineReader, part: int) -> None:
    """What a whole reading is kept as may cost no point: forty at each length, eight at each depth."""
    assert reader.profile.cache == "int8"
    (length,) = measure(reader, Wanted((room(reader) // part,), needles=8, seed=11))
    assert length.tokens > 2 * BLOCK
    assert [(cell.right, cell.asked) for cell in length.depths] == [(8, 8)] * 5


def test_time_that_runs_out_leaves_what_was_measured(reader: EngineReader) -> None:
    found = list(measure(reader, Wanted((200, 250), needles=2, seconds=0.0)))
    assert [length.complete for length in found] == [False]


@pytest.mark.parametrize(("rope", "right"), [("yarn", range(18, 21)), ("linear", range(1))])
def test_a_stretched_stand_in_reads_twice_as_far_by_yarn_alone(
    tmp_path: Path, rope: str, right: range
) -> None:
    model = f'model = "{STANDIN}"\ndtype = "float32"\nreason_tokens = 0\nrope = "{rope}"\nrope_factor = 2\n'
    (tmp_path / "far.toml").write_text(model)
    reader = EngineReader.open(EngineProfile.from_toml(tmp_path / "far.toml"))
    assert reader.window == 4_096
    (length,) = measure(reader, Wanted((2_600,), needles=4))
    assert length.tokens > 2_200
    assert length.right.asked == 20
    assert length.right.right in right


def test_the_command_prints_figures_with_stable_keys(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--profile", str(PROFILE), "--lengths", "300", "--needles", "2", "--json"]
    assert main(["run", *asked]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert {
        "profile",
        "fingerprint",
        "window",
        "rope",
        "rope_factor",
        "cache",
        "seed",
        "complete",
        "lengths",
    } <= set(figures)
    (length,) = figures["lengths"]
    assert set(length) == {
        "wanted",
        "tokens",
        "case_files",
        "complete",
        "right",
        "absent",
        "quotes",
        "depths",
    }
    assert [(cell["from"], cell["to"]) for cell in length["depths"]][::4] == [(0.0, 0.2), (0.8, 1.0)]
    assert set(length["right"]) == {"right", "asked", "share", "low", "high"}
    assert figures["cache"] == "int8"
    assert main(["run", *asked[:-1], "--cache", "int4"]) == 0
    told = capsys.readouterr().out
    assert "right by depth" in told
    assert "cache int4" in told


def test_a_profile_that_cannot_be_opened_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "none.toml").write_text('model = "nowhere"\n')
    assert main(["run", "--profile", str(tmp_path / "none.toml")]) == 2
    assert capsys.readouterr().err.strip()


def test_an_interval_is_honest_at_its_ends() -> None:
    low, high = Share(20, 20).interval
    assert (round(low, 3), round(high, 9)) == (0.839, 1.0)
    assert Share(0, 0).interval == (0.0, 1.0)
    assert Share(0, 0).share is None

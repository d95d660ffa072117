"""Sample agreements: files as they were generated, the same every time, which fit the stand-in's window."""

from pathlib import Path

import pytest

from inference.engine.prompt import Template
from inference.evaluation.needle.command import main
from inference.evaluation.needle.sample import AGREEMENTS, CLAUSES, sample
from inference.evaluation.needle.tokenizer import model_tokenizer

WINDOW = 2_048
FILLED = 0.9  # of it, as the service fills a window


def test_the_command_writes_the_files_and_says_what_to_ask(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sample", "--out", str(tmp_path / "new" / "agreements")]) == 0
    said = capsys.readouterr().out
    texts = [file.read_text() for file in sorted((tmp_path / "new" / "agreements").iterdir())]
    assert len(texts) == AGREEMENTS
    first, *_, absent = [line.split()[3] for line in said.splitlines()[1:]]
    assert sum(f"\nClause {first}\n" in text for text in texts) == 1
    assert not any(absent in text for text in texts)
    assert "(it is not there)" in said.splitlines()[-1]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").write_text("")
    assert main(["sample", "--out", str(tmp_path / "taken")]) == 2
    assert "taken: the system refused it" in capsys.readouterr().err


def test_the_sample_fits_the_window_of_the_stand_in_and_is_always_the_same(tmp_path: Path) -> None:
    agreements = sample(tmp_path)
    assert len(agreements.clauses) == CLAUSES
    assert 1_500 < Template(model_tokenizer()).case(agreements.case_file).tokens <= FILLED * WINDOW
    assert sample(tmp_path) == agreements

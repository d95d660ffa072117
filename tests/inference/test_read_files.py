"""`python -m inference read` as a person or a script meets it."""

import json
from pathlib import Path

import pytest

from inference.__main__ import main


def lines_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_line_is_a_candidate_whose_quote_is_the_file_at_its_offsets(
    tmp_path: Path, contract: str
) -> None:
    file, out = tmp_path / "supply.txt", tmp_path / "findings.jsonl"
    file.write_text(contract, encoding="utf-8", newline="")
    assert main(["read", "--reader", "compact", str(file), "--out", str(out)]) == 0
    rows = lines_of(out)
    assert all(set(row) == {"file", "clause_type", "start", "end", "quote", "score"} for row in rows)
    assert all(row["quote"] == contract[row["start"] : row["end"]] for row in rows)  # type: ignore[misc]
    assert all(row["score"] >= 0.01 for row in rows)  # type: ignore[operator]
    assert "Governing Law" in {row["clause_type"] for row in rows}
    assert {row["file"] for row in rows} == {str(file)}


def test_line_ends_are_left_as_they_are_so_that_offsets_hold(tmp_path: Path, contract: str) -> None:
    windows = contract.replace("\n", "\r\n")
    file, out = tmp_path / "supply.txt", tmp_path / "findings.jsonl"
    file.write_bytes(windows.encode())
    main(["read", str(file), "--out", str(out)])
    rows = lines_of(out)
    assert rows
    assert all(row["quote"] == windows[row["start"] : row["end"]] for row in rows)  # type: ignore[misc]


def test_without_out_the_lines_go_to_standard_output(
    tmp_path: Path, contract: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "supply.txt"
    file.write_text(contract, encoding="utf-8")
    assert main(["read", str(file)]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["file"] == str(file)


def test_a_bad_file_is_named_and_the_others_are_read(
    tmp_path: Path, contract: str, capsys: pytest.CaptureFixture[str]
) -> None:
    good, latin, missing = tmp_path / "good.txt", tmp_path / "latin.txt", tmp_path / "missing.txt"
    good.write_text(contract, encoding="utf-8")
    latin.write_bytes("Gebühr".encode("latin-1"))
    out = tmp_path / "out.jsonl"
    assert main(["read", str(latin), str(missing), str(tmp_path), str(good), "--out", str(out)]) == 1
    complaints = capsys.readouterr().err.splitlines()
    assert "latin.txt: this is not UTF-8 text (byte 3)" in complaints[0]
    assert "missing.txt: there is no such file." in complaints[1]
    assert "this is a folder" in complaints[2]
    assert {row["file"] for row in lines_of(out)} == {str(good)}


def test_weights_that_are_none_are_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = tmp_path / "weights.npz"
    weights.write_bytes(b"not weights")
    assert main(["read", "--weights", str(weights), str(weights)]) == 2
    assert "not a weights file" in capsys.readouterr().err


def test_an_out_file_that_cannot_be_written_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", "--out", str(tmp_path), str(tmp_path / "x.txt")]) == 2
    assert "this is a folder" in capsys.readouterr().err

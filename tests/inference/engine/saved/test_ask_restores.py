"""`python -m inference ask --readings`: asked again it restores, and a killed one is gone on from."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from inference.__main__ import main
from tests.inference.engine.tiny_models import AUTHORED, save_model

QUESTIONS = [
    {"id": "flour", "name": "Flour", "definition": "Who sells flour?", "answer_type": "text"},
    {"id": "law", "name": "Law", "definition": "Which law governs?", "answer_type": "jurisdiction"},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that reads eight tokens at a time, its profile, two texts, questions and two keys."""
    folder = tmp_path_factory.mktemp("asking")
    save_model(folder / "model", "llama", seed=1, initializer_range=0.4, max_position_embeddings=4096)
    (folder / "tiny.toml").write_text(
        'model = "model"\ndtype = "float32"\ndevice = "cpu"\nreason_tokens = 4\nchunk = 8\n'
    )
    (folder / "a.txt").write_text(AUTHORED * 3, encoding="utf-8")
    (folder / "b.txt").write_text("Buyer shall pay within sixty days.\n", encoding="utf-8")
    (folder / "questions.json").write_text(json.dumps(QUESTIONS), encoding="utf-8")
    (folder / "key").write_bytes(bytes(range(32)))
    (folder / "other-key").write_text("ab" * 32 + "\n")
    return folder


def command(folder: Path, readings: Path, *, case: tuple[str, ...], key: str = "key") -> list[str]:
    files = [str(folder / name) for name in case]
    asked = ["--questions", str(folder / "questions.json"), "--no-second-reading"]
    saved = ["--readings", str(readings), "--key-file", str(folder / key)]
    return ["ask", "--profile", str(folder / "tiny.toml"), "--case", *files, *asked, *saved]


def ask(
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    readings: Path,
    *,
    case: tuple[str, ...] = ("a.txt",),
    key: str = "key",
) -> tuple[list[dict[str, Any]], list[str]]:
    """The answers, each with what it took set apart under "usage", and what was said beside them."""
    capsys.readouterr()
    assert main(command(folder, readings, case=case, key=key)) == 0
    said = capsys.readouterr()
    return [json.loads(line) for line in said.out.splitlines()], said.err.splitlines()


def words(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Answers without what they took."""
    return [{name: value for name, value in row.items() if name != "usage"} for row in rows]


def test_asked_again_it_restores_says_so_and_answers_the_same(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    first, said = ask(capsys, folder, tmp_path / "readings")
    assert not [line for line in said if line.startswith("Restored")]
    assert {row["usage"]["restored_tokens"] for row in first} == {0}
    again, said = ask(capsys, folder, tmp_path / "readings")
    assert not [line for line in said if line.startswith("Read ")]
    assert words(again) == words(first)
    assert all(row["usage"]["restored_tokens"] == row["usage"]["prefill_tokens"] > 0 for row in again)


def test_a_document_more_is_read_alone(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    ask(capsys, folder, tmp_path / "readings")
    grown, said = ask(capsys, folder, tmp_path / "readings", case=("a.txt", "b.txt"))
    fresh, _ = ask(capsys, folder, tmp_path / "elsewhere", case=("a.txt", "b.txt"))
    assert words(grown) == words(fresh)
    usage = grown[0]["usage"]
    assert 0 < usage["prefill_tokens"] - usage["restored_tokens"] < 100
    assert any(line.startswith("Restored") for line in said)


def test_a_killed_reading_is_gone_on_from_and_answers_the_same(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    readings = tmp_path / "readings"
    arguments = command(folder, readings, case=("a.txt",))
    with subprocess.Popen(
        [sys.executable, "-m", "inference", *arguments],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as child:
        assert child.stderr is not None
        for line in child.stderr:
            if line.startswith("Read 80 of"):
                child.send_signal(signal.SIGKILL)
                break
        assert child.wait() == -signal.SIGKILL
    (listed,) = listing(capsys, readings)
    saved = listed["saved_tokens"]
    assert 64 <= saved < listed["tokens"]
    resumed, said = ask(capsys, folder, readings)
    read = [int(line.split()[1].replace(",", "")) for line in said if line.startswith("Read ")]
    assert read[0] == saved + 8
    assert read == sorted(set(read))
    assert {row["usage"]["restored_tokens"] for row in resumed} == {saved}
    assert words(resumed) == words(ask(capsys, folder, tmp_path / "elsewhere")[0])


def listing(capsys: pytest.CaptureFixture[str], readings: Path) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(["readings", str(readings), "--json"]) == 0
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


def test_a_replay_of_a_restored_reading_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    readings, out, again = tmp_path / "readings", tmp_path / "answers", tmp_path / "again"
    asked = command(folder, readings, case=("a.txt",))
    assert main([*asked, "--record", str(tmp_path / "batch"), "--out", str(out)]) == 0
    replayed = [*asked[: asked.index("--questions")], *asked[asked.index("--readings") :]]
    assert main([*replayed, "--replay", str(tmp_path / "batch"), "--out", str(again)]) == 0
    assert again.read_bytes() == out.read_bytes()


def test_another_key_is_told_and_the_case_file_is_read(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    first, _ = ask(capsys, folder, tmp_path / "readings")
    again, said = ask(capsys, folder, tmp_path / "readings", key="other-key")
    assert "This reading was sealed with another key." in said
    assert words(again) == words(first)
    assert len(listing(capsys, tmp_path / "readings")) == 2


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (None, "--readings needs a key"),
        (b"short", "a key is 32 random bytes, or 64 hexadecimal digits"),
        (b"xy" * 32, "a key is 32 random bytes, or 64 hexadecimal digits"),
    ],
)
def test_no_key_or_a_bad_one_is_told_before_anything_is_read(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path, key: bytes | None, said: str
) -> None:
    arguments = command(folder, tmp_path / "readings", case=("a.txt",))
    if key is None:
        arguments = arguments[: arguments.index("--key-file")]
    else:
        (tmp_path / "bad").write_bytes(key)
        arguments[-1] = str(tmp_path / "bad")
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Read " not in error
    assert not (tmp_path / "readings").exists()


def test_readings_are_listed_and_deleted_without_a_key(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    ask(capsys, folder, tmp_path / "readings")
    (row,) = listing(capsys, tmp_path / "readings")
    assert row["saved_tokens"] == row["tokens"]
    assert row["fingerprint"].startswith("engine-")
    assert main(["readings", str(tmp_path / "readings")]) == 0
    assert f"{row['tokens']:,} of {row['tokens']:,} tokens" in capsys.readouterr().out
    assert main(["readings", str(tmp_path / "readings"), "--delete", "nothing"]) == 2
    assert "nothing was deleted" in capsys.readouterr().err
    assert main(["readings", str(tmp_path / "readings"), "--delete", row["name"]]) == 0
    assert list((tmp_path / "readings").iterdir()) == []


def test_a_folder_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["readings", str(tmp_path / "none")]) == 2
    assert "there is no such folder" in capsys.readouterr().err

"""The command line as a whole: what it takes to start it, and that every command says what it is for."""

import subprocess
import sys
from pathlib import Path

import pytest

from inference.__main__ import COMMANDS, main
from inference.commands.bench import MEASURED

ALL = [[name] for name in COMMANDS] + [["bench", name] for name in MEASURED]
HEAVY = ("torch", "transformers", "numpy", "tokenizers", "cryptography", "httpx2")


def imported_after(*arguments: str) -> list[str]:
    """Which of the heavy libraries a fresh process has imported when the command has ended."""
    code = (
        "import contextlib, io, sys; from inference.__main__ import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()): main(sys.argv[1:])\n"
        f"print(*(name for name in {HEAVY} if name in sys.modules))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    return ended.stdout.split()


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_every_command_says_what_it_is_for_and_what_it_takes(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: python -m inference {' '.join(command)} ")


@pytest.mark.parametrize("command", ["ask", "bench"])
def test_help_needs_no_library_of_models(command: str) -> None:
    assert imported_after(command, "--help") == []


def test_reading_with_the_compact_reader_needs_no_transformers(tmp_path: Path) -> None:
    file = tmp_path / "lease.txt"
    file.write_text("This lease is governed by the laws of England.", encoding="utf-8")
    imported = imported_after("read", str(file))
    assert "numpy" in imported, "it did read"
    assert not {"transformers", "cryptography", "httpx2"} & set(imported)


@pytest.mark.parametrize("words", ["0", "-1", "none", "1,2", "2.5"])
def test_a_length_is_a_whole_number_of_one_or_more(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "kv", f"--tokens={words}"])
    assert ended.value.code == 2
    assert f"invalid value {words!r}: a whole number of one or more" in capsys.readouterr().err

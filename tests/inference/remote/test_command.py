"""`python -m inference ask` with a model on a server: the same lines, and a sentence for whatever goes wrong."""

import json
from pathlib import Path

import pytest

from inference.__main__ import main

from .conftest import LEASE, LETTER, Start
from .protocol_server import MODEL, Ignoring, Obeying, ProtocolServer, found

QUESTIONS = [
    {"id": "rent", "name": "Rent", "definition": "When is rent due?", "answer_type": "text"},
    {"id": "law", "name": "Governing law", "definition": "Which law?", "answer_type": "text"},
]


def ask(folder: Path, server: ProtocolServer, *more: str, settings: str = "") -> int:
    (folder / "house.toml").write_text(
        f'kind = "remote"\nbase_url = "{server.base_url}"\nmodel = "{MODEL}"\n{settings}', encoding="utf-8"
    )
    (folder / "lease.txt").write_text(LEASE, encoding="utf-8")
    (folder / "letter.txt").write_text(LETTER, encoding="utf-8")
    (folder / "questions.json").write_text(json.dumps(QUESTIONS), encoding="utf-8")
    case = [str(folder / name) for name in ("lease.txt", "letter.txt")]
    return main(["ask", "--profile", str(folder / "house.toml"), "--case", *case, *more])


def test_every_question_has_a_line_and_every_quote_its_place(
    start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = start(Obeying({"Rent": found((1, "Rent is due in advance"))}))
    out = tmp_path / "answers.jsonl"
    questions = str(tmp_path / "questions.json")

    assert ask(tmp_path, server, "--questions", questions, "--out", str(out), "--second-reading") == 0
    rows = {row["id"]: row for row in map(json.loads, out.read_text(encoding="utf-8").splitlines())}
    (quote,) = rows["rent"]["evidence"]
    assert LEASE[quote["start"] : quote["end"]] == quote["quote"] == "Rent is due in advance"
    assert rows["law"]["state"] == "not_found"
    assert rows["law"]["usage"]["prefill_tokens"] == 120
    assert rows["law"]["read_by"] == f"house ({MODEL} at 127.0.0.1:{server.port})"
    assert f"Reading with house ({MODEL} at" in capsys.readouterr().err


def test_a_server_that_keeps_to_no_form_is_refused_with_what_to_do(
    start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server, questions = start(Ignoring()), str(tmp_path / "questions.json")

    assert ask(tmp_path, server, "--questions", questions) == 2
    assert 'unbound = "verify"' in capsys.readouterr().err
    assert ask(tmp_path, server, "--questions", questions, settings='unbound = "verify"\n') == 0
    assert capsys.readouterr().out.count('"unclear"') == 2


def test_the_list_of_allowed_servers_counts(
    start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server, questions = start(Obeying()), str(tmp_path / "questions.json")

    assert ask(tmp_path, server, "--questions", questions, "--allow", "vllm.firm") == 2
    assert "not among the servers that are allowed" in capsys.readouterr().err
    assert not server.headers
    assert ask(tmp_path, server, "--questions", questions, "--allow", "vllm.firm", "127.0.0.1") == 0


def test_the_key_is_read_from_a_file(
    start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server, questions = start(Obeying()), str(tmp_path / "questions.json")
    (tmp_path / "key").write_text("sk-secret\n")

    assert ask(tmp_path, server, "--questions", questions, "--key-file", str(tmp_path / "key")) == 0
    assert {each["Authorization"] for each in server.headers} == {"Bearer sk-secret"}
    assert ask(tmp_path, server, "--questions", questions, "--key-file", str(tmp_path / "none")) == 2
    assert "the key could not be read" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--record", "--replay"])
def test_nothing_of_a_server_is_recorded_or_replayed(
    start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    server = start(Obeying())
    more = [] if option == "--replay" else ["--questions", str(tmp_path / "questions.json")]

    assert ask(tmp_path, server, *more, option, str(tmp_path / "batch.json")) == 2
    assert "cannot be recorded or replayed" in capsys.readouterr().err
    assert not server.headers


def test_out_of_time_it_ends_with_the_count_of_what_is_left(
    start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = str(tmp_path / "questions.json")

    assert ask(tmp_path, start(Obeying()), "--questions", questions, "--seconds", "0") == 1
    assert "2 questions were left unanswered" in capsys.readouterr().err

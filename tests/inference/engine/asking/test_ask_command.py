"""`python -m inference ask`: files and questions in, a line an answer out, and the same bytes again from a record."""

import json
from pathlib import Path
from typing import Any

import pytest

from inference.__main__ import main
from inference.evaluation.support import main as measure_support
from tests.inference.engine.tiny_models import save_model

CLAUSE = "Supplier shall sell flour to Buyer as ordered from time to time.\n"
QUESTIONS = [
    {"id": "flour", "name": "Flour", "definition": "Who sells flour?", "answer_type": "text"},
    {
        "id": "end",
        "name": "End",
        "definition": "When does it end?",
        "answer_type": "date",
        "clause_type": "Expiration Date",
    },
    {"id": "law", "name": "Law", "definition": "Which law governs?", "answer_type": "jurisdiction"},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model's folder with its profile, two texts and questions."""
    folder = tmp_path_factory.mktemp("asking")
    save_model(folder / "model", "llama", seed=1, initializer_range=0.4, max_position_embeddings=2048)
    (folder / "tiny.toml").write_text(
        'model = "model"\ndtype = "float32"\ndevice = "cpu"\nreason_tokens = 4\nside_by_side = 2\n'
    )
    (folder / "a.txt").write_text(CLAUSE * 2, encoding="utf-8")
    (folder / "b.txt").write_text("Buyer shall pay within thirty days. “As is.”\n", encoding="utf-8")
    (folder / "questions.json").write_text(json.dumps(QUESTIONS), encoding="utf-8")
    return folder


def ask(folder: Path, *more: str, case: tuple[str, ...] = ("a.txt", "b.txt")) -> int:
    files = [str(folder / name) for name in case]
    return main(["ask", "--profile", str(folder / "tiny.toml"), "--case", *files, *more])


@pytest.fixture(scope="module")
def recorded(folder: Path) -> Path:
    """The answers of one run, recorded beside them."""
    questions, record, out = (
        str(folder / name) for name in ("questions.json", "batch.json", "answers.jsonl")
    )
    assert ask(folder, "--questions", questions, "--record", record, "--out", out, "--second-reading") == 0
    return folder / "answers.jsonl"


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_question_has_one_line_and_every_quote_its_place(recorded: Path) -> None:
    rows = rows_of(recorded)

    assert sorted(row["id"] for row in rows) == ["end", "flour", "law"]
    for row in rows:
        assert row["state"] in ("found", "not_found", "unclear", "unsupported")
        assert row["usage"]["decode_tokens"] > 0
        assert row["usage"]["prefill_tokens"] > 0
        assert row["support"] in (("checked", "unchecked") if row["evidence"] else ("",))
        assert "coverage" not in row
        for quote in (*row["evidence"], *row["premises"], *row["doubts"]):
            content = Path(quote["file"]).read_text(encoding="utf-8")
            assert content[quote["start"] : quote["end"]] == quote["quote"]
    assert any(row["evidence"] for row in rows)


def test_rules_and_a_profile_are_measured_together_on_the_negatives(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert measure_support(["--profile", str(folder / "tiny.toml"), "--every", "110"]) == 0
    printed = capsys.readouterr().out
    assert "fails the trial" in printed, "a model of random weights cannot judge"
    assert [line.split()[1] for line in printed.splitlines() if line.strip().startswith("all")] == ["3"]


def test_a_recorded_batch_replays_to_the_same_bytes(folder: Path, recorded: Path) -> None:
    again = folder / "again.jsonl"

    assert ask(folder, "--replay", str(folder / "batch.json"), "--out", str(again)) == 0
    assert again.read_bytes() == recorded.read_bytes()


def test_a_replay_that_differs_says_so_and_writes_nothing(
    folder: Path, recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = json.loads((folder / "batch.json").read_text(encoding="utf-8"))
    record["scripts"]["question 1"][-1] += 1
    (folder / "changed.json").write_text(json.dumps(record), encoding="utf-8")

    assert ask(folder, "--replay", str(folder / "changed.json"), "--out", str(folder / "none.jsonl")) == 1
    assert "written differently" in capsys.readouterr().err
    assert not (folder / "none.jsonl").exists()


def test_a_record_of_another_case_file_is_refused(
    folder: Path, recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(folder, "--replay", str(folder / "batch.json"), case=("b.txt", "a.txt")) == 1
    assert "another case file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "this is not JSON"),
        ("[]", "at least one"),
        ('[{"id": "x", "name": "X", "definition": "What?"}]', "question 1 lacks its answer_type"),
        (
            '[{"id": " ", "name": "X", "definition": "What?", "answer_type": "text"}]',
            "question 1 lacks its id",
        ),
        ("[3]", "question 1 is not an object"),
        (json.dumps([QUESTIONS[0], QUESTIONS[0]]), "the same id"),
    ],
)
def test_bad_questions_are_told_in_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], content: str, said: str
) -> None:
    (folder / "bad.json").write_text(content, encoding="utf-8")

    assert ask(folder, "--questions", str(folder / "bad.json")) == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_no_text_is_told_in_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "picture.txt").write_bytes(b"\xff\xd8")

    assert ask(folder, "--questions", str(folder / "questions.json"), case=("picture.txt",)) == 2
    assert "not UTF-8" in capsys.readouterr().err


def test_out_of_time_it_ends_with_the_count_of_what_is_left(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(folder, "--questions", str(folder / "questions.json"), "--seconds", "0") == 1
    assert "3 questions were left unanswered" in capsys.readouterr().err


def test_a_file_given_twice_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(folder, "--questions", str(folder / "questions.json"), case=("a.txt", "a.txt")) == 2
    assert "given twice" in capsys.readouterr().err


def test_a_case_file_beyond_the_window_is_read_through_its_memory_and_every_answer_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "long.txt").write_text(CLAUSE * 200, encoding="utf-8")
    questions, out, memory = (folder / name for name in ("questions.json", "long.jsonl", "memory"))

    asked = ["--questions", str(questions), "--out", str(out), "--memory", str(memory)]
    assert ask(folder, *asked, case=("long.txt", "a.txt")) == 2
    assert "as secret as the texts: --memory needs a key in --key-file." in capsys.readouterr().err
    (folder / "key").write_bytes(bytes(range(32)))
    asked += ["--key-file", str(folder / "key")]
    assert ask(folder, *asked, "--no-second-reading", case=("long.txt", "a.txt")) == 0
    said = capsys.readouterr().err
    assert "longer than the model reads at once" in said
    assert "Remembered 2 of 2 documents" in said
    assert len(list(memory.iterdir())) == 2
    rows = rows_of(out)
    assert sorted(row["id"] for row in rows) == ["end", "flour", "law"]
    for row in rows:
        assert row["coverage"]["share"] == 1.0
        assert row["coverage"]["sentence"].startswith("Searched: 2 of 2 documents")
        assert all(Path(again["file"]).is_file() for again in row["coverage"]["read_again"])
        for quote in (*row["evidence"], *row["premises"], *row["doubts"]):
            content = Path(quote["file"]).read_text(encoding="utf-8")
            assert content[quote["start"] : quote["end"]] == quote["quote"]


def test_answers_beyond_the_window_are_not_recorded(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "long.txt").write_text(CLAUSE * 200, encoding="utf-8")
    asked = ["--questions", str(folder / "questions.json"), "--record", str(folder / "no.json")]

    assert ask(folder, *asked, case=("long.txt",)) == 2
    assert "cannot be recorded" in capsys.readouterr().err


def test_a_profile_that_names_no_model_is_told_in_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "none.toml").write_text('name = "none"\n')
    questions = str(folder / "questions.json")

    assert (
        main(
            [
                "ask",
                "--profile",
                str(folder / "none.toml"),
                "--case",
                str(folder / "a.txt"),
                "--questions",
                questions,
            ]
        )
        == 2
    )
    assert "model must name the folder" in capsys.readouterr().err

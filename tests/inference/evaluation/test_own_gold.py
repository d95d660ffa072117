"""The shipped reader measured on a firm's own decisions: only what people settled counts, and few answers are said."""

import json
from pathlib import Path
from typing import Any

import pytest

from inference.__main__ import main
from inference.compact.reader import CompactReader
from inference.evaluation.own_gold import ENOUGH, BadGold, load_gold, measure

LAW = (
    "This Agreement shall be governed by and construed in accordance with the laws of the State of Delaware."
)
SUPPLY = f"""\
SUPPLY AGREEMENT

1. Term. The initial term begins on March 3, 2025 and ends on March 2, 2028.
2. Governing law. {LAW}
3. Notices. Notices are sent by courier to the address above.
"""


def gold_folder(folder: Path, *rows: dict[str, Any]) -> Path:
    (folder / "texts").mkdir()
    lines = []
    for number, row in enumerate(rows):
        (folder / f"texts/{number}.txt").write_bytes(SUPPLY.encode())
        lines.append(json.dumps({"id": f"c{number}", "txt": f"texts/{number}.txt", "spans": [], **row}))
    (folder / "contracts.jsonl").write_text("\n".join(lines))
    return folder


def span(category: str, words: str) -> dict[str, Any]:
    start = SUPPLY.index(words)
    return {"category": category, "start": start, "end": start + len(words)}


def test_what_is_shown_first_and_right_counts_for_precision_and_recall(tmp_path: Path) -> None:
    row = {"spans": [span("Governing Law", LAW)], "judged": ["Governing Law"]}
    figures = measure(CompactReader.open(), load_gold(gold_folder(tmp_path, row)))

    law = figures.by_type["Governing Law"]
    assert (law.judged, law.with_answer) == (1, 1)
    assert (law.precision.share, law.precision.of) == (1.0, 1)
    assert (law.recall.share, law.recall.of) == (1.0, 1)
    assert law.in_first_three.share == 1.0


def test_an_answer_nobody_shows_is_missed_and_a_rejected_one_is_wrong(tmp_path: Path) -> None:
    missed = {"spans": [span("Governing Law", "Notices are sent by courier")], "judged": ["Governing Law"]}
    law = measure(CompactReader.open(), load_gold(gold_folder(tmp_path, missed))).by_type["Governing Law"]

    assert (law.precision.share, law.precision.of) == (0.0, 1)
    assert (law.recall.share, law.recall.of) == (0.0, 1)


def test_what_nobody_settled_is_left_out_of_every_count(tmp_path: Path) -> None:
    rows = (
        {"spans": [span("Governing Law", LAW)], "judged": ["Governing Law"]},
        {"spans": [], "judged": ["Insurance"]},
        {"spans": [], "judged": []},
    )
    figures = measure(CompactReader.open(), load_gold(gold_folder(tmp_path, *rows)))

    assert set(figures.by_type) == {"Governing Law", "Insurance"}
    assert figures.by_type["Governing Law"].judged == 1
    assert figures.contracts == 2


def test_a_folder_without_judged_types_is_judged_whole(tmp_path: Path) -> None:
    figures = measure(CompactReader.open(), load_gold(gold_folder(tmp_path, {})))

    assert len(figures.by_type) == 41


def test_few_answers_are_said_as_a_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = {"spans": [span("Governing Law", LAW)], "judged": ["Governing Law"]}
    assert main(["eval", "--gold", str(gold_folder(tmp_path, row))]) == 0

    printed = capsys.readouterr().out
    assert (
        f"too few answers for a share (1 of the {ENOUGH} it takes): 1 of 1 quotes shown were right" in printed
    )


def test_enough_answers_have_a_share_and_an_interval(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"spans": [span("Governing Law", LAW)], "judged": ["Governing Law"]}
    wrong = {"spans": [span("Governing Law", "Notices are sent by courier")], "judged": ["Governing Law"]}
    folder = gold_folder(tmp_path, *[row] * 15, *[wrong] * 5)
    assert main(["eval", "--gold", str(folder), "--json"]) == 0

    law = json.loads(capsys.readouterr().out)["by_type"]["Governing Law"]
    assert law["enough"]
    assert law["recall"]["share"] == 0.75
    low, high = law["recall"]["interval"]
    assert 0.5 <= low < 0.75 < high <= 0.96


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (None, "there is no contracts.jsonl in this folder."),
        ("", "there is no contract in contracts.jsonl."),
        ("{no json", "contracts.jsonl is damaged (JSONDecodeError)."),
        ('{"id": "c", "txt": "t.txt"}', "contracts.jsonl is damaged (KeyError)."),
        (
            '{"id": "c", "txt": "t.txt", "spans": [{"category": "Insurance", "start": 3, "end": 9}]}',
            "c has an answer outside its text.",
        ),
    ],
)
def test_a_folder_that_is_no_gold_is_refused_in_a_sentence(
    tmp_path: Path, lines: str | None, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.txt").write_text("Short")
    if lines is not None:
        (tmp_path / "contracts.jsonl").write_text(lines)
    with pytest.raises(BadGold):
        load_gold(tmp_path)

    assert main(["eval", "--gold", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"{tmp_path}: {sentence}\n"


def test_nothing_judged_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "--gold", str(gold_folder(tmp_path, {"judged": []}))]) == 2
    assert "has a judged clause type" in capsys.readouterr().err

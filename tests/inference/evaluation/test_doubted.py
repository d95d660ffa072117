"""How often rules doubt a right answer is counted on answers that people marked."""

import json
from pathlib import Path

import pytest

from inference.evaluation.cuad import Contract, GoldSpan
from inference.evaluation.cut_short import CutShort
from inference.evaluation.doubted import doubted, main

TEXT = (
    "LEASE\n\nThe Tenant may not end this Lease by notice.\n\n"
    "The Landlord may audit the books, unless they are lost.\n\nOregon law.\n"
)


def span(category: str, words: str) -> GoldSpan:
    return GoldSpan(category, TEXT.index(words), TEXT.index(words) + len(words))


SPANS = (
    span("Termination For Convenience", "The Tenant may not end this Lease by notice."),
    span("Termination For Convenience", "end this Lease by notice."),
    span("Audit Rights", "The Landlord may audit the books, unless they are lost."),
    span("Governing Law", "Oregon law."),
    span("Governing Law", "\n\n"),
)


def test_answers_are_counted_once_and_by_the_gravest_doubt() -> None:
    counted = doubted([Contract("002", TEXT, SPANS, {})])
    assert (counted.spans, counted.decisive, counted.weak) == (4, 1, 1)
    assert counted.kinds == {"negation, weak": 1, "cut, decisive": 1}


def test_answers_cut_so_that_they_mislead_are_counted_too() -> None:
    cuts = doubted([Contract("002", TEXT, SPANS, {})]).cut_short
    assert cuts == {"after a denial": CutShort(1, 1, 0), "before an exception": CutShort(1, 0, 1)}


def test_both_halves_of_a_folder_are_counted_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "lease.txt").write_bytes(TEXT.encode())
    spans = [{"category": each.category, "start": each.start, "end": each.end} for each in SPANS]
    rows = ({"id": number, "txt": "lease.txt", "spans": spans} for number in ("001", "002"))
    (tmp_path / "contracts.jsonl").write_text("\n".join(map(json.dumps, rows)))

    assert main(["--data", str(tmp_path), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["even"] == printed["odd"]
    assert (printed["odd"]["spans"], printed["odd"]["decisive"], printed["odd"]["weak"]) == (4, 1, 1)

    assert main(["--data", str(tmp_path)]) == 0
    assert "odd: 4 answers, decisive 25.00%, weak 25.00%" in capsys.readouterr().out

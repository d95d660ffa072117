"""Planted facts stand where they say, and the command measures both ways of reading them."""

import json
from pathlib import Path

import pytest

from inference.evaluation.agreements import agreements
from inference.evaluation.beyond.command import main
from inference.evaluation.beyond.plant import plant


def test_clauses_stand_at_their_places_in_the_matter_and_in_the_whole_windows() -> None:
    planted = plant(agreements(7), facts=30)
    contents = {each.id: each.content for each in planted.case_file.documents}
    assert [fact.kind for fact in planted.facts[:3]] == ["one", "chain", "both"]
    for fact, whole in zip(planted.facts, planted.whole, strict=True):
        assert len(fact.clauses) == len(whole) == (1 if fact.kind == "one" else 2)
        assert len({each.document_id for each in fact.clauses}) == len(fact.clauses)
        for clause, (case_file, own) in zip(fact.clauses, whole, strict=True):
            content = contents[clause.document_id]
            assert content[clause.start : clause.end] == clause.text == own.text
            assert content[: clause.start].endswith(f"\n\nClause {clause.name}\n")
            (text,) = [each.content for each in case_file.documents if each.id == own.document_id]
            assert text[own.start : own.end] == own.text
        if fact.kind == "chain":
            assert f"under clause {fact.clauses[1].name}" in fact.clauses[0].text
        if fact.kind == "both":
            assert fact.clauses[0].name == fact.clauses[1].name
            assert whole[0][0] != whole[1][0], "a model that reads a name twice quotes one of its clauses"


def test_all_that_was_in_a_contract_is_still_there_and_in_order() -> None:
    own = agreements(3)
    for before, after in zip(own, plant(own, facts=12).case_file.documents, strict=True):
        left = iter(after.content)
        assert all(letter in left for letter in before.content)


def test_absent_names_head_no_clause_and_names_run_out() -> None:
    planted = plant(agreements(2), facts=9)
    whole = "".join(each.content for each in planted.case_file.documents)
    assert planted.absent
    assert not any(f"Clause {name}\n" in whole for name in planted.absent)
    with pytest.raises(ValueError, match="names"):
        plant(agreements(2), facts=10_000)


def test_the_command_measures_and_keeps_its_memory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = agreements(5)
    for each in own:
        (tmp_path / f"{each.id}.txt").write_text(each.content, encoding="utf-8")
    rows = ({"id": each.id, "txt": f"{each.id}.txt", "spans": []} for each in own)
    (tmp_path / "contracts.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "key").write_bytes(bytes(32))
    kept = ["--work", str(tmp_path / "work"), "--key-file", str(tmp_path / "key")]
    asked = ["--data", str(tmp_path), "--facts", "3", "--absent", "1", *kept]

    assert main([*asked, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["memory"]["coverage"] == 1.0
    assert figures["beyond"]["right"]["right"] == figures["whole_window"]["right"]["right"] == 3
    assert figures["beyond"]["exact_quotes"]["share"] == 1.0
    assert figures["beyond"]["clauses_read_again"]["right"] == 5
    assert len(list((tmp_path / "work").iterdir())) == 5


def test_a_folder_without_contracts_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err.strip()

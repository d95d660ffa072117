"""The one list of clause types."""

import json
from pathlib import Path

from inference.clause_types import load_clause_types
from inference.compact.weights import load_weights

KINDS = {"renewal", "notice_period", "text", "parties", "date", "duration", "yes_no", "money", "jurisdiction"}


def test_there_are_41_each_with_a_definition_an_answer_type_and_examples() -> None:
    types = load_clause_types()
    assert len({known.name for known in types}) == len({known.slug for known in types}) == len(types) == 41
    assert all(known.definition.endswith(".") and 2 <= len(known.examples) <= 3 for known in types)
    assert {known.answer_type for known in types} <= KINDS
    assert {known.severity for known in types} == {"information", "low", "medium", "high"}


def test_the_shipped_weights_know_the_same_types_in_the_same_order() -> None:
    assert load_weights().types == tuple(known.name for known in load_clause_types())


def test_the_names_are_the_data_sets_own_and_no_example_is_taken_from_it(shared: Path) -> None:
    with (shared / "cuad" / "contracts.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    assert {span["category"] for row in rows for span in row["spans"]} == {
        t.name for t in load_clause_types()
    }
    examples = [example for known in load_clause_types() for example in known.examples]
    for row in rows:
        text = (shared / "cuad" / row["txt"]).read_bytes().decode("utf-8")
        taken = [example for example in examples if len(example) > 30 and example in text]
        assert not taken

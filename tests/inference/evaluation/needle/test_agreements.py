"""Generated agreements: clauses that stand where they say, the same every time, as long as is asked."""

import random

import pytest

from inference.engine.prompt import Template
from inference.evaluation.needle.agreements import asked_for, written
from inference.evaluation.needle.sized import of_tokens
from inference.evaluation.needle.tokenizer import model_tokenizer
from inference.evaluation.needle.words import KINDS, MORE_NAMES, NAMES
from inference.types import CaseFile


@pytest.fixture(scope="module")
def template() -> Template:
    return Template(model_tokenizer())


def test_a_clause_stands_where_it_says_below_its_name() -> None:
    agreements = written(random.Random(3), clauses=40, documents=3)
    contents = {document.id: document.content for document in agreements.case_file.documents}
    assert len(contents) == 3
    for clause in agreements.clauses:
        content = contents[clause.document_id]
        assert content[clause.start : clause.end] == clause.text
        assert content[: clause.start].endswith(f"\nClause {clause.name}\n")
        assert clause.text.index(".") == len(clause.text) - 1


def test_no_two_clauses_have_one_name_or_begin_alike() -> None:
    clauses = written(random.Random(4), clauses=300).clauses
    assert len({clause.name for clause in clauses}) == 300
    assert len({tuple(clause.text.split()[:2]) for clause in clauses}) == 300


def test_absent_names_head_no_clause() -> None:
    agreements = written(random.Random(5), clauses=30)
    assert agreements.absent
    for name in agreements.absent:
        assert all(f"Clause {name}\n" not in document.content for document in agreements.case_file.documents)


def test_the_longest_case_files_have_names_enough() -> None:
    assert len(set(NAMES + MORE_NAMES)) > 10_000
    assert len(written(random.Random(6), clauses=4_000).clauses) == 4_000


def test_the_same_seed_writes_the_same_agreements() -> None:
    assert written(random.Random("a"), 12) == written(random.Random("a"), 12)
    assert written(random.Random("a"), 12) != written(random.Random("b"), 12)


@pytest.mark.parametrize("tokens", [300, 1_000, 4_000])
def test_agreements_are_nearly_as_long_as_asked_and_never_longer(template: Template, tokens: int) -> None:
    def count(case_file: CaseFile) -> int:
        return template.case(case_file).tokens

    taken = count(of_tokens("any", tokens, count).case_file)
    assert tokens * 0.85 < taken <= tokens


def test_any_text_comes_back_from_the_tokens_it_was_cut_into(template: Template) -> None:
    tokenizer = model_tokenizer()
    for text in ("Clause Marven\nAnnual invoices.", "naïve ﬁles\t本合同 🔑\r\n\n  end  ", "<end> e\u0301"):
        (ids,) = template.plain.encode_texts([text])
        assert tokenizer.backend_tokenizer.decode(ids) == text


def test_names_and_beginnings_are_one_token_each(template: Template) -> None:
    words = [f" {name}" for name in NAMES] + [kind.capitalize() for kind in KINDS]
    assert {len(template.plain.encode(word)) for word in words} == {1}


def test_a_question_ends_with_the_name_it_asks_for() -> None:
    assert [asked_for("Marven", way).definition for way in range(3)] == [
        "What does clause Marven say?",
        "Which words stand under clause Marven?",
        "Quote the whole of clause Marven.",
    ]

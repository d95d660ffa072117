"""The twenty contracts of an acceptance: their known answers are right by the product's own rules."""

import pytest

from inference.engine.typed import derive
from inference.evaluation.accept.contracts import Contract, Known, contracts, is_right
from inference.types import AskUsage, CaseAnswer, Evidence


def answered(contract: Contract, known: Known) -> CaseAnswer:
    """What a reader says that quotes exactly the sentence that answers."""
    (document,) = contract.case_file.documents
    start = document.content.index(known.clause)
    quote = Evidence(document.id, start, start + len(known.clause), known.clause, 1.0)
    value = derive(known.question, [quote], {}, contract.case_file).value
    return CaseAnswer(known.question.id, "found", value, (quote,), "", "", AskUsage(0, 0, 0, 0), "us")


@pytest.mark.parametrize("number", range(20))
def test_known_values_are_those_of_the_known_sentences(number: int) -> None:
    contract = contracts()[number]
    present = [known for known in contract.known if known.clause]
    assert (len(present), len(contract.known)) == (3, 4)
    for known in present:
        assert is_right(known, answered(contract, known))


def test_a_quote_from_elsewhere_is_wrong() -> None:
    contract = contracts()[0]
    one, other, *_ = contract.known
    assert not is_right(one, answered(contract, other))


def test_what_is_not_there_must_be_said_not_to_be() -> None:
    contract = contracts()[0]
    (absent,) = (known for known in contract.known if not known.clause)
    nothing = CaseAnswer(absent.question.id, "not_found", None, (), "", "", AskUsage(0, 0, 0, 0), "us")
    assert is_right(absent, nothing)
    assert not is_right(contract.known[0], nothing)


def test_all_twenty_differ() -> None:
    assert len({contract.case_file.documents[0].content for contract in contracts()}) == 20

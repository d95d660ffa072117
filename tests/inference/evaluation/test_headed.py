"""Questions nobody was trained for, measured by what stands under a heading of their name."""

from inference.evaluation.cuad import Contract
from inference.evaluation.headed import asked_of

TEXT = """\
SUPPLY AGREEMENT

1. Supply.

The Seller shall sell flour to the Buyer as ordered from time to time under this Agreement.

9. Force Majeure.

Neither party is liable where war, fire, flood or another event beyond its control keeps it from performing.

10. Miscellaneous.

The Buyer shall keep its own books about the flour that it has bought in each year.
"""


def test_a_question_is_asked_only_where_its_heading_is_and_the_words_below_are_right() -> None:
    (row,) = asked_of(Contract("one", TEXT, (), {}))
    assert (row.question, row.first, row.in_three) == ("force majeure", True, True)


def test_a_contract_without_such_headings_is_asked_nothing() -> None:
    assert list(asked_of(Contract("one", TEXT.replace("Force Majeure", "Relief"), (), {}))) == []

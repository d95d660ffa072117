"""The cast of these tests: the shipped reader and one short authored contract."""

import pytest

from inference.clause_types import load_clause_types
from inference.config import Profile
from inference.reader import Reader, open_reader
from inference.types import Question

CONTRACT = """\
SUPPLY AGREEMENT

This Supply Agreement (the "Agreement") is made as of March 4, 2019 by and between Birchfield Foods, Inc., a Delaware \
corporation ("Buyer"), and Halden Mills LLC, an Oregon limited liability company ("Supplier").

1. Supply.

1.1 Supplier shall sell flour to Buyer as ordered from time to time, and Buyer shall pay for it within thirty days.

2. Term.

2.1 The term of this Agreement shall commence on the Effective Date and continue for a period of three (3) years.

2.2 This Agreement shall automatically renew for successive one (1) year terms unless either party gives written \
notice of non-renewal at least ninety (90) days before the end of the then current term.

3. General.

3.1 Neither party may assign this Agreement without the prior written consent of the other party.

3.2 This Agreement shall be governed by and construed in accordance with the laws of the State of New York.
"""


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The compact reader with the weights we ship."""
    return open_reader(Profile(kind="compact"))


@pytest.fixture(scope="session")
def contract() -> str:
    """A supply agreement of one page."""
    return CONTRACT


@pytest.fixture(scope="session")
def questions() -> tuple[Question, ...]:
    """One question for each clause type."""
    return tuple(
        Question(known.slug, known.name, known.definition, known.answer_type, known.name)
        for known in load_clause_types()
    )

"""A matter longer than a server's model reads is read through its memory, also where only the server knows how long."""

import json
import re

from inference.beyond.effort import Effort
from inference.beyond.reader import BeyondReader
from inference.types import CaseFile, SourceText

from .conftest import LEASE, RENT, Start, reader_of
from .protocol_server import Obeying, Refuse, Reply, Row, found

SAID = json.dumps({"error": {"message": "This model's maximum context length is 700 tokens. However, ..."}})
MOST = 2_000  # letters that the server takes: fewer than its profile makes believe
FILLER = (
    "The parties shall meet once a year in the office of the chairman and shall keep minutes of it.\n\n" * 30
)


def server_model(body: Row) -> Reply:
    """It refuses what is long, and quotes the rent from whatever passage it stands in."""
    said = body["messages"][-1]["content"]
    if len(said.partition("Question:")[0]) > MOST:
        return Refuse(400, SAID)
    passage = re.search(r"⟦(\d+)⟧(?:(?!⟦\d+⟧).)*?Rent is due in advance", said, re.DOTALL)
    if passage is None:
        return Obeying()(body)
    return Obeying({"Rent": found((int(passage[1]), "Rent is due in advance", "deduction whatever."))})(body)


def test_a_server_that_takes_less_than_it_was_thought_to_is_given_less(start: Start) -> None:
    texts = tuple(SourceText(f"minutes {n}", FILLER) for n in range(3))
    case_file = CaseFile((*texts, SourceText("lease", LEASE)))
    reader = reader_of(start(server_model), window=1_200)
    assert reader.count(case_file) > 1_200
    beyond = BeyondReader(reader, Effort(rounds=2, families=1))
    (answer,) = beyond.ask(beyond.read(case_file), [RENT], second_reading=False)

    (quote,) = answer.evidence
    assert answer.state == "found"
    assert quote.document_id == "lease"
    assert quote.quote == LEASE[quote.start : quote.end]
    assert quote.quote == "Rent is due in advance, free of any set-off, and without any deduction whatever."
    assert answer.coverage is not None
    assert answer.coverage.share == 1.0
    assert answer.usage.prefill_tokens > 0

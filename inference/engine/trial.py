"""Whether a model can judge at all: a short case file of ours, and quotes of it that do or do not support an answer.

A second reading by a model that cannot tell these apart would be noise, so it is not asked.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from inference.types import CaseFile, Question, SourceText

from .decode import Asked, Bounds, decode
from .prompt import Template
from .reading import EngineReading
from .support import AGAINST, ORDERS, SUPPORTS, Judgement, Shares, judgement_script, judgement_text
from .vocabulary import Vocabulary


@dataclass(frozen=True)
class Pair:
    """A clause of the trial's contract, what it would be quoted for, and whether it says that."""

    clause: str
    name: str
    definition: str
    verdict: str


PAIRS = (
    Pair(
        "This Agreement is governed by the laws of Norway.",
        "Governing law",
        "Which law governs the agreement?",
        SUPPORTS,
    ),
    Pair(
        "Either party may end this Agreement at any time for any reason by thirty days' notice.",
        "Termination for convenience",
        "May a party end the agreement without giving a reason?",
        SUPPORTS,
    ),
    Pair(
        "The Supplier shall keep public liability insurance of one million dollars.",
        "Supplier's insurance",
        "Must the supplier keep insurance?",
        SUPPORTS,
    ),
    Pair(
        "The Buyer may inspect the Supplier's books once a year.",
        "Audit rights",
        "May the buyer look into the supplier's books?",
        SUPPORTS,
    ),
    Pair(
        "No party has any right to renew this Agreement.",
        "Renewal",
        "Is there a right to renew the agreement?",
        AGAINST,
    ),
    Pair(
        "The Buyer bears its own costs of transport.",
        "Supplier's indemnity",
        "Must the supplier indemnify the buyer?",
        AGAINST,
    ),
    Pair(
        '"Confidential Information" means all information marked as such.',
        "Non-compete",
        "May a party not compete with the other?",
        AGAINST,
    ),
    Pair(
        "Notices are sent by registered post to the address on the first page.",
        "Liability cap",
        "Is the liability of a party limited to an amount?",
        AGAINST,
    ),
)
ENOUGH = 7  # of eight: whoever always says the same has four


def trial_case_file() -> CaseFile:
    """The contract that the pairs are clauses of."""
    clauses = (f"{number}. {pair.clause}\n\n" for number, pair in enumerate(PAIRS, start=1))
    return CaseFile((SourceText("trial", "SUPPLY AGREEMENT\n\n" + "".join(clauses)),))


def right_verdicts(
    reading: EngineReading, template: Template, vocabulary: Vocabulary, side_by_side: int
) -> int:
    """How many of the pairs the model judges rightly; the reading is that of `trial_case_file`."""
    waiting = deque(_scripts(reading, template))
    shares: dict[str, list[Shares]] = {}
    bounds = Bounds(side_by_side=side_by_side, room=reading.room)
    for each in decode(reading.prefix, waiting, vocabulary.pens(reading.quote), bounds):
        shares.setdefault(each.key, []).append(each.result)
    return count_right(shares)


def count_right(shares: Mapping[str, Sequence[Shares]]) -> int:
    """How many pairs, by name, got the verdict that is right."""
    return sum(Judgement.of(shares[pair.name]).verdict == pair.verdict for pair in PAIRS)


def _scripts(reading: EngineReading, template: Template) -> Iterator[Asked[Shares]]:
    for pair in PAIRS:
        (passage, *_) = reading.passages_of(pair.clause)
        question = Question(pair.name, pair.name, pair.definition, "yes_no")
        for order in ORDERS:
            words = judgement_text(question, pair.clause, passage, order)
            yield Asked(pair.name, template.turn(words, "Judgement: "), judgement_script(order))

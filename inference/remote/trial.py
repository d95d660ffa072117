"""Whether a server's model can judge: the engine's trial, through the same messages as any second reading."""

from collections import deque
from collections.abc import Iterator

from inference.engine.batch import Ending
from inference.engine.decode import Bounds
from inference.engine.support import ORDERS, Shares, judgement_text
from inference.engine.trial import PAIRS, count_right
from inference.types import Question

from .ask import Asking
from .client import Server
from .exchange import Put, exchange
from .reading import RemoteReading


def right_verdicts(server: Server, reading: RemoteReading, asking: Asking) -> int:
    """How many of the pairs the model judges rightly; the reading is that of `trial_case_file`."""
    shares: dict[str, list[Shares]] = {}
    bounds = Bounds(side_by_side=asking.profile.side_by_side)
    for each in exchange(server, deque(_judgements(reading, asking)), bounds):
        if isinstance(each.result, dict):
            shares.setdefault(each.key, []).append(each.result)
    return count_right(shares)


def _judgements(reading: RemoteReading, asking: Asking) -> Iterator[Put[Ending]]:
    (document,) = reading.case_file.documents
    for pair in PAIRS:
        at = document.content.index(pair.clause)
        passage = next(each.number for each in reading.passages if each.start <= at < each.end)
        question = Question(pair.name, pair.name, pair.definition, "yes_no")
        for order in ORDERS:
            words = judgement_text(question, pair.clause, passage, order)
            yield asking.judgement(pair.name, reading, words, order)

"""The second reading: the question turned round. Knows the words of a judgement and its shares, not tensors.

The first reading was asked for words that answer a question; this one is shown the words and asked whether they do,
on a fork of the same prefix. It is asked twice, with the choices in turned order, and the shares are averaged, so that
a liking for the first or the last choice cancels out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from inference.types import Doubt, Question

from .script import Choose, ConstraintFailed, Script, Written

SUPPORTS, AGAINST, OPEN = "supports", "does not support", "cannot tell"
VERDICTS = (SUPPORTS, AGAINST, OPEN)
SHOWN = 600  # code points of what a doubt points to
ORDERS = (VERDICTS, VERDICTS[::-1])


def judgement_text(
    question: Question, quote: str, passage: int, order: Sequence[str], doubts: Sequence[Doubt] = ()
) -> str:
    """What the second reading is asked, the doubts that rules raised included; it stands where a question stands."""
    return (
        f"Question: {question.name}. {question.definition}\n"
        f"Passage {passage} was quoted as the answer: {quote}\n"
        "Read the quote where it stands in the case file, with what surrounds it and what changes it elsewhere. "
        "It does not support the answer if it denies it, speaks of another party, makes an exception, "
        "is superseded, or only defines a word.\n"
        f"{''.join(map(_doubt_text, doubts))}"
        f"Choose one: {', '.join(order)}.\n"
    )


def _doubt_text(doubt: Doubt) -> str:
    return f"A rule doubts it; weigh that. {doubt.sentence} It points to: {doubt.evidence.quote[:SHOWN]}\n"


Shares = dict[str, float]


def judgement_script(order: Sequence[str]) -> Script[Shares]:
    """The share of each verdict; a judgement that cannot be finished cannot tell."""
    try:
        written = yield Choose(tuple(order))
    except ConstraintFailed:
        written = Written(OPEN)
    if written.shares:
        return dict(zip(order, written.shares, strict=True))
    return {verdict: float(verdict == written.text) for verdict in order}


@dataclass(frozen=True)
class Judgement:
    """The mean shares of what both orders gave to each verdict, in the order of VERDICTS."""

    shares: tuple[float, float, float]

    @classmethod
    def of(cls, readings: Sequence[Shares]) -> "Judgement":
        """The mean of several readings of the same quote."""
        supports, against, open_ = (
            sum(reading[verdict] for reading in readings) / len(readings) for verdict in VERDICTS
        )
        return cls((supports, against, open_))

    @property
    def verdict(self) -> str:
        """The verdict with the most; where none has more than each other, nobody can tell."""
        best = max(self.shares)
        leading = [verdict for verdict, share in zip(VERDICTS, self.shares, strict=True) if share == best]
        return leading[0] if len(leading) == 1 else OPEN


def reason_against(judgements: Sequence[Judgement]) -> str:
    """Why an answer none of whose quotes was found to support it is not shown as found, in a sentence."""
    if any(judgement.verdict == AGAINST for judgement in judgements):
        return "A second reading of the case file says that the quotes do not support the answer."
    return "A second reading of the case file could not tell whether the quotes support the answer."

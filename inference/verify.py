"""The independent check of every quote: knows texts and offsets, not how a reader found them.

Whatever wrote a quote, the stored original is sliced at the quote's own offsets and compared. Nothing is searched for:
a quote that would be right elsewhere is wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .types import Answer, CaseAnswer, Evidence

NOT_ITS_WORDS = "A quote is not what the case file says at its place."
NOTHING_QUOTED = "Nothing was quoted."


class QuoteMismatch(Exception):
    """A reader offered a quote that is not in its document; the message names places, never words."""


def verify_evidence(evidence: Evidence, contents: Mapping[str, str]) -> None:
    """Raise QuoteMismatch unless the quote is exactly the text at its offsets and not empty."""
    content = contents.get(evidence.document_id)
    if content is None:
        raise QuoteMismatch(f"The quote names document {evidence.document_id}, which was not read.")
    if not 0 <= evidence.start < evidence.end <= len(content):
        raise QuoteMismatch(f"Characters {evidence.start} to {evidence.end} lie outside the document.")
    if content[evidence.start : evidence.end] != evidence.quote or not evidence.quote.strip():
        raise QuoteMismatch(f"The quote is not the text at characters {evidence.start} to {evidence.end}.")


def verify_answer(answer: Answer, contents: Mapping[str, str]) -> Answer:
    """Give the answer back once all its quotes are proved, and raise QuoteMismatch otherwise.

    An answer that says "found" without evidence is refused as well.
    """
    for evidence in (*answer.evidence, *answer.possible, *answer.nearest):
        if evidence.document_id != answer.document_id:
            raise QuoteMismatch("The answer quotes a document it is not about.")
        verify_evidence(evidence, contents)
    if answer.state == "found" and not answer.evidence:
        raise QuoteMismatch("The answer says found and has no evidence.")
    return answer


def verify_case_answer(answer: CaseAnswer, contents: Mapping[str, str]) -> CaseAnswer:
    """The answer as it may be kept: "found" only with evidence, and only where every quote and premise is proved.

    One that fails comes back as "unsupported", with the reasons, without its value and without what is not proved.
    """
    answer = _with_proved_doubts(answer, contents)
    refused = refusals(answer.evidence, contents), refusals(answer.premises, contents)
    if any(refused):
        why = " ".join(
            (NOT_ITS_WORDS, *dict.fromkeys(each for reasons in refused for each in reasons.values()))
        )
    elif answer.state == "found" and not answer.evidence:
        why = NOTHING_QUOTED
    else:
        return answer
    evidence, premises = _kept(answer.evidence, refused[0]), _kept(answer.premises, refused[1])
    return replace(
        answer,
        state="unsupported",
        value=None,
        evidence=evidence,
        premises=premises,
        rule="",
        reason=why,
        support=answer.support if evidence else "",
    )


def _with_proved_doubts(answer: CaseAnswer, contents: Mapping[str, str]) -> CaseAnswer:
    """A doubt is no claim of the reader's: one whose range is not proved is left out, and the answer stands."""
    refused = refusals([doubt.evidence for doubt in answer.doubts], contents)
    if not refused:
        return answer
    return replace(answer, doubts=tuple(d for place, d in enumerate(answer.doubts) if place not in refused))


def refusals(quotes: Sequence[Evidence], contents: Mapping[str, str]) -> dict[int, str]:
    """Why quotes are not proved, a sentence each, by their place in the list; empty where all are exact."""
    found: dict[int, str] = {}
    for number, quote in enumerate(quotes):
        try:
            _verify_numbers(quote)
            verify_evidence(quote, contents)
        except QuoteMismatch as mismatch:
            found[number] = str(mismatch)
    return found


def _verify_numbers(quote: Evidence) -> None:
    if type(quote.start) is not int or type(quote.end) is not int:
        raise QuoteMismatch("The place of a quote is not told in whole numbers.")
    if not 0 <= quote.score <= 1:
        raise QuoteMismatch(f"The chance of the quote at characters {quote.start} to {quote.end} is none.")


def _kept(quotes: Sequence[Evidence], refused: Mapping[int, str]) -> tuple[Evidence, ...]:
    return tuple(quote for number, quote in enumerate(quotes) if number not in refused)

"""The independent check of every quote: knows texts and offsets, not how a reader found them."""

from collections.abc import Mapping

from .types import Answer, Evidence


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

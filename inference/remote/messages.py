"""The one template in messages: case file first, the same bytes for every question, and the question last.

    system  You read legal documents ... (fixed)
    user    Case file. ... ⟦document 1⟧ ⟦1⟧first passage ... ⟦end of the case file⟧ Question: ... (and the form)

So a server that keeps what it has read of a beginning reads a case file once. Knows text, not the network.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from inference.engine.chat import SYSTEM
from inference.engine.passages import Passage
from inference.engine.prompt import PREAMBLE, mark
from inference.types import CaseFile, Question

from .shown import Shown

Messages = list[dict[str, str]]

_ANSWER = """\
Answer with one JSON object and nothing else:
{{"state": "found", "not found" or "unclear", "quotes": [{{"passage": 12, "words": "...", "until": "..."}}]{reasons}}}
"quotes" is empty unless the state is "found", and holds at most four, the most important first. "passage" is the \
number that stands between the marks before the passage. "words" are words of that one passage, copied letter by \
letter with its punctuation and quotation marks. To quote more than a sentence, copy its first words into "words" and \
its last words into "until"; otherwise "until" is "". What does not stand in one passage is given as two quotes.
"""
_REASONS = ', "reason": "...", "against": "..."'
_REASONS_SAID = (
    '"reason" says in at most {words} words why; "against" says in as many what speaks against it.\n'
)
_JUDGEMENT = 'Answer with one JSON object and nothing else: {{"judgement": {choices}}}\n'


@dataclass(frozen=True)
class Words:
    """What is said to the model, with the words of others as it may be shown them."""

    shown: Shown
    reason_tokens: int

    def case(self, case_file: CaseFile, passages: Sequence[Passage]) -> str:
        """The case file's part, the same whatever will be asked; raises BrokenText."""
        texts = [document.content for document in case_file.documents]
        said = [PREAMBLE]
        begun = 0
        for passage in passages:
            while begun <= passage.document:
                said.append(_document_mark(texts, begun))
                begun += 1
            words = texts[passage.document][passage.start : passage.end]
            said += (mark(str(passage.number)), self.shown(words))
        said += (_document_mark(texts, place) for place in range(begun, len(texts) + 1))
        return "".join(said)

    def question(self, question: Question) -> str:
        """A question and the form of its answer."""
        asked = self.shown(f"Question: {question.name}. {question.definition}\n")
        if not self.reason_tokens:
            return asked + _ANSWER.format(reasons="")
        words = max(1, self.reason_tokens * 3 // 4)  # a word of English takes a token and a third
        return asked + _ANSWER.format(reasons=_REASONS) + _REASONS_SAID.format(words=words)

    def judgement(self, words: str, order: Sequence[str]) -> str:
        """The question turned round, about one quote, and the form of its answer."""
        choices = " or ".join(f'"{verdict}"' for verdict in order)
        asked = self.shown(words)
        return asked + _JUDGEMENT.format(choices=choices)


def messages(case: str, asked: str) -> Messages:
    """A request's messages; without a question, the beginning that all requests about the case file share."""
    said = {"role": "user", "content": case + asked}
    return [{"role": "system", "content": SYSTEM}, said] if case else [said]


def _document_mark(texts: Sequence[str], place: int) -> str:
    """The mark before the document at a place, on a line of its own; the last one ends the case file."""
    before = texts[place - 1] if place else ""
    line = "" if not before or before.endswith("\n") else "\n"
    named = f"document {place + 1}" if place < len(texts) else "end of the case file"
    return f"{line}{mark(named)}\n"

"""A quote whose right or duty is another party's than the one asked about. Knows the quote's words."""

import re

from .asked import Asked
from .parties import Parties
from .quoted import Quoted

_VERB = re.compile(
    r"\b(?:falls?|lies?|rests?|shall|may|will|must|can|cannot|agrees?|has|have|is|are|was|does|do|hereby|undertakes?|bears?|commits?|"
    r"retains?|waives?|represents?|warrants?|covenants?|promises?|indemnif(?:y|ies)|gives?|grants?|assigns?|pays?)\b"
)
_LEAD = re.compile(
    r"^\W*(?:\(?\w{1,4}[.)]\s+)?(?:If|Where|When|Whenever|Unless|Until|Before|After|Upon|Should|In the event|"
    r"Subject to|Except|Notwithstanding|For|During|In|On|At|Within|Without|As long as|"
    r"So long as|While|Once)\b[^,;]{0,300},\s*"
)
_BEARER = re.compile(
    r"\b(?:by|fall(?:s|ing)? on|lies? with|rests? (?:on|with)|upon|(?:is|are|be) (?:on|for)) (?:the )?$"
)
_PRONOUN = re.compile(r"\b(?:it|they)\W*$")
_BOTH = re.compile(r"\b(?:either|each|both|neither|part(?:y|ies)|which|who)\b", re.IGNORECASE)


def other_party(asked: Asked, quoted: Quoted, parties: Parties) -> str:
    """The party the quote speaks of where it is another than the one asked about; empty where it is not."""
    if not asked.agent:
        return ""
    sentence = _LEAD.sub("", quoted.words, count=1)
    verb = _VERB.search(sentence)
    if verb is None:
        return ""
    subject, rest = sentence[: verb.start()], sentence[verb.start() :]
    by = [name for place, name in parties.named(rest) if _BEARER.search(rest[:place])]
    known = [name for _, name in parties.named(subject)] or by[:1]
    if not known and _PRONOUN.search(subject):
        known = [name for _, name in parties.named(quoted.words)][:1]
    if not known or asked.agent in (*known, *by) or _BOTH.search(subject):
        return ""
    return known[-1]

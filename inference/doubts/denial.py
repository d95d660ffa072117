"""A quote that denies what was asked for. Knows the quote's words and the question's."""

import re
from collections.abc import Iterator

from inference.compact.segments import split

from .asked import Asked
from .quoted import Quoted
from .words import stems

_VERB = r"(?:shall|may|will|must|can|could|does|do|did|is|are|be|has|have|need|would)"
_NO = re.compile(
    rf"\b(?:{_VERB}\s+(?:hereby\s+)?(?:not|never|no longer|in no event|under no circumstances)|cannot|"
    rf"(?:shall have|has|have|had|gives?|grants?|makes?|confers?|creates?|with|carries|takes|owes?|"
    rf"bears?|be|is|are|under|lacks?)\s+(?:no|any)|"
    r"[Nn]either\b[^.;]{0,90}?\b(?:may|shall|will|has|have|is|are|must|can|does)|"
    r"[Nn]othing\b[^.;]{0,90}?\b(?:gives?|grants?|obliges?|requires?|entitles?|confers?|constitutes?|creates?|"
    r"construed|deemed|permits?|allows?|authori[sz]es?|imposes?|makes?|lets?)|"
    r"(?:[Nn]o|[Nn]one of) \w+(?: \w+){0,4}? (?:may|shall|will|has|have|is|are|must|can)|"
    rf"{_VERB} (?:hereby )?(?:prohibited|forbidden|barred|precluded|excluded|disallowed|void|ruled out|"
    r"foreclosed|denied|"
    r"refused|disclaimed|waived|renounced|surrendered|forgone|forfeited|withheld|unavailable|out of the question)|"
    r"[Nn]o (?:right|obligation|duty|licen[cs]e|option|claim)s?|"
    r"(?:declines?d?|refuses?d?|disclaims?|waives?|renounces?|surrenders?|forgoes?|relinquishes|"
    r"gives? up|is free of|is relieved of|refrains? from))\b"
)
_FREE = re.compile(
    r"\b(?:[Nn]othing\b[^.;]{0,90}?\b(?:keeps?|prevents?|prohibits?|restricts?|limits?|precludes?|bars?|stops?|forbids?|"
    rf"excludes?|excuses?|releases?|affects?|obliges?|requires?)|"
    rf"{_VERB} not (?:be )?(?:restrict|prevent|prohibit|limit|preclud|"
    r"bar|excus|exclud|releas|subject to any)(?:e?d|e|s)?|"
    r"(?:is|are|be|remains?) (?:at liberty|free|entitled|permitted|allowed) to|"
    r"may freely|without (?:any )?(?:restriction|limit))\b"
)
_MEASURE = re.compile(
    r"\W+(?:\w+\W+){0,4}?(?:less|more|later|fewer|greater|earlier|sooner|exceed|only|unreasonabl[ey]|solely|merely|"
    r"limited|be limited|withheld|apply|interfere)\b"
)
_QUALIFIED = re.compile(r"\b(?:except|unless|without|until|other than|save|provided|if)\b", re.IGNORECASE)
_SUPPOSED = re.compile(r"\b(?:if|where|when|unless|until|whenever|should)\b", re.IGNORECASE)
_SCOPE = 14  # words after a denial that it is taken to deny, and before it that it is taken to speak of
_NOT_EXCLUSIVE = re.compile(
    r"\b(?:not|no)\b[^.;]{0,30}\b(?:exclusiv|sole)|\bnon-?\s?exclusive", re.IGNORECASE
)


def denies(asked: Asked, quoted: Quoted) -> bool:
    """Whether every sentence of the quote that speaks of what was asked for denies it, without a condition."""
    if asked.wants_exception or asked.wanted == "fact":
        return False
    if asked.wants_sole:
        return asked.wanted == "grant" and bool(_NOT_EXCLUSIVE.search(quoted.words))
    verdicts = [
        _is_denied(asked, sentence) for sentence in _sentences(quoted.words) if stems(sentence) & asked.about
    ]
    return bool(verdicts) and all(verdicts)


def _sentences(words: str) -> Iterator[str]:
    return (words[each.start : each.end] for each in split(words))


def _is_denied(asked: Asked, sentence: str) -> bool:
    found = (_FREE if asked.wanted == "limit" else _NO).search(sentence)
    if found is None or _MEASURE.match(sentence, found.end()):
        return False
    lead, scope = sentence[: found.start()], " ".join(sentence[found.end() :].split()[:_SCOPE])
    qualified = _QUALIFIED.search(scope) or _QUALIFIED.match(lead.lstrip())
    if qualified and not _is_asked_without(asked, qualified.group()):
        return False
    if _SUPPOSED.search(lead):
        return False
    return len(lead.split()) <= _SCOPE and bool(stems(f"{lead} {found.group()} {scope}") & asked.about)


def _is_asked_without(asked: Asked, condition: str) -> bool:
    """A condition takes the sting out of a denial, unless the question was about doing it without consent."""
    return condition.lower() == "without" and "consent" in asked.about

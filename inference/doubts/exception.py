"""An exception that names what was asked, in the quote or beside it where a cut left it out. Knows its sentence."""

import re

from .asked import Asked
from .quoted import Quoted, Range
from .words import stems

_EXCEPT = re.compile(
    r"\b(?:except(?:ing|ion)?|save (?:that|to|as|for|in)|save,|but not|but no|other than|excluding|exclusive of|unless|"
    r"with the exception|provided,? (?:however|that|always)|however|this (?:does|shall) not|apart from|but only|"
    r"does not apply|shall not apply|is not covered|are not covered|falls? outside)\b",
    re.IGNORECASE,
)
_EXCEPTED = re.compile(
    r",[^,;.]{1,120}\b(?:excepted|excluded|apart|aside|exempted|left out)\b", re.IGNORECASE
)
_DENIES_AFTER = re.compile(
    r"\b(?:not|no|never|none|nor|neither|nothing|outside|excluded|exempt|except|exception|open|free|unaffected|without|aside|apart|"
    r"lost|loses|forfeits?|forfeited|the one|alone|released)\b",
    re.IGNORECASE,
)
_DENIAL_BEFORE = re.compile(
    r"\b(?:not|never|no(?!\.)|neither|nothing|nor|cannot|in no event|without|except|other than|excluding)\b"
    r"(?!-)\W*(?:\w+\W+){0,3}$",
    re.IGNORECASE,
)
_DENIAL_OF_LIST = re.compile(
    r"\b(?:not|never|neither|nothing|cannot|no (?:right|obligation|duty|licen[cs]e|liability)s?)\b"
    r"(?:\W+\w+){0,8}?\s*:(?!.*:)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION_AFTER = re.compile(
    r"^[\s,;(]*(?:but |and )?(?:only |solely )?"
    r"(?:if|unless|provided|so long as|as long as|on condition|subject to|in the event|except)\b",
    re.IGNORECASE,
)
_CONDITION_BEFORE = re.compile(
    r"\b(?:[Ii]f|[Uu]nless|[Pp]rovided that|[Ii]n the event|[Oo]nly (?:if|where|when|after)|"
    r"[Ss]ubject to|[Ww]here|[Uu]pon)\b[^;:.]{0,300}$"
)
_SHORT = 40  # words of a following sentence that only takes something back


def excepted_beside(asked: Asked, quoted: Quoted) -> Range | None:
    """The exception, after the quote in its sentence, that names what was asked and the quote does not name."""
    found = _EXCEPT.search(quoted.after.text)
    if found is None or asked.wants_exception:
        return None
    rest = Range(quoted.after.text[found.start() :], quoted.after.start + found.start())
    return rest if stems(rest.text) & _unsaid(asked, quoted) else None


def taken_back(asked: Asked, quoted: Quoted) -> Range | None:
    """The rest of the sentence, or the next one, that denies what was asked about and not quoted."""
    if asked.wants_exception:
        return None
    unsaid = _unsaid(asked, quoted)
    for rest in (quoted.after, *quoted.following):
        named = stems(rest.text) & unsaid
        is_short = len(rest.text.split()) <= _SHORT
        if is_short and named and (_DENIES_AFTER.search(rest.text) or 2 * len(named) >= len(unsaid)):
            return rest
    return None


def excepted_within(asked: Asked, quoted: Quoted) -> Range | None:
    """The exception in the quote itself, where what was asked is named in it alone."""
    found = _EXCEPT.search(quoted.evidence.quote) or _EXCEPTED.search(quoted.evidence.quote)
    if found is None or asked.wants_exception:
        return None
    rule, rest = quoted.evidence.quote[: found.start()], quoted.evidence.quote[found.start() :]
    named = (stems(rest) - stems(rule)) & asked.about
    left = asked.about - stems(rule)
    return (
        Range(rest, quoted.evidence.start + found.start()) if named and 2 * len(named) >= len(left) else None
    )


def denied_before(asked: Asked, quoted: Quoted) -> Range | None:
    """The denial before a quote that begins in the middle of its sentence, where no limit was asked for.

    It stands right before the quote, or right before the list whose item the quote is.
    """
    before = quoted.before
    if asked.wants_exception or asked.wanted == "limit" or _is_heading(before.text):
        return None
    found = _DENIAL_BEFORE.search(before.text) or _DENIAL_OF_LIST.search(before.text)
    return Range(before.text[found.start() :], before.start + found.start()) if found else None


def condition_beside(asked: Asked, quoted: Quoted) -> Range | None:
    """The condition, right before or after the quote in its sentence, that the quote leaves out."""
    after = _CONDITION_AFTER.match(quoted.after.text)
    if after:
        return quoted.after
    before = _CONDITION_BEFORE.search(quoted.before.text)
    return Range(before.group(), quoted.before.start + before.start()) if before else None


def _is_heading(before: str) -> bool:
    return (
        len(before.split()) <= 7 and before.rstrip().endswith((":", ".", "-", "–", "—"))
    ) or before.isupper()


def _unsaid(asked: Asked, quoted: Quoted) -> frozenset[str]:
    return asked.about - stems(quoted.evidence.quote)

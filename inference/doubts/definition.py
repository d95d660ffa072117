"""A quote that says what a word means and lays nothing down. Knows the quote's words and where they begin."""

import re

from .asked import Asked
from .quoted import Quoted

_MEANT = (
    r"(?:shall mean|shall have the meaning|shall refer|means?|has the (?:same )?meaning|have the meaning|refers to|"
    r"is defined|are defined|mean and include|denotes?|stands for)\b"
)
_MEANS = re.compile(
    r"^\W*(?:\(?[a-z0-9.]{1,6}[).]\s+)?(?:(?:For|In|As|Where|When)\b[^“\".;]{0,80}?,?\s+)?"
    r"(?:[Tt]he (?:terms?|words?|expressions?)\s+)?"
    rf"[\"“‘']?[A-Z][^\"”“.;:]{{0,80}}?(?:[\"”’',]*\s*(?:\([^)]{{0,60}}\)\s*)?,?\s*{_MEANT}|"
    r"[\"”]\s*(?::|=|(?:is|are)\b(?! not)))"
)
_MEANS_BEFORE = re.compile(rf"{_MEANT}[:,]?\s*$")
_RELATIVE = re.compile(r"\b(?:that|which|who|whom|whose|where|as|when)\b[^,;.]{0,120}")
_LAYS_DOWN = re.compile(
    r"\b(?:shall|must|may|will|agrees?|hereby|undertakes?|is entitled|are entitled|has the right|have the right|"
    r"is obliged|is required|are required|grants?|assigns?|cannot|not to)\b"
    r"(?! (?:mean|refer|have the meaning|include))",
)


def only_defines(asked: Asked, quoted: Quoted) -> bool:
    """Whether a right, a duty or a limit was asked for and the whole quote is a definition without any."""
    if asked.wanted == "fact":
        return False
    found = _MEANS.match(quoted.words)
    if found is None and not _MEANS_BEFORE.search(" ".join(quoted.before.text[-200:].split())):
        return False
    rest = quoted.words[found.end() :] if found else quoted.words
    return not _LAYS_DOWN.search(_RELATIVE.sub("", rest))

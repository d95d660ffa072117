"""Words of law reduced to their stems, so that "terminate" and "termination" are one. Knows single words only."""

import re

WORD = re.compile(r"[A-Za-z][A-Za-z’'\-]*")
NAME = re.compile(r"[A-Z][\w&\-]*(?:[ ][A-Z][\w&\-]*){0,3}")
_ENDINGS_TEXT = (
    "ations ation itions ition ments ment ances ance ences ence entials ential ities ity ively ive itors itor "
    "ators ator ions ion ables able ibles ible ates ate ures ure ingly ings ing ally als al ors or ers er "
    "ies ied ves es ed ly s e y"
)
_ENDINGS = tuple(_ENDINGS_TEXT.split())
_COMMON_WORDS = (
    "a about above according after against agreement all also an and another any applicable are as ask at be "
    "because been before being below between both but by can clause contract did do document does during each "
    "either else even every following for forth from further has have hereby herein hereof hereto hereunder "
    "him his how however if in into is it its itself least less let like make makes many may means more most "
    "much must neither no none nobody nor not nothing now of on one only or other others otherwise out own "
    "particular parties party person provision pursuant same section set shall she should side so some "
    "somebody someone stands such term terms than that the their them then there thereof these they this "
    "those through thing to under until up upon us was way were what when where whether which while who "
    "whoever whole whom whose will with within without words would you your"
)
_COMMON = frozenset(_COMMON_WORDS.split())


def is_common(word: str) -> bool:
    """Whether a word stands in any contract and says nothing about what one is about."""
    return word.lower() in _COMMON


def stem(word: str) -> str:
    """A word in small letters without its ending; at least three letters are left."""
    small = word.lower().replace("’", "'").removesuffix("'s").rstrip("'")
    for ending in _ENDINGS:
        if small.endswith(ending) and len(small) - len(ending) >= 3:
            return small[: -len(ending)]
    return small


def stems(text: str) -> frozenset[str]:
    """The stems of the words that carry meaning in a text."""
    return frozenset(stem(word) for word in WORD.findall(text) if len(word) > 2 and not is_common(word))

"""Text made plain for the patterns of this package, and numbers written in words.

Documents are hostile: every pattern here repeats a bounded number of times over text of a bounded length.
"""

import re

LONGEST_QUOTE = 4000  # code points of one quote that are looked at
_PLAIN = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'", "\u00a0": " ", "–": "-", "—": "-", "‑": "-"})
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")

_ONES = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {word: n for n, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, start=2)}
_ORDINAL_ONES = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
)
_ORDINALS = {word: n for n, word in enumerate(_ORDINAL_ONES, start=1)} | {
    "twentieth": 20,
    "thirtieth": 30,
    "fortieth": 40,
    "fiftieth": 50,
    "ninetieth": 90,
}
_WORD = "|".join(sorted(_VALUES, key=len, reverse=True))
NUMBER = rf"(?:(?:{_WORD})(?:[ -](?:and )?(?:hundred|thousand|{_WORD})){{0,5}})"
ORDINAL = rf"(?:(?:(?:{'|'.join(_TENS)})[ -])?(?:{'|'.join(sorted(_ORDINALS, key=len, reverse=True))}))"


def plain(text: str) -> str:
    """At most the first LONGEST_QUOTE characters, on one line, with straight quotes and simple dashes."""
    cut = _INVISIBLE.sub("", text[:LONGEST_QUOTE]).translate(_PLAIN)
    return " ".join(cut.split())


def number(words: str) -> int | None:
    """The number that digits or words say: "12", "twenty-five", "one hundred and eighty"; None for other words."""
    words = words.strip().lower()
    if words.isascii() and words.isdigit():
        return int(words) if len(words) <= 9 else None
    total = part = 0
    parts = re.split(r"[ -]", words)
    if not words or len(parts) > 12:
        return None
    for word in parts:
        if word == "hundred":
            part = max(part, 1) * 100
        elif word == "thousand":
            total, part = total + max(part, 1) * 1000, 0
        elif word in _VALUES:
            part += _VALUES[word]
        elif word != "and":
            return None
    return total + part


def ordinal(words: str) -> int | None:
    """The number of "fifth", "twenty-first" or "25th"; None for other words."""
    words = words.strip().lower()
    digits = re.fullmatch(r"(\d{1,3}) ?(?:st|nd|rd|th)", words)
    if digits:
        return int(digits[1])
    tens, _, ones = words.replace(" ", "-").rpartition("-")
    if ones not in _ORDINALS:
        return None
    return _ORDINALS[ones] + (_VALUES.get(tens, 0) if tens else 0)

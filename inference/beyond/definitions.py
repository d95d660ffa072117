"""The words that a document gives a meaning of its own, and where. Knows one text's passages."""

import re
from collections.abc import Iterator, Sequence

_DEFINED = re.compile(
    r"[\"“](?P<term>[A-Z][\w’'&/-]{0,40}(?: [\w’'&/-]{1,40}){0,6})[\"”]\s*(?:\([^()]{0,60}\)\s*)?,?\s*"
    r"(?:shall mean|means?|shall have the meaning|has the (?:same )?meaning|have the meaning|refers? to|"
    r"(?:is|are) defined)\b"
)
_MOST = 400  # of one document
_SEEN = 400  # code points at the beginning of a passage in which it may define something

Defined = tuple[tuple[str, int], ...]


def defined_in(passages: Sequence[str]) -> Defined:
    """Each term a text defines with the number of the passage that does, the first one where several do."""
    found: dict[str, int] = {}
    for number, words in enumerate(passages):
        for each in _DEFINED.finditer(words[:_SEEN]):
            found.setdefault(each["term"], number)
    return tuple(found.items())[:_MOST]


def used_in(words: str, defined: Defined) -> Iterator[tuple[str, int]]:
    """Those of the defined terms that stand in these words, as whole words."""
    for term, passage in defined:
        at = words.find(term)
        while at >= 0:
            before, after = words[at - 1 : at], words[at + len(term) : at + len(term) + 1]
            if not before.isalnum() and not after.isalnum():
                yield term, passage
                break
            at = words.find(term, at + 1)

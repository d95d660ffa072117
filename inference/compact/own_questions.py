"""The answer to a firm's own question about one text: by what was learned of it where it fits, else by likeness.

With a head scores are chances: a passage is shown first from FOUND, folded from POSSIBLE. Below that the answer is
"unclear" with the nearest passages, since how often a head misses has not been measured either.
"""

import numpy as np

from inference.types import Head, Question

from .candidates import CutText
from .heads import chances, is_usable
from .similar import NEAREST, Found, Passages, alike, candidates_at, target_of

FOUND = 0.8  # from 0.7 up only seven in ten were right after 80 decisions, when clause types were asked so
POSSIBLE = 0.1
MOST_JUDGED = 50  # passages a head looks at in one document: those most like what is asked, or what was right


def answer_own(read: CutText, passages: Passages, question: Question) -> Found:
    """What a question found in one text; "unclear" or, by a head, "found", and never "not found"."""
    head = question.head
    if head is None or not is_usable(head, question):
        return alike(read, passages, question)
    return _by_head(read, passages, question, head)


def _by_head(read: CutText, passages: Passages, question: Question, head: Head) -> Found:
    target = target_of(question)
    chance, pull = chances(head, target, passages.vectors)
    judged = np.argsort(-np.where(passages.answers, pull, -np.inf), kind="stable")[:MOST_JUDGED]
    ranked = sorted(
        (int(row) for row in judged if passages.answers[row]), key=lambda row: (-chance[row], row)
    )
    quiet = [row for row in ranked if chance[row] >= FOUND]
    rest = [row for row in ranked[len(quiet) :] if chance[row] >= POSSIBLE]
    close = [] if quiet or rest else ranked[:NEAREST]
    shown, folded, nearest = (candidates_at(read, chance, rows) for rows in (quiet, rest, close))
    return Found("found" if quiet else "unclear", shown, folded, nearest, "chance")

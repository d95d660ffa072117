"""`python -m inference.evaluation.headed --data FOLDER`: questions no reader was trained for, by sections' headings.

A firm's own question is asked by a name and a definition of ours; what stands under a heading of that name is taken for
right. The heading itself is neither shown to the vectors nor offered as an answer. None of the questions is a clause
type, so the encoder has learned nothing of them; a right passage under another heading counts as wrong.
"""

import argparse
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference.compact.context import Floats
from inference.compact.segments import split
from inference.compact.similar import passage_vectors, word_vectors

from .cuad import Contract, load_contracts

QUESTIONS = {
    "force majeure": "Relief when an event beyond a party's control, such as war or fire, keeps it from performing.",
    "severability": "What happens to the rest of the document when one provision is invalid or cannot be enforced.",
    "notices": "How and where the parties must send notices to each other, and when they count as received.",
    "confidentiality": "The duty to keep information of the other party secret and not to disclose it.",
    "entire agreement": "That the document is the whole understanding and replaces all earlier agreements.",
    "counterparts": "That the document may be signed in several copies which together are one.",
    "waiver": "That not exercising a right does not give it up.",
    "indemnification": "Who must hold the other harmless against claims of third parties, losses and costs.",
    "independent contractors": "That the parties are not partners, agents or employees of each other.",
    "headings": "That titles of sections are for convenience and do not matter for interpretation.",
    "arbitration": "Disputes are decided by arbitrators instead of a court.",
    "payment": "When invoices have to be paid.",
}
Vectors = Callable[[Sequence[str]], Floats]
_HEADING = re.compile(
    r"[\W\d]{0,12}(?:ARTICLE|Article|SECTION|Section)?[\W\d]{0,12}([A-Za-z ,&/-]{4,45})[.:]?$"
)
_SHORT = 6  # words: whatever has fewer is no passage
_REACH = 4  # segments below a heading
_MOST = 60_000  # characters: longer contracts are left out, to be done in minutes


@dataclass(frozen=True)
class Asked:
    """One question about one contract: whether the best passage, and one of the best three, is under its heading."""

    question: str
    first: bool
    in_three: bool


def asked_of(contract: Contract, made: Vectors = passage_vectors) -> Iterator[Asked]:
    """Every question whose heading the contract has, with vectors made so."""
    texts = [contract.text[each.start : each.end] for each in split(contract.text)]
    under = {name: set(_under(texts, name)) for name in QUESTIONS}
    if not any(under.values()):
        return
    asked = made([f"{name}. {definition}" for name, definition in QUESTIONS.items()])
    scores = made([" ".join(text.split()) for text in texts]) @ asked.T
    scores[[len(text.split()) < _SHORT for text in texts]] = -1.0
    for column, name in enumerate(QUESTIONS):
        if under[name]:
            best = np.argsort(-scores[:, column], kind="stable")[:3]
            right = [int(row) in under[name] for row in best]
            yield Asked(name, right[0], any(right))


def _under(texts: Sequence[str], name: str) -> Iterator[int]:
    for row, text in enumerate(texts):
        heading = _HEADING.match(text.strip()) if len(text) < 60 else None
        if heading is None or name.removesuffix("ation").rstrip("s") not in heading[1].lower():
            continue
        for below in range(row + 1, min(row + 1 + _REACH, len(texts))):
            if len(texts[below].split()) < _SHORT and len(texts[below]) < 60:
                break
            yield below


def main() -> None:
    """Print how often the first passage, and one of the first three, was under the heading, for both vectors."""
    parser = argparse.ArgumentParser(prog="python -m inference.evaluation.headed", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with contracts.jsonl")
    parser.add_argument("--every", type=int, default=3, help="read every third contract")
    options = parser.parse_args()
    contracts = [one for one in load_contracts(options.data)[:: options.every] if len(one.text) <= _MOST]
    ways: dict[str, Vectors] = {"by words alone": word_vectors, "by words and encoder": passage_vectors}
    for words, made in ways.items():
        rows = [row for contract in contracts for row in asked_of(contract, made)]
        print(words)
        for name in (*QUESTIONS, ""):
            some = [row for row in rows if row.question == name or not name]
            if some:
                first, three = (
                    np.mean([getattr(row, part) for row in some]) for part in ("first", "in_three")
                )
                print(
                    f"  {name or 'all':24} {len(some):4d} asked, first right {first:.3f}, in three {three:.3f}"
                )


if __name__ == "__main__":
    main()

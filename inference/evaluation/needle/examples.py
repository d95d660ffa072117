"""What the stand-in learns from: case files and questions as the engine writes them, with the right answers.

Every question of a case file is a fork of it, as in the engine: it sees the case file and itself. Knows token ids.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from inference.engine.plain_tokens import CLOSE, OPEN
from inference.engine.prompt import CasePrompt, Template
from inference.types import Question

from .agreements import Agreements, asked_for, written

IGNORED = -100
_PAD = 0


@dataclass(frozen=True)
class Fork:
    """A question and its answer; `learned[n]` says whether the model chooses `ids[n]` itself."""

    ids: Sequence[int]
    learned: Sequence[bool]


@dataclass(frozen=True)
class Batch:
    """Rows of a case file, padded to `room` tokens, and `forks` forks of equal length after it.

    ids, positions, labels: [rows, room + forks * length]; hidden: [rows, 1, 1, room], -inf where nothing is.
    """

    ids: Tensor
    positions: Tensor
    labels: Tensor
    hidden: Tensor
    room: int
    forks: int


@dataclass(frozen=True)
class Shape:
    """How much is learned from at once: case files, clauses in each, questions about each, and how many are absent."""

    rows: int
    clauses: int
    questions: int
    absent: int


class Examples:
    """Draws examples in the words of one template."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._known: dict[str, list[int]] = {}

    def batch(self, draw: random.Random, shape: Shape) -> Batch:
        """Case files of about so many clauses; the same from the same state of `draw`."""
        least = max(2, shape.clauses // 2)
        rows = []
        for _ in range(shape.rows):
            clauses = draw.randint(least, shape.clauses)
            agreements = written(draw, clauses, documents=draw.randint(1, min(3, clauses)))
            prompt = self._template.case(agreements.case_file)
            rows.append((prompt, self._forks(draw, agreements, prompt, shape)))
        return _joined(rows)

    def _forks(
        self, draw: random.Random, agreements: Agreements, prompt: CasePrompt, shape: Shape
    ) -> list[Fork]:
        asked = draw.sample(agreements.clauses, min(shape.questions, len(agreements.clauses)))
        forks = []
        for clause in asked:
            passage = prompt.passage_at(clause.document_id, clause.start).number
            forks.append(self._found(asked_for(clause.name, draw.randrange(3)), clause.text, passage))
        for name in draw.sample(agreements.absent, shape.absent):
            forks.append(self._not_found(asked_for(name, draw.randrange(3))))
        return forks

    def _found(self, question: Question, text: str, passage: int) -> Fork:
        parts = [
            (self._template.question(question), False),
            (self._said("found")[:1], True),
            (self._said(f"{CLOSE}\nQuote: {OPEN}"), False),
            (self._template.plain.encode(f"{text}{CLOSE}"), True),
            (self._said(f"\nAt: {OPEN}{passage}{CLOSE}\nMore: {OPEN}"), False),
            (self._said("no"), True),
        ]
        return _fork(parts)

    def _not_found(self, question: Question) -> Fork:
        return _fork([(self._template.question(question), False), (self._said("not found")[:1], True)])

    def _said(self, words: str) -> list[int]:
        if words not in self._known:
            self._known[words] = self._template.plain.encode(words)
        return self._known[words]


def _fork(parts: Sequence[tuple[Sequence[int], bool]]) -> Fork:
    ids = [id for some, _ in parts for id in some]
    return Fork(ids, [learned for some, learned in parts for _ in some])


def _joined(rows: Sequence[tuple[CasePrompt, Sequence[Fork]]]) -> Batch:
    room = max(prompt.tokens for prompt, _ in rows)
    number = max(len(forks) for _, forks in rows)
    length = max(len(fork.ids) for _, forks in rows for fork in forks)
    ids = torch.full((len(rows), room + number * length), _PAD)
    positions = torch.zeros_like(ids)
    labels = torch.full_like(ids, IGNORED)
    hidden = torch.zeros(len(rows), 1, 1, room)
    for row, (prompt, forks) in enumerate(rows):
        ids[row, : prompt.tokens] = torch.tensor(prompt.token_ids)
        positions[row, :room] = torch.arange(room)
        hidden[row, ..., prompt.tokens :] = -torch.inf
        for place, fork in enumerate(forks):
            begun = room + place * length
            end = begun + len(fork.ids)
            ids[row, begun:end] = torch.tensor(fork.ids)
            positions[row, begun:end] = torch.arange(prompt.tokens, prompt.tokens + len(fork.ids))
            chosen = torch.tensor(fork.learned[1:])
            labels[row, begun : end - 1] = torch.where(chosen, ids[row, begun + 1 : end], IGNORED)
    return Batch(ids, positions, labels, hidden, room, number)

"""What the stand-in learns from: case files and questions as the engine writes them, with the right answers.

Every question of a case file is a fork of it, as in the engine: it sees the case file and itself. Knows token ids.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from inference.clause_types import load_clause_types
from inference.engine.plain_tokens import CLOSE, OPEN
from inference.engine.prompt import CasePrompt, Template
from inference.engine.script import STATES
from inference.types import Question

from .agreements import Agreements, asked_for, written

IGNORED = -100
_STATE, _BEGINNING = (
    6.0,
    4.0,
)  # what decides an answer counts for more than the words that are copied after it
_PAD = 0
_MOST_RIVALS = 12


@dataclass(frozen=True)
class Fork:
    """A question and its answer.

    `weights[n]` says how much `ids[n]` counts, 0 where the model does not choose it; `rivals[n]` are the other tokens
    that the engine would allow there, empty where that is nearly all of them.
    """

    ids: Sequence[int]
    weights: Sequence[float]
    rivals: Sequence[Sequence[int]]


@dataclass(frozen=True)
class Batch:
    """Rows of a case file, padded to `room` tokens, and `forks` forks of equal length after it.

    ids, positions, labels, weights: [rows, room + forks * length]; rivals: the same with a third size, -1 where none;
    hidden: [rows, 1, 1, room], -inf where nothing is.
    """

    ids: Tensor
    positions: Tensor
    labels: Tensor
    weights: Tensor
    rivals: Tensor
    hidden: Tensor
    room: int
    forks: int


@dataclass(frozen=True)
class Shape:
    """How much is learned from at once: case files, clauses in each at the most, questions with and without answer."""

    rows: int
    clauses: int
    found: int
    absent: int


class Examples:
    """Draws examples in the words of one template; no case file is longer than `longest` tokens."""

    def __init__(self, template: Template, vocabulary: Sequence[str], longest: int) -> None:
        self._template, self._longest = template, longest
        self._words = [word for word in vocabulary if word.isalpha() and word.islower()]
        self._known: dict[str, list[int]] = {}
        self._ids: dict[str, int] = template.plain.described["model"]["vocab"]
        self._pieces = {id: piece for piece, id in self._ids.items()}
        self._others = [Question("", each.name, each.definition, "text") for each in load_clause_types()]

    def batch(self, draw: random.Random, shape: Shape) -> Batch:
        """Case files of half to all of the clauses; the same from the same state of `draw`."""
        return _joined([self._row(draw, shape) for _ in range(shape.rows)])

    def _row(self, draw: random.Random, shape: Shape) -> tuple[CasePrompt, list[Fork]]:
        clauses = draw.randint(max(2, shape.clauses // 2), shape.clauses)
        documents = draw.randint(1, min(3, clauses))
        agreements = written(draw, clauses, documents, lambda text: self._changed(draw, text))
        prompt = self._template.case(agreements.case_file)
        if prompt.tokens > self._longest:
            return self._row(draw, shape)
        return prompt, self._forks(draw, agreements, prompt, shape)

    def _changed(self, draw: random.Random, text: str) -> str:
        """One clause in five with some of its words exchanged for any others, so that any word is learned to copy."""
        if draw.random() > 0.2:
            return text
        words = (draw.choice(self._words) if draw.random() < 0.3 else word for word in text[:-1].split(" "))
        return " ".join(words) + "."

    def _forks(
        self, draw: random.Random, agreements: Agreements, prompt: CasePrompt, shape: Shape
    ) -> list[Fork]:
        forks = []
        for clause in draw.sample(agreements.clauses, min(shape.found, len(agreements.clauses))):
            passage = prompt.passage_at(clause.document_id, clause.start).number
            forks.append(self._found(self._asked(draw, clause.name), clause.text, passage, prompt.token_ids))
        for name in draw.sample(agreements.absent, shape.absent):
            question = draw.choice(self._others) if draw.random() < 0.2 else self._asked(draw, name)
            forks.append(self._not_found(question))
        return forks

    def _asked(self, draw: random.Random, name: str) -> Question:
        """A question for a clause by its name, one in five under another title, as a free question has."""
        question = asked_for(name, draw.randrange(3))
        return question if draw.random() > 0.2 else replace(question, name=draw.choice(self._others).name)

    def _found(self, question: Question, text: str, passage: int, case_file: Sequence[int]) -> Fork:
        words = self._template.plain.encode(f"{text}{CLOSE}")
        first, *others = _rivals(words, case_file)
        rivals = [first]
        rivals += [[*some, *self._first_byte(id)] for id, some in zip(words[1:], others, strict=True)]
        return _fork(
            [
                (self._template.question(question), 0, []),
                self._state("found"),
                (self._said(f"{CLOSE}\nQuote: {OPEN}"), 0, []),
                (words[:2], _BEGINNING, rivals[:2]),
                (words[2:], 1, rivals[2:]),
                (self._said(f"\nAt: {OPEN}{passage}{CLOSE}\nMore: {OPEN}"), 0, []),
                (self._said("no"), 1, [self._said("yes")]),
            ]
        )

    def _not_found(self, question: Question) -> Fork:
        return _fork([(self._template.question(question), 0, []), self._state("not found")])

    def _state(self, said: str) -> "_Part":
        others = [self._said(state)[0] for state in STATES if state != said]
        return self._said(said)[:1], _STATE, [others]

    def _first_byte(self, id: int) -> list[int]:
        """The token of its first byte, where it has more: any word can also be spelled byte by byte."""
        piece = self._pieces[id]
        return [self._ids[piece[0]]] if len(piece) > 1 else []

    def _said(self, words: str) -> list[int]:
        if words not in self._known:
            self._known[words] = self._template.plain.encode(words)
        return self._known[words]


_Part = tuple[Sequence[int], float, Sequence[Sequence[int]]]


def _fork(parts: Sequence[_Part]) -> Fork:
    ids = [id for some, _, _ in parts for id in some]
    weights = [weight for some, weight, _ in parts for _ in some]
    rivals = [each for some, _, own in parts for each in (own or [()] * len(some))]
    return Fork(ids, weights, rivals)


def _rivals(words: Sequence[int], case_file: Sequence[int]) -> list[list[int]]:
    """For each word of a quote what else could come there: how the case file goes on elsewhere, or the end."""
    found: list[list[int]] = [[]]  # a quote may begin anywhere
    begun = [place for place, id in enumerate(case_file) if id == words[0]]
    for number in range(1, len(words)):
        nexts = dict.fromkeys(case_file[place + number] for place in begun if place + number < len(case_file))
        found.append([id for id in (*nexts, words[-1]) if id != words[number]][: _MOST_RIVALS - 1])
        begun = [
            place for place in begun if case_file[place + number : place + number + 1] == (words[number],)
        ]
    return found


def _joined(rows: Sequence[tuple[CasePrompt, Sequence[Fork]]]) -> Batch:
    room = max(prompt.tokens for prompt, _ in rows)
    number = max(len(forks) for _, forks in rows)
    length = max(len(fork.ids) for _, forks in rows for fork in forks)
    ids = torch.full((len(rows), room + number * length), _PAD)
    positions = torch.zeros_like(ids)
    labels = torch.full_like(ids, IGNORED)
    weights = torch.zeros(ids.shape)
    rivals = torch.full((*ids.shape, _MOST_RIVALS), -1)
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
            counts = torch.tensor(fork.weights[1:], dtype=torch.float32)
            weights[row, begun : end - 1] = counts
            for at, others in enumerate(fork.rivals[1:], start=begun):
                rivals[row, at, : len(others)] = torch.tensor(others)
            labels[row, begun : end - 1] = torch.where(counts > 0, ids[row, begun + 1 : end], IGNORED)
    return Batch(ids, positions, labels, weights, rivals, hidden, room, number)

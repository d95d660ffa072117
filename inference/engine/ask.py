"""Questions about one reading become answers, as they are finished. Knows no tensors, and no text but its own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from inference.types import CaseAnswer, Question

from .batch import Batch, Manner
from .decode import Bounds, Stopped, Why, decode
from .prompt import Template
from .reading import EngineReading
from .vocabulary import Vocabulary

Heard = Callable[[str, Sequence[int]], None]


class Unanswered(Exception):
    """The deadline came or somebody called it off: what was given before stands, these questions have no answer."""

    def __init__(self, why: Why, question_ids: tuple[str, ...]) -> None:
        super().__init__(f"{len(question_ids)} questions were left unanswered ({why}).")
        self.why, self.question_ids = why, question_ids


@dataclass(frozen=True)
class Asker:
    """One model's words, and how it is asked."""

    template: Template
    vocabulary: Vocabulary
    manner: Manner

    def ask(
        self, reading: EngineReading, questions: Sequence[Question], bounds: Bounds, heard: Heard
    ) -> Iterator[CaseAnswer]:
        """Each answer as soon as it lacks nothing; `heard` is told the tokens of every script.

        Raises Unanswered where the bounds were met before all were answered.
        """
        batch = Batch(reading, questions, self.template, self.manner)
        pens = self.vocabulary.pens(reading.quote)
        try:
            for finished in decode(reading.prefix, batch.waiting, pens, bounds):
                heard(finished.key, finished.tokens)
                yield from batch.take(finished)
        except Stopped as stopped:
            raise Unanswered(stopped.why, batch.unanswered) from None

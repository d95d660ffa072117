"""Questions about one reading become answers, as they are finished. Knows no tensors, and no text but its own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from inference.types import CaseAnswer, Question

from .batch import Among, Batch, Ending, Manner
from .decode import Asked, Bounds, Stopped, Why, decode
from .gathering import Gathering, News, nothing_new
from .prompt import Template
from .reading import EngineReading
from .vocabulary import Vocabulary

Heard = Callable[[str, Sequence[int]], None]


class Unanswered(Exception):
    """The deadline came, somebody called it off, or it was enough for now: what was given before stands.

    These questions have no answer; where it was enough they were never begun.
    """

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
        self,
        reading: EngineReading,
        questions: Sequence[Question],
        bounds: Bounds,
        heard: Heard,
        news: Callable[[], News] = nothing_new,
    ) -> Iterator[CaseAnswer]:
        """Each answer as soon as it lacks nothing; `heard` is told the tokens of every script.

        Raises Unanswered where the bounds were met, or it was enough, before all were answered.
        """

        def begin(questions: Sequence[Question], among: Among[Asked[Ending]]) -> Batch:
            return Batch(reading, questions, self.template, self.manner, among)

        gathering = Gathering(begin, questions, news)
        pens = self.vocabulary.pens(reading.quote)
        bounds = replace(bounds, between=gathering.look)
        try:
            for finished in decode(reading.prefix, gathering.waiting, pens, bounds):
                heard(finished.key, finished.tokens)
                yield from gathering.take(finished)
        except Stopped as stopped:
            raise Unanswered(stopped.why, gathering.unanswered) from None
        if gathering.left_out:
            raise Unanswered("enough", gathering.left_out)

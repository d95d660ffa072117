"""Questions about a matter, round by round: the likeliest passages are read again, then the next, until one answers.

What is found sends its question back to the families it stands in. Knows ranges and answers, not tensors or servers.
"""

from collections.abc import Iterator, Sequence
from typing import Generic

from inference.engine.ask import Unanswered
from inference.remote.errors import RemoteFailure
from inference.types import CaseAnswer, Question, ReadRange

from .choose import Chooser
from .effort import Asking, Effort
from .model import CaseReader, R, room_of
from .pending import Pending, Sitting, SoFar, passage_of, seat
from .reading import BeyondReading
from .remember import is_broken
from .search import Search
from .sheet import Counter, Sheet
from .sit import Sitter
from .together import together


class Rounds(Generic[R]):
    """One call of questions about one matter; what is not answered by its end stands in `so_far`, by question id."""

    def __init__(
        self,
        reader: CaseReader[R],
        reading: BeyondReading,
        questions: Sequence[Question],
        effort: Effort,
        asking: Asking,
        clause_types: Sequence[str] = (),
        so_far: dict[str, SoFar] | None = None,
    ) -> None:
        if len({question.id for question in questions}) != len(questions):
            raise ValueError("Two of the questions carry the same id.")
        self._reading, self._effort, self._asking = reading, effort, asking
        self._tokens = Counter(reader.count, reading.sources)
        self._room = room_of(reader.window, reader.profile.reason_tokens)
        self._sitter = Sitter(reader, reading, self._tokens, asking)
        self._chooser = Chooser(reading.memory, reading.sources, reading.relatives, self._tokens)
        self._so_far: dict[str, SoFar] = {} if so_far is None else so_far
        self._open = [
            Pending(self._begun(each), Search(reading.memory, each, clause_types)) for each in questions
        ]
        self._has_sat = False

    def answers(self) -> Iterator[CaseAnswer]:
        """Each answer once nothing further is to be read for it; raises Unanswered and what a server raises."""
        try:
            for number in range(self._effort.rounds):
                for sitting in self._next_best(number):
                    self._sit(sitting)
                    for each in sitting.pending:
                        each.so_far.looked = number + 1
                found = [each for each in self._open if each.is_found]
                self._go_back(found)
                yield from map(self._released, found)
            yield from map(self._released, list(self._open))
        except Unanswered as stopped:
            raise Unanswered(stopped.why, self._left) from None
        except RemoteFailure as failure:
            failure.question_ids = self._left
            raise

    def _begun(self, question: Question) -> SoFar:
        """How far a question is, where it is the one that was asked before."""
        known = self._so_far.get(question.id)
        if known is None or known.question != question:
            known = self._so_far[question.id] = SoFar(question)
        return known

    def _sit(self, sitting: Sitting) -> None:
        """Ask, unless others should have their turn; raises Unanswered and what the reader raises."""
        if self._has_sat and self._asking.is_enough():
            raise Unanswered("enough", self._left)
        self._has_sat = True
        self._sitter.sit(sitting)

    @property
    def _left(self) -> tuple[str, ...]:
        return tuple(each.question.id for each in self._open)

    def _released(self, settled: Pending) -> CaseAnswer:
        coverage = self._reading.coverage_with(settled.so_far.read, settled.so_far.rounds)
        answer = together(settled.question, settled.parts, self._reading.case_file, coverage)
        self._open.remove(settled)
        self._so_far.pop(settled.question.id, None)
        return answer

    def _next_best(self, number: int) -> list[Sitting]:
        """What one round reads: the best passages not read yet, of as many questions together as fit."""
        sittings: list[Sitting] = []
        for each in self._open:
            if each.so_far.looked > number or each.is_found:
                continue
            sheet = self._sheet()
            most = self._effort.passages << number
            chosen = self._chooser.choose(sheet, each.question, each.search.ranked(), each.so_far.read, most)
            if chosen or not each.parts:  # where there is nothing to be read, nothing is found in it
                seat(sittings, each, sheet)
        return sittings

    def _go_back(self, found: Sequence[Pending]) -> None:
        """Ask what was found again of each family it stands in, and of those that hold passages as like."""
        wanted: dict[tuple[str, ...], list[Pending]] = {}
        for each in found:
            for family in each.families(self._reading, self._effort.families):
                wanted.setdefault(family, []).append(each)
        for family, pending in wanted.items():
            for sitting in self._of_family(family, pending):
                self._sit(sitting)
                for each in sitting.pending:
                    each.families(self._reading, self._effort.families).remove(family)

    def _of_family(self, family: tuple[str, ...], pending: Sequence[Pending]) -> list[Sitting]:
        """The whole of a family where it fits; else what is quoted of it and its likeliest passages, read again.

        Beside passages of other families a model may have passed over them.
        """
        sources = [self._reading.sources[each] for each in family]
        whole = [ReadRange(each.id, 0, len(each.content)) for each in sources if each.content]
        sheet = self._sheet()
        if not any(is_broken(each.content) for each in sources) and sheet.takes(whole):
            return [Sitting(sheet, list(pending), family)]
        sittings: list[Sitting] = []
        for each in pending:
            sheet = self._sheet()
            quoted = [passage_of(self._reading, quote) for quote in each.quotes]
            has_all = sheet.takes(self._chooser.passage(*place) for place in quoted if place[0] in family)
            near = each.search.ranked(frozenset(family))
            self._chooser.choose(sheet, each.question, near, (), self._effort.passages)
            seat(sittings, each, sheet, family if has_all else ())
        return sittings

    def _sheet(self) -> Sheet:
        return Sheet(self._room, self._tokens, [], self._tokens.base)

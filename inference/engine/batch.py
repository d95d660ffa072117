"""The questions of one call on their way to answers. Knows words, offsets and what each answer still lacks.

An answer leaves when nothing is missing to it: what its script wrote, the second reading of each of its quotes, and
the days of the contract, where its value is counted from one.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from inference.answers.values import ANCHORS
from inference.clause_types import load_clause_types
from inference.doubts.examine import Examiner
from inference.doubts.weigh import DoubtedQuote, standing, weighed
from inference.types import AskUsage, CaseAnswer, CaseFile, CaseState, Doubt, Evidence, Question, Support
from inference.verify import verify_case_answer

from .decode import Asked, Finished
from .expense import Expense
from .prompt import Template
from .reading import EngineReading
from .script import Draft, DraftQuote, answer_script
from .support import ORDERS, SUPPORTS, Judgement, Shares, judgement_script, judgement_text, reason_against
from .typed import DATED, Derived, derive

Ending = Draft | Shares


class Keyed(Protocol):
    """What is put to a model, and the key that tells it from others."""

    @property
    def key(self) -> str: ...


Request = TypeVar("Request", bound=Keyed)

NOT_WHERE_IT_SAYS = "A quote does not stand where the reader says it does."
_STATES: dict[str, CaseState] = {"found": "found", "not found": "not_found", "unclear": "unclear"}
_DAYS = {known.name: known for known in load_clause_types() if known.name in ANCHORS}


@dataclass(frozen=True)
class Manner:
    """How a reader asks: tokens of a reason, whether quotes are read a second time, and the name it goes by."""

    reason_tokens: int
    second_reading: bool
    read_by: str


@dataclass(frozen=True)
class Spent:
    """What scripts cost: tokens chosen, seconds, and, where a server counts them, tokens sent and those it had kept."""

    chosen: int = 0
    seconds: float = 0.0
    prompted: int = 0
    cached: int | None = None

    def __add__(self, other: "Spent") -> "Spent":
        told = [each.cached for each in (self, other) if each.cached is not None]
        return Spent(
            self.chosen + other.chosen,
            self.seconds + other.seconds,
            self.prompted + other.prompted,
            sum(told) if told else None,
        )


class CaseReading(Protocol):
    """What is asked of a case file that was read, wherever its model runs."""

    case_file: CaseFile
    days: dict[str, tuple[Evidence, ...]]
    expense: Expense

    @property
    def total(self) -> int: ...

    @property
    def restored(self) -> int: ...

    @property
    def examiner(self) -> Examiner: ...

    def evidence(self, quote: DraftQuote) -> Evidence | None: ...

    def passage_number(self, evidence: Evidence) -> int: ...


@dataclass(frozen=True)
class Among(Generic[Request]):
    """Where an asking stands among others of the same reading: how its keys begin, and the queue that they share.

    `others` is how many of their questions are unanswered; an urgent one goes before all of them.
    """

    prefix: str = ""
    waiting: deque[Request] = field(default_factory=deque)
    others: int = 0
    is_urgent: bool = False


@dataclass
class _Answering:
    """One question and what is known of its answer; `judged` holds each quote's shares from the second reading."""

    question: Question
    is_asked: bool = True  # else it is about a day that values of others are counted from
    state: CaseState = "unclear"
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    against: str = ""
    judged: list[list[Shares]] = field(default_factory=list)
    quotes: tuple[DoubtedQuote, ...] = ()
    spent: Spent = Spent()

    @property
    def support(self) -> Support:
        """Whether a second reading judged what is quoted."""
        if not self.evidence:
            return ""
        return "checked" if self.judged else "unchecked"

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What rules hold against any of its quotes."""
        return tuple(dict.fromkeys(doubt for quote in self.quotes for doubt in quote.doubts))

    @property
    def is_judged(self) -> bool:
        """Whether each quote was judged in every order."""
        return all(len(shares) == len(ORDERS) for shares in self.judged)


class Answers(ABC, Generic[Request]):
    """`waiting` is what is to be asked; what comes of it is handed to `take`."""

    def __init__(
        self,
        reading: CaseReading,
        questions: Sequence[Question],
        manner: Manner,
        among: Among[Request] | None = None,
    ) -> None:
        among = among or Among()
        if len({question.id for question in questions}) != len(questions):
            raise ValueError("Two of the questions carry the same id.")
        self._reading, self._manner = reading, manner
        self._contents = {document.id: document.content for document in reading.case_file.documents}
        self._share = reading.expense.owed / max(1, len(questions) + among.others)
        self._days = dict(reading.days)
        self._open = {
            f"{among.prefix}day {q.id}": _Answering(q, is_asked=False)
            for q in _days_to_ask(questions, self._days)
        }
        self._open |= {f"{among.prefix}question {n}": _Answering(q) for n, q in enumerate(questions, start=1)}
        self._held: list[_Answering] = []
        self._judging: dict[str, tuple[str, int]] = {}
        self._unpaid = Spent()  # on days that no answer has paid for yet
        self.ids = frozenset(question.id for question in questions)
        self._left: tuple[str, ...] = ()  # that were not begun, and are not to be
        self.waiting = among.waiting
        first = [self._first(key, each.question) for key, each in self._open.items()]
        if among.is_urgent:
            self.waiting.extendleft(reversed(first))
        else:
            self.waiting.extend(first)

    @abstractmethod
    def _first(self, key: str, question: Question) -> Request:
        """A question as it is put to the model."""

    @abstractmethod
    def _second(self, key: str, words: str, order: Sequence[str]) -> Request:
        """The question turned round, about one quote, with the choices in one order."""

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The ids of the questions that have no answer yet."""
        left = (*self._held, *self._open.values())
        return self._left + tuple(each.question.id for each in left if each.is_asked)

    def knows(self, key: str) -> bool:
        """Whether what goes by this key was put to the model for one of these questions."""
        return key in self._open or key in self._judging

    def begin_no_more(self) -> None:
        """Let what has not begun be; a day that a value which has begun is counted from is asked all the same."""
        unbegun = {each.key for each in self.waiting} & self._open.keys()
        begun = [*self._held, *(each for key, each in self._open.items() if key not in unbegun)]
        if any(each.question.clause_type in DATED for each in begun):
            unbegun = {key for key in unbegun if self._open[key].question.clause_type not in ANCHORS}
        left = [self._open.pop(key) for key in [key for key in self._open if key in unbegun]]
        self._left += tuple(each.question.id for each in left if each.is_asked)
        going_on = [each for each in self.waiting if each.key not in unbegun]
        self.waiting.clear()
        self.waiting.extend(going_on)

    def take(self, finished: Finished[Ending]) -> Iterator[CaseAnswer]:
        """Put in what one script came to; gives the answers that lack nothing any more."""
        key, place = self._judging.pop(finished.key, (finished.key, 0))
        answering = self._open[key]
        answering.spent += Spent(finished.chosen, finished.seconds, finished.prompted, finished.cached)
        if isinstance(finished.result, Draft):
            self._settle(key, finished.result)
        else:
            answering.judged[place].append(finished.result)
        if answering.is_judged:
            del self._open[key]
            _weigh(answering)
            yield from self._release(answering)

    def _settle(self, key: str, draft: Draft) -> None:
        """Find the quotes' places; where all of them are found, have them read a second time."""
        answering = self._open[key]
        found = [self._reading.evidence(each) for each in draft.quotes]
        answering.state = _STATES[draft.state]
        answering.reason, answering.against = draft.reason, draft.against
        answering.evidence = tuple(
            {(e.document_id, e.start, e.end): e for e in found if e is not None}.values()
        )
        if None in found:
            answering.state, answering.reason = "unsupported", NOT_WHERE_IT_SAYS
        elif answering.state == "found" and answering.evidence:
            self._doubt(key)

    def _doubt(self, key: str) -> None:
        """Let rules look at each quote first; what they do not settle is read a second time, where the model can."""
        answering = self._open[key]
        examined = (self._reading.examiner.doubts(answering.question, each) for each in answering.evidence)
        answering.quotes = tuple(map(DoubtedQuote, answering.evidence, examined))
        left = weighed(answering.quotes, self._manner.second_reading)
        answering.state, answering.reason = left.state, left.reason or answering.reason
        answering.evidence = tuple(quote.evidence for quote in left.quotes)
        if left.state == "found" and self._manner.second_reading:
            answering.judged = [[] for _ in left.quotes]
            self.waiting.extendleft(reversed(list(self._second_reading(key))))

    def _second_reading(self, key: str) -> Iterator[Request]:
        """Each quote in each order of the choices; they go before other questions, so that answers leave early."""
        answering = self._open[key]
        for place, quote in enumerate(standing(answering.quotes)):
            passage = self._reading.passage_number(quote.evidence)
            for turn, order in enumerate(ORDERS, start=1):
                own = f"{key} quote {place + 1} order {turn}"
                self._judging[own] = (key, place)
                words = judgement_text(answering.question, quote.evidence.quote, passage, order, quote.doubts)
                yield self._second(own, words, order)

    def _release(self, answering: _Answering) -> Iterator[CaseAnswer]:
        """The answer, or, once the days of the contract are known, all those that waited for them."""
        name = answering.question.clause_type
        if name in ANCHORS and name not in self._days:
            self._days[name] = answering.evidence if answering.state == "found" else ()
        if not answering.is_asked:
            self._reading.days[answering.question.id] = self._days[answering.question.id]
            self._unpaid += answering.spent
        elif name in DATED:
            self._held.append(answering)
        else:
            yield self._answer(answering)
        if not any(each.question.clause_type in ANCHORS for each in self._open.values()):
            held, self._held = self._held, []
            yield from (self._answer(each) for each in held)

    def _answer(self, answering: _Answering) -> CaseAnswer:
        question = answering.question
        is_found = answering.state == "found"
        derived = (
            derive(question, answering.evidence, self._days, self._reading.case_file)
            if is_found
            else Derived()
        )
        answer = CaseAnswer(
            question_id=question.id,
            state=answering.state,
            value=derived.value,
            evidence=answering.evidence,
            reason=answering.reason,
            against=answering.against,
            usage=self._usage(answering),
            read_by=self._manner.read_by,
            premises=derived.premises,
            rule=derived.rule,
            support=answering.support,
            doubts=answering.doubts,
        )
        return verify_case_answer(answer, self._contents)

    def _usage(self, answering: _Answering) -> AskUsage:
        """What it cost; the first answer that is counted from a day pays for having asked it."""
        spent = answering.spent
        if answering.question.clause_type in DATED:
            spent, self._unpaid = spent + self._unpaid, Spent()
        read = spent.prompted or self._reading.total
        return AskUsage(
            prefill_tokens=read,
            prefill_seconds_share=self._reading.expense.pay(self._share),
            decode_tokens=spent.chosen,
            seconds=spent.seconds,
            cached_tokens=spent.cached,
            restored_tokens=self._reading.restored,
        )


class Batch(Answers[Asked[Ending]]):
    """Questions as scripts, for a model that runs here."""

    def __init__(
        self,
        reading: EngineReading,
        questions: Sequence[Question],
        template: Template,
        manner: Manner,
        among: Among[Asked[Ending]] | None = None,
    ) -> None:
        self._passages_of, self._template = reading.passages_of, template
        super().__init__(reading, questions, manner, among)

    def _first(self, key: str, question: Question) -> Asked[Ending]:
        script = answer_script(self._passages_of, self._manner.reason_tokens)
        return Asked(key, self._template.question(question), script)

    def _second(self, key: str, words: str, order: Sequence[str]) -> Asked[Ending]:
        return Asked(key, self._template.turn(words, "Judgement: "), judgement_script(order))


def _weigh(answering: _Answering) -> None:
    """Keep the quotes that the second reading says support the answer; without any it is unsupported."""
    if not answering.judged:
        return
    judgements = [Judgement.of(shares) for shares in answering.judged]
    supporting = tuple(
        evidence
        for evidence, judgement in zip(answering.evidence, judgements, strict=True)
        if judgement.verdict == SUPPORTS
    )
    if supporting:
        answering.evidence = supporting
    else:
        answering.state, answering.reason = "unsupported", reason_against(judgements)


def _days_to_ask(questions: Sequence[Question], known: dict[str, tuple[Evidence, ...]]) -> list[Question]:
    """The days that values of these questions are counted from, where nobody asks and nobody has asked for them."""
    asked = {question.clause_type for question in questions}
    if not asked & DATED:
        return []
    return [
        Question(name, day.name, day.definition, day.answer_type, name)
        for name, day in _DAYS.items()
        if name not in asked and name not in known
    ]

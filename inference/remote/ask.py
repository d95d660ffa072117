"""Questions about one reading become answers of a server's model, as they come. Knows words, not HTTP."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from inference.engine.ask import Unanswered
from inference.engine.batch import Among, Answers, Ending, Manner
from inference.engine.decode import Bounds, Stopped
from inference.engine.gathering import Gathering, News, nothing_new
from inference.engine.script import Draft
from inference.types import CaseAnswer, Question

from .client import Sent, Server
from .errors import RemoteFailure
from .exchange import Put, exchange
from .forms import CUT_OFF, NotInForm, answer_form, draft_of, judgement_form, shares_of
from .messages import Words
from .probe import Probed
from .profile import RemoteProfile
from .reading import RemoteReading
from .stream import Written
from .too_long import TooLongForServer

JUDGEMENT_TOKENS = 64
LEAST_TOKENS = 64  # of an answer
LETTERS_A_TOKEN = 2  # of a question, counted so that it is rather fewer


@dataclass(frozen=True)
class Asking:
    """How one server is asked: what the administrator decided, what was found out, and the words."""

    profile: RemoteProfile
    probed: Probed
    words: Words

    window: int | None = None

    def question(self, key: str, reading: RemoteReading, question: Question) -> Put[Ending]:
        """A question with the form of its answer."""
        asked, most = self.words.question(question), self.profile.reason_tokens
        form = self.probed.fields(answer_form(most))
        tokens = self._tokens(reading, asked)
        sent = Sent(reading.message, asked, form, tokens, self.profile.answer_seconds)
        return Put(key, sent, lambda written: _draft(written, most, self.probed.binds))

    def judgement(self, key: str, reading: RemoteReading, words: str, order: Sequence[str]) -> Put[Ending]:
        """The question turned round, about one quote, with the choices in one order."""
        asked = self.words.judgement(words, order)
        form = self.probed.fields(judgement_form(order))
        sent = Sent(reading.message, asked, form, JUDGEMENT_TOKENS, self.profile.answer_seconds)
        return Put(key, sent, lambda written: shares_of(written.text, order, self.probed.binds))

    def _tokens(self, reading: RemoteReading, asked: str) -> int:
        """How many an answer may take: some servers refuse a request that could grow beyond the window."""
        if self.window is None:
            return self.profile.answer_tokens
        left = self.window - reading.total - len(asked) // LETTERS_A_TOKEN
        return max(LEAST_TOKENS, min(self.profile.answer_tokens, left))


class RemoteAnswers(Answers[Put[Ending]]):
    """Questions as requests to a server."""

    def __init__(
        self,
        reading: RemoteReading,
        questions: Sequence[Question],
        asking: Asking,
        manner: Manner,
        among: Among[Put[Ending]] | None = None,
    ) -> None:
        self._of, self._asking = reading, asking
        super().__init__(reading, questions, manner, among)

    def _first(self, key: str, question: Question) -> Put[Ending]:
        return self._asking.question(key, self._of, question)

    def _second(self, key: str, words: str, order: Sequence[str]) -> Put[Ending]:
        return self._asking.judgement(key, self._of, words, order)


def ask(
    server: Server,
    reading: RemoteReading,
    questions: Sequence[Question],
    asking: Asking,
    manner: Manner,
    bounds: Bounds,
    news: Callable[[], News] = nothing_new,
) -> Iterator[CaseAnswer]:
    """Each answer as soon as it lacks nothing; raises Unanswered, or RemoteFailure with the questions left."""

    def begin(questions: Sequence[Question], among: Among[Put[Ending]]) -> RemoteAnswers:
        return RemoteAnswers(reading, questions, asking, manner, among)

    answers = Gathering(begin, questions, news)
    bounds = replace(bounds, between=answers.look)
    try:
        for finished in exchange(server, answers.waiting, bounds):
            yield from answers.take(finished)
    except Stopped as stopped:
        raise Unanswered(stopped.why, answers.unanswered) from None
    except (RemoteFailure, TooLongForServer) as failure:
        failure.question_ids = answers.unanswered
        raise
    if answers.left_out:
        raise Unanswered("enough", answers.left_out)


def _draft(written: Written, reason_tokens: int, is_bound: bool) -> Draft:
    """What was written of an answer; one that has no end, or is not in the form, is unclear and says so."""
    if written.is_cut:
        return Draft("unclear", reason=CUT_OFF)
    try:
        return draft_of(written.text, reason_tokens, is_bound)
    except NotInForm as failure:
        return Draft("unclear", reason=str(failure))

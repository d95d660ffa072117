"""The reader whose model runs on a server: reads case files and answers questions about them. Knows no HTTP."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from inference import engine
from inference.engine.batch import Manner
from inference.engine.decode import Bounds, Stopped
from inference.engine.gathering import News, nothing_new
from inference.engine.reading import LEAST_ROOM, Progress, never, silently
from inference.engine.trial import ENOUGH, trial_case_file
from inference.types import CaseAnswer, CaseFile, Fingerprint, Question

from .ask import Asking, ask
from .client import Sent, Server
from .connection import tls_of
from .endpoint import Access, LookUp, endpoints, look_up
from .errors import CalledOff, DoesNotBind, ServerGone
from .exchange import one
from .messages import Words
from .patience import Patience
from .probe import Probed, probe
from .profile import RemoteProfile
from .reading import RemoteReading
from .shown import Shown
from .stream import Written
from .too_long import TooLongForServer
from .trial import right_verdicts

# What of the engine shapes an answer here; the rest of it may change without making a server's answers others.
_SHARED = ("batch", "chat", "passages", "plain_tokens", "prompt", "script", "support", "trial", "typed")

_LETTERS_A_TOKEN = 3  # at the least, as English goes


class RemoteReader:
    """One model on one server, tried out; readings of many case files may be open at once."""

    def __init__(self, profile: RemoteProfile, server: Server, probed: Probed) -> None:
        self._profile, self._server, self._probed = profile, server, probed
        words = Words(Shown(profile.controls), profile.reason_tokens)
        self._asking = Asking(profile, probed, words, self.window)

    @classmethod
    def open(
        cls, profile: RemoteProfile, access: Access | None = None, *, look_up: LookUp = look_up
    ) -> "RemoteReader":
        """Check the address and try the server out; raises RemoteFailure, each with a sentence for people."""
        access = access or Access()
        tls, patience = tls_of(access.ca_file), Patience(profile.retries)
        gone: ServerGone | None = None
        for endpoint in endpoints(profile.base_url, access.allow, look_up):
            server = Server(endpoint, profile.model, access, patience, tls)
            try:
                probed = probe(server, profile.binding)
            except ServerGone as failure:
                gone = gone or failure
                continue
            _check_binds(profile, server, probed)
            return cls(profile, server, probed)
        raise gone or ServerGone("The server has no address.")

    @property
    def profile(self) -> RemoteProfile:
        """What the administrator decided."""
        return self._profile

    @property
    def binds(self) -> bool:
        """Whether the server holds its model to a form; where not, answers that miss it end as unclear."""
        return self._probed.binds

    @property
    def is_listed(self) -> bool:
        """Whether the server lists the model among those it serves."""
        return self._probed.is_listed

    @property
    def window(self) -> int | None:
        """How many tokens are read at once, as far as anybody told."""
        told = [each for each in (self._profile.window, self._probed.window) if each]
        return min(told) if told else None

    @property
    def read_by(self) -> str:
        """Where it is read: the profile's name, the model, host and port."""
        return f"{self._profile.name} ({self._profile.model} at {self._server.endpoint.name})"

    @property
    def fingerprint(self) -> Fingerprint:
        """What must be equal for two answers to be comparable, as far as a server lets anybody know.

        Of the weights it is the model's name and where it runs: who puts others behind the same name is not found out.
        """
        what = [self._profile.model, self._server.endpoint.name, self._server.endpoint.path]
        return Fingerprint(
            hashlib.sha256(json.dumps([*what, self._probed.binding]).encode()).hexdigest(), code_version()
        )

    @cached_property
    def judges(self) -> bool:
        """Whether the model can be trusted with a second reading: it was tried on clauses of ours, once."""
        try:
            return right_verdicts(self._server, self.begin(trial_case_file()), self._asking) >= ENOUGH
        except TooLongForServer:
            return False

    def count(self, case_file: CaseFile) -> int:
        """About how many tokens a case file takes, rather too many: only the server can count. Raises BrokenText."""
        return len(self.begin(case_file).message) // _LETTERS_A_TOKEN

    def begin(self, case_file: CaseFile) -> RemoteReading:
        """A reading of which the server knows nothing yet; raises BrokenText."""
        return RemoteReading(case_file, self._asking.words, self._take_in)

    def read(
        self, case_file: CaseFile, progress: Progress = silently, cancelled: Callable[[], bool] = never
    ) -> RemoteReading:
        """Have the server take a case file in; raises CaseFileTooLong, CalledOff and RemoteFailure."""
        reading = self.begin(case_file)
        reading.prefill(progress, cancelled)
        return reading

    def ask(
        self,
        reading: RemoteReading,
        questions: Sequence[Question],
        *,
        seconds: float | None = None,
        cancelled: Callable[[], bool] = never,
        second_reading: bool | None = None,
        news: Callable[[], News] = nothing_new,
    ) -> Iterator[CaseAnswer]:
        """Each answer as soon as it is finished, its quotes checked.

        `second_reading` asks the model whether the quotes support the answer; None leaves that to whether it can
        judge. Raises Unanswered, after what was finished, when `seconds` have passed or `cancelled` says so, and
        RemoteFailure, with the `question_ids` that are left, when the server fails. `news` is asked every moment who
        else joins or leaves, and whether it is enough for now.
        """
        if not reading.is_complete:
            raise ValueError("This case file was not read yet.")
        judges = self.judges if second_reading is None else second_reading
        manner = Manner(self._profile.reason_tokens, judges, self.read_by)
        deadline = None if seconds is None else time.monotonic() + seconds
        bounds = Bounds(self._profile.side_by_side, deadline=deadline, cancelled=cancelled)
        return ask(self._server, reading, questions, self._asking, manner, bounds, news)

    def _take_in(self, reading: RemoteReading, cancelled: Callable[[], bool]) -> tuple[Written, float]:
        """Send the beginning that all requests share, for one token; raises CaseFileTooLong."""
        sent = Sent(reading.message, "", {}, 1, self._profile.read_seconds)
        try:
            finished = one(self._server, sent, cancelled)
        except Stopped:
            raise CalledOff from None
        asked, room = finished.prompted, min(LEAST_ROOM, self._profile.answer_tokens)
        if self.window and asked + room > self.window:
            raise TooLongForServer(self._profile.name, asked, self.window, room)
        return finished.result, finished.seconds


def _check_binds(profile: RemoteProfile, server: Server, probed: Probed) -> None:
    if not probed.binds and profile.unbound == "refuse":
        raise DoesNotBind(
            f"{server.endpoint.name} does not hold its model to the form of an answer, though it was asked to. "
            'With unbound = "verify" in the profile it is used all the same: every quote is checked, and answers '
            "that are not in the form end as unclear."
        )


def code_version() -> str:
    """A short hash of the modules that make the messages and check what comes back."""
    digest = hashlib.sha256()
    shared = Path(engine.__file__).parent
    for path in (*sorted(Path(__file__).parent.glob("*.py")), *(shared / f"{name}.py" for name in _SHARED)):
        digest.update(path.name.encode() + path.read_bytes())
    return f"remote-{digest.hexdigest()[:12]}"

"""Makes the checks one after the other, so that whatever stops them leaves those that were made. Knows readers."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from inference.engine.plain_tokens import UnfitTokenizer
from inference.engine.profile import EngineProfile, ProfileError
from inference.engine.prompt import CaseFileTooLong
from inference.engine.reader import EngineReader
from inference.engine.step import UnsupportedAttention
from inference.evaluation.needle.intervals import NONE, Share
from inference.evaluation.needle.measure import Length, Wanted, measure, room
from inference.evaluation.needle.report import usual_lengths
from inference.types import CaseAnswer
from inference.verify import refusals

from .acceptance import ABSENT, CHECKS, KNOWN, LOADS, MEMORY, NEEDLE, QUOTES, SPEED, Acceptance, Check
from .contracts import Contract, contracts, is_right
from .memory import Watch
from .speed import Speed, timed

if TYPE_CHECKING:
    from inference.engine.loaded import LoadedModel

NEEDLE_BAR, DEPTH_BAR, ABSENT_BAR, KNOWN_BAR = 0.95, 0.85, 0.90, 0.85
_GIB = 1024**3

Say = Callable[[object], None]


@dataclass(frozen=True)
class Limits:
    """How much is tried: needles at each depth of each length, and seconds after which no longer one is begun."""

    needles: int = 10
    seconds: float = 1_800
    lengths: tuple[int, ...] = ()


class Accepting:
    """One acceptance as it is made; `result` can be asked for at any moment."""

    def __init__(self, profile: EngineProfile, limits: Limits, say: Say) -> None:
        self._profile, self._limits, self._say = profile, limits, say
        self._begun = time.monotonic()
        self._checks: dict[str, Check] = {}
        self._figures: dict[str, Any] = {}
        self._quotes = NONE
        self._loaded: LoadedModel | None = None

    def make(self) -> Acceptance:
        """Every check; stopped by the keyboard, what there is of them."""
        with suppress(KeyboardInterrupt):
            watch = Watch()
            reader = self._load()
            if reader is not None:
                self._needles(reader)
                self._known(reader)
                self._speed(reader)
                self._note(_exact(self._quotes))
                self._memory(watch)
        return self.result()

    def result(self) -> Acceptance:
        """What is known by now."""
        loaded = self._loaded
        checks = tuple(self._checks.get(name, Check(name, False, "not tried", "")) for name in CHECKS)
        return Acceptance(
            profile=self._profile.name,
            fingerprint=str(loaded.fingerprint) if loaded else "",
            window=loaded.window if loaded else 0,
            checks=checks,
            seconds=time.monotonic() - self._begun,
            complete=set(self._checks) == set(CHECKS),
            figures=self._figures,
        )

    def _load(self) -> EngineReader | None:
        from inference.engine.load import load

        begun = time.monotonic()
        try:
            self._loaded = load(self._profile, say=self._say)
            reader = EngineReader(self._loaded)
        except (ProfileError, UnfitTokenizer, UnsupportedAttention) as error:
            self._note(Check(LOADS, False, "does not load", "loads", str(error)))
            return None
        seconds = time.monotonic() - begun
        self._figures[LOADS] = {"seconds": round(seconds, 2)}
        self._note(Check(LOADS, True, f"{seconds:.1f} s", "loads"))
        return reader

    def _needles(self, reader: EngineReader) -> None:
        lengths = self._limits.lengths or usual_lengths(reader)
        wanted = Wanted(lengths, self._limits.needles, seconds=self._limits.seconds)
        found: list[Length] = []
        for length in measure(reader, wanted, self._say):
            found.append(length)
            self._figures[NEEDLE] = [each.json() for each in found]
            self._quotes += length.quotes
        whole = [length for length in found if length.complete]
        tried = ", ".join(f"{length.tokens:,}" for length in whole) or "none"
        left = [length for length in lengths if length not in {each.wanted for each in whole}]
        note = f"Tried at {tried} tokens, {self._limits.needles} at each of five depths."
        if left:
            note += f" There was no time for {', '.join(f'{length:,}' for length in left)}."
        self._note(_needle(whole, note))
        absent = sum((length.absent for length in whole), NONE)
        self._note(_bar(ABSENT, absent, ABSENT_BAR, "said not found"))

    def _known(self, reader: EngineReader) -> None:
        rows = []
        for number, contract in enumerate(contracts(), start=1):
            with suppress(CaseFileTooLong):  # its questions count as answered wrongly
                rows += list(self._asked(reader, contract))
            self._say(f"{number} of 20 contracts")
        asked = sum(len(contract.known) for contract in contracts())
        right = sum(row["right"] for row in rows)
        self._figures[KNOWN] = rows
        self._note(_bar(KNOWN, Share(right, asked), KNOWN_BAR, "right: state, quote and value"))

    def _asked(self, reader: EngineReader, contract: Contract) -> Iterator[dict[str, Any]]:
        reading = reader.read(contract.case_file)
        questions = [known.question for known in contract.known]
        answers = {answer.question_id: answer for answer in reader.ask(reading, questions)}
        self._quotes += _quotes(list(answers.values()), contract)
        for known in contract.known:
            answer = answers[known.question.id]
            yield {
                "question": known.question.id,
                "wanted": "found" if known.clause else "not_found",
                "state": answer.state,
                "right": is_right(known, answer),
            }

    def _speed(self, reader: EngineReader) -> None:
        tokens = max((row["tokens"] for row in self._figures[NEEDLE]), default=0) or room(reader)
        speed: Speed = timed(reader, tokens)
        self._figures[SPEED] = speed.json()
        self._note(Check(SPEED, None, str(speed), "no bar", speed.note))

    def _memory(self, watch: Watch) -> None:
        assert self._loaded is not None
        held = watch.held(self._loaded)
        self._figures[MEMORY] = {"peak": held.peak, "foreseen": held.foreseen, "beside": held.beside}
        figure = f"{held.peak / _GIB:.2f} GiB held at the most"
        bar = f"{held.foreseen / _GIB:.2f} GiB foreseen, a tenth and {held.beside / _GIB:.1f} GiB beside"
        self._note(Check(MEMORY, held.as_foreseen, figure, bar))

    def _note(self, check: Check) -> None:
        self._checks[check.name] = check
        self._say(f"{check.name}: {check.figure}")


def _needle(lengths: Sequence[Length], note: str) -> Check:
    """The worst length and the worst depth count."""
    shares = [length.right.share or 0.0 for length in lengths]
    depths = [cell.right / cell.asked for length in lengths for cell in length.depths if cell.asked]
    passed = bool(lengths) and min(shares) >= NEEDLE_BAR and min(depths) >= DEPTH_BAR
    figure = f"{min(shares):.1%} worst length, {min(depths):.0%} depth" if lengths else "no length in time"
    return Check(
        NEEDLE, passed, figure, f"{NEEDLE_BAR:.0%} at every length, {DEPTH_BAR:.0%} at every depth", note
    )


def _bar(name: str, share: Share, bar: float, what: str) -> Check:
    reached = share.share or 0.0
    low, high = share.interval
    note = f"{share.right} of {share.asked}; 95 % sure between {low:.1%} and {high:.1%}."
    return Check(name, reached >= bar, f"{reached:.1%} {what}", f"{bar:.0%}", note)


def _exact(quotes: Share) -> Check:
    figure = f"{quotes.right} of {quotes.asked}"
    return Check(QUOTES, quotes.asked > 0 and quotes.right == quotes.asked, figure, "all, and at least one")


def _quotes(answers: Sequence[CaseAnswer], contract: Contract) -> Share:
    """How many quotes are their document's words at their place."""
    contents = {document.id: document.content for document in contract.case_file.documents}
    quotes = [quote for answer in answers for quote in answer.evidence]
    return Share(len(quotes) - len(refusals(quotes, contents)), len(quotes))

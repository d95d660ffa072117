"""One language model a process, and what it has read, kept warm."""

import gc
import sys
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .cases import Case
from .errors import NotThere, UnfitReader
from .estimates import CHARACTERS_A_TOKEN
from .opening import in_our_words, open_whole_reader
from .sections import InSections, is_longer, reads_on
from .specs import ReaderSpec

SURELY_LONGER = 16  # characters for each token of a window: so long a case file is not counted first


class Held:
    """One model and what it has read: never more tokens than its window, which there is memory for.

    A reading belongs to one matter and one case file, and is found by both.
    """

    def __init__(self, spec: ReaderSpec) -> None:
        self.spec = spec
        self.reader: Any = open_whole_reader(spec)
        self.readings: OrderedDict[tuple[str, str, str], Any] = OrderedDict()

    def fingerprint(self, reading: Any) -> str:
        """What answers about a reading are compared by."""
        made = (reading if isinstance(reading, InSections) else self.reader).fingerprint
        return f"{made.weights}:{made.code}:{self.spec.reason_tokens}"

    def reading(self, case: Case) -> Any:
        key = (case.organization, case.matter, case.key)
        held = self.readings.get(key)
        if held is None or (isinstance(held, InSections) and held.by_clause_type != case.by_clause_type):
            reading = self._begin(case)
            self._make_room(reading)
            self.readings[key] = reading
        self.readings.move_to_end(key)
        return self.readings[key]

    def in_sections(self, case: Case, tokens: int) -> InSections:
        """The same case file, of about so many tokens, read in sections from now on."""
        key = (case.organization, case.matter, case.key)
        for own in [own for own, each in self.readings.items() if isinstance(each, InSections)]:
            del self.readings[own]  # one at a time: what it remembers lies on the disk too
        reading = self.readings[key] = InSections(self.reader, case, _case_file(case), tokens)
        return reading

    def make_room_for_sections(self) -> None:
        """Let go of what is read whole: sections take as much as a window while they stand before the model."""
        if self.spec.kind == "engine":
            for own in [own for own, each in self.readings.items() if not isinstance(each, InSections)]:
                del self.readings[own]

    def window(self, reading: Any) -> int:
        """How many tokens it takes at once; of a server that nobody told, as many as the case file has."""
        if isinstance(reading, InSections):
            return int(self.reader.window)
        if self.spec.kind == "remote":
            return int(self.reader.window or reading.total)
        return int(reading.total + reading.room)

    def _begin(self, case: Case) -> Any:
        """It is read in sections where it is longer than the window, and that is long enough for sections."""
        from inference.engine.prompt import CaseFileTooLong

        characters = sum(len(text.content) for text in case.texts)
        if reads_on(self.reader) and characters > SURELY_LONGER * self.reader.window:
            return self.in_sections(case, round(characters / CHARACTERS_A_TOKEN))
        try:
            reading = self.reader.begin(_case_file(case))
        except CaseFileTooLong as refusal:
            if reads_on(self.reader):
                return self.in_sections(case, refusal.asked)
            raise
        if self.spec.kind == "remote" and reads_on(self.reader) and is_longer(self.reader, reading):
            return self.in_sections(case, reading.total)
        return reading

    def _make_room(self, reading: Any) -> None:
        if isinstance(reading, InSections):
            return
        window = self.window(reading)
        whole = {own: each for own, each in self.readings.items() if not isinstance(each, InSections)}
        while whole and reading.total + sum(each.total for each in whole.values()) > window:
            oldest = next(iter(whole))
            del whole[oldest], self.readings[oldest]


def _case_file(case: Case) -> Any:
    from inference.types import CaseFile, SourceText

    return CaseFile(tuple(SourceText(text.id, text.content, text.language) for text in case.texts))


_held: dict[str, Held] = {}  # by kind: a server's model takes no memory beside one of this machine


def forget_cases(organization: str, matter: str) -> None:
    """Let go of all that this process has read of a matter."""
    for held in _held.values():
        for key in [key for key in held.readings if key[:2] == (organization, matter)]:
            del held.readings[key]


def close_whole_reader() -> None:
    """Let go of the models of this process and of all they have read."""
    for kind in list(_held):
        _close(kind)


def _close(kind: str) -> None:
    if _held.pop(kind, None) is not None and kind == "engine":
        gc.collect()
        if torch := sys.modules.get("torch"):
            torch.cuda.empty_cache()  # does nothing where there is no GPU


@contextmanager
def working_with(spec: ReaderSpec) -> Iterator[Held]:
    """The model of this process while it works, opened if it is another.

    Raises UnfitReader and NotThere; a server that failed is tried out anew before it is asked again.
    """
    held = _hold(spec)
    try:
        with in_our_words(spec):
            yield held
    except (NotThere, UnfitReader):
        if spec.kind == "remote":
            _close(spec.kind)
        raise


def _hold(spec: ReaderSpec) -> Held:
    held = _held.get(spec.kind)
    if held is None or held.spec != spec:
        _close(spec.kind)  # two models may not fit beside each other
        held = _held[spec.kind] = Held(spec)
    return held

"""One language model a process, and what it has read, kept warm."""

import gc
import sys
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from .cases import Case, Shelf
from .errors import NotThere, UnfitReader
from .half_asked import forget_all_half_asked, forget_half_asked, holds_half_asked
from .keeping import close_keeper, forget_kept, kept_cases, open_keeper, room_for_sections
from .opening import in_our_words, open_whole_reader
from .sections import InSections, is_longer, is_surely_longer, reads_on
from .specs import ReaderSpec


class Held:
    """One model and what it has read: that of this machine under budgets, that on a server for one window of tokens.

    A reading belongs to one matter and one case file, and is found by both.
    """

    def __init__(self, spec: ReaderSpec) -> None:
        self.spec = spec
        self.reader: Any = open_whole_reader(spec)
        self.keeper: Any = open_keeper(self.reader.loaded) if spec.kind == "engine" else None
        self.readings: OrderedDict[tuple[str, str, str], Any] = (
            OrderedDict()
        )  # on a server: they hold no tensors
        self.sections: dict[tuple[str, str, str], InSections] = {}  # one at most

    def fingerprint(self, reading: Any) -> str:
        """What answers about a reading are compared by."""
        made = (reading if isinstance(reading, InSections) else self.reader).fingerprint
        return f"{made.weights}:{made.code}:{self.spec.reason_tokens}"

    @contextmanager
    def using(self, case: Case) -> Iterator[Any]:
        """A case file's reading while it is begun, read or asked, in sections where it is longer than the window.

        Raises NoRoom, and CaseFileTooLong where the window is too short for sections, or not known.
        """
        known = self.sections.get(_key(case))
        with ExitStack() as stack:
            if known is not None and known.by_clause_type == case.by_clause_type:
                reading: Any = known
            elif is_surely_longer(self.reader, case):
                reading = self.in_sections(case, None)
            else:
                reading = self._whole_or_in_sections(case, stack)
            yield reading

    def in_sections(self, case: Case, tokens: int | None) -> InSections:
        """A case file, of about so many tokens, read in sections from now on; one at a time is held."""
        self.sections.clear()
        reading = self.sections[_key(case)] = InSections(self.reader, case, _case_file(case), tokens)
        return reading

    def room_for_sections(self, case: Case) -> AbstractContextManager[None]:
        """What a window takes, while sections stand before a model of this machine; raises NoRoom."""
        return room_for_sections(self.keeper, _key(case)[:2])

    def _whole_or_in_sections(self, case: Case, stack: ExitStack) -> Any:
        from inference.engine.prompt import CaseFileTooLong

        try:
            return stack.enter_context(self._whole(case))
        except CaseFileTooLong as refusal:
            if not reads_on(self.reader):
                raise
            return self.in_sections(case, refusal.asked)

    @contextmanager
    def _whole(self, case: Case) -> Iterator[Any]:
        if self.keeper is None:
            yield self._on_a_server(_key(case), case)
        else:
            with self.keeper.using(_key(case), lambda: self._begin(case)) as reading:
                yield reading

    def _on_a_server(self, key: tuple[str, str, str], case: Case) -> Any:
        reading = self.readings.pop(key, None)  # taken out: another thread may forget the matter at any time
        if reading is None:
            reading = self._begin(case)
            self._make_room(reading)
        self.readings[key] = reading
        return reading

    def window(self, reading: Any) -> int:
        """How many tokens it takes at once; of a server that nobody told, as many as the case file has."""
        if isinstance(reading, InSections):
            return int(self.reader.window)
        if self.spec.kind == "remote":
            return int(self.reader.window or reading.total)
        return int(reading.total + reading.room)

    def _begin(self, case: Case) -> Any:
        from inference.engine.prompt import CaseFileTooLong

        reading = self.reader.begin(_case_file(case))
        if self.keeper is None and is_longer(self.reader, reading):
            raise CaseFileTooLong(reading.total, self.reader.window, 0)
        if case.shelf is not None and self.keeper is not None:
            _save_on(case.shelf, reading)
        return reading

    def _make_room(self, reading: Any) -> None:
        window = self.window(reading)
        while others := list(self.readings.items()):
            if reading.total + sum(each.total for _, each in others) <= window:
                break
            self.readings.pop(others[0][0], None)


def _key(case: Case) -> tuple[str, str, str]:
    return case.organization, case.matter, case.key


def _case_file(case: Case) -> Any:
    from inference.types import CaseFile, SourceText

    return CaseFile(tuple(SourceText(text.id, text.content, text.language) for text in case.texts))


def _save_on(shelf: Shelf, reading: Any) -> None:
    from inference.engine.saved.keys import ReadingKey
    from inference.engine.saved.saved_readings import SavedReadings

    reading.keep_in(SavedReadings(shelf.folder, ReadingKey(shelf.key)))


_held: dict[str, Held] = {}  # by kind: a server's model takes no memory beside one of this machine


def forget_cases(organization: str, matter: str, key: str | None = None) -> None:
    """Let go of all that this process has read of a matter, or of one case file, pinned or not.

    What lies on its shelf stays there.
    """
    forget_kept(organization, matter, key)
    forget_half_asked(organization, matter, key)
    for held in list(_held.values()):  # copies, for the worker may change them meanwhile
        for mine in (held.readings, held.sections):
            for own in [own for own in list(mine) if own[:2] == (organization, matter)]:
                if key in {None, own[2]}:
                    mine.pop(own, None)


def holds_cases(organization: str, matter: str) -> bool:
    """Whether this process has anything in memory that it read of a matter."""
    own = (organization, matter)
    if any((each.organization, each.matter) == own for each in kept_cases() if each.place != "disk"):
        return True
    held = [
        key for each in list(_held.values()) for mine in (each.readings, each.sections) for key in list(mine)
    ]
    return holds_half_asked(*own) or any(key[:2] == own for key in held)


def close_whole_reader() -> None:
    """Let go of the models of this process and of all they have read."""
    for kind in list(_held):
        _close(kind)
    forget_all_half_asked()


def _close(kind: str) -> None:
    if _held.pop(kind, None) is not None and kind == "engine":
        close_keeper()
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

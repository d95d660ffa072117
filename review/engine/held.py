"""One language model a process, and what it has read, kept warm."""

import gc
import sys
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .cases import Case, Shelf
from .errors import NotThere, UnfitReader
from .keeping import close_keeper, forget_kept, open_keeper
from .opening import in_our_words, open_whole_reader
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

    @property
    def fingerprint(self) -> str:
        made = self.reader.fingerprint
        return f"{made.weights}:{made.code}:{self.spec.reason_tokens}"

    @contextmanager
    def using(self, case: Case) -> Iterator[Any]:
        """A case file's reading while it is begun, read or asked; raises NoRoom and CaseFileTooLong."""
        key = (case.organization, case.matter, case.key)
        if self.keeper is None:
            yield self._on_a_server(key, case)
        else:
            with self.keeper.using(key, lambda: self._begin(case)) as reading:
                yield reading

    def _on_a_server(self, key: tuple[str, str, str], case: Case) -> Any:
        if key not in self.readings:
            reading = self._begin(case)
            self._make_room(reading)
            self.readings[key] = reading
        self.readings.move_to_end(key)
        return self.readings[key]

    def window(self, reading: Any) -> int:
        """How many tokens it takes at once; of a server that nobody told, as many as the case file has."""
        if self.spec.kind == "remote":
            return int(self.reader.window or reading.total)
        return int(reading.total + reading.room)

    def _begin(self, case: Case) -> Any:
        from inference.types import CaseFile, SourceText

        documents = tuple(SourceText(text.id, text.content, text.language) for text in case.texts)
        reading = self.reader.begin(CaseFile(documents))
        if case.shelf is not None and self.keeper is not None:
            _save_on(case.shelf, reading)
        return reading

    def _make_room(self, reading: Any) -> None:
        window = self.window(reading)
        while self.readings and reading.total + sum(each.total for each in self.readings.values()) > window:
            self.readings.popitem(last=False)


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
    for held in _held.values():
        for own in [own for own in held.readings if own[:2] == (organization, matter)]:
            if key in {None, own[2]}:
                del held.readings[own]


def close_whole_reader() -> None:
    """Let go of the models of this process and of all they have read."""
    for kind in list(_held):
        _close(kind)


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

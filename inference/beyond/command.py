"""What `python -m inference ask` does with a case file that is longer than the model's window. Writes to people."""

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from inference.compact.reader import CompactReader
from inference.engine.saved.keys import ReadingKey
from inference.types import CaseAnswer, CaseFile, Question

from .folder import MemoryFolder
from .model import CaseReader
from .reader import BeyondReader

SENTENCE = (
    "This case file is longer than the model reads at once. All of its passages are compared with each question, and "
    "those that are most like it are read again by the model; each answer says how much that was."
)
_EVERY = 5.0  # seconds between two lines about progress


def ask_beyond(
    reader: CaseReader[Any],
    case_file: CaseFile,
    questions: Sequence[Question],
    *,
    memory: tuple[Path, ReadingKey] | None,
    seconds: float | None,
    second_reading: bool | None,
) -> Iterator[CaseAnswer]:
    """Each answer with its coverage; `memory` is where passages stay remembered, sealed. Raises what `ask` does."""
    print(SENTENCE, file=sys.stderr)
    compact = CompactReader.open() if any(each.clause_type for each in questions) else None
    beyond = BeyondReader(reader, compact=compact)
    kept = MemoryFolder(*memory, case_file) if memory else None
    reading = beyond.begin(case_file, kept)
    keep = kept.keep if kept is not None else lambda document_id, made: None
    reading.prefill(_Telling(), keep=keep, pieces=kept)
    if kept is not None:
        _tell_of(kept)
    held = reading.coverage
    print(
        f"Remembered {held.documents_searched:,} of {held.documents:,} documents, {held.characters_searched:,} of "
        f"{held.characters:,} characters.",
        *(f"{each}: its language or its characters cannot be searched." for each in held.unreadable),
        sep="\n",
        file=sys.stderr,
    )
    yield from beyond.ask(reading, questions, seconds=seconds, second_reading=second_reading)


def _tell_of(kept: MemoryFolder) -> None:
    """Say what was not taken from the folder, and what could not be put there."""
    said = [*dict.fromkeys(kept.refusals), kept.trouble]
    if others := kept.sealed_otherwise:
        said.append(f"{others:,} of the memories there were sealed with another key and were not opened.")
    for sentence in filter(None, said):
        print(sentence, file=sys.stderr)


class _Telling:
    """Says now and then how far it is."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._last >= _EVERY:
            self._last = time.monotonic()
            print(f"Remembered {done:,} of {total:,} characters.", file=sys.stderr)

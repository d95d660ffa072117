"""`python -m inference read`: text files in, one JSON line a candidate out."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from .compact.reader import CompactReader
from .compact.weights import BadWeights
from .types import CaseFile, Evidence, SourceText
from .verify import verify_evidence


class UnreadableFile(Exception):
    """The file cannot be read; the message says why in one sentence."""


def read_files(files: Sequence[Path], out: Path | None, weights: Path | None) -> int:
    """Read every file that can be read; 1 when one could not be, 2 when nothing could be started."""
    try:
        reader = CompactReader.open(weights)
        with ExitStack() as stack:
            lines = stack.enter_context(out.open("w", encoding="utf-8", newline="\n")) if out else sys.stdout
            return _read_each(reader, files, lines)
    except BrokenPipeError:
        return 2  # whoever read our lines has gone
    except BadWeights as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename}: {_cause(error)}", file=sys.stderr)
    return 2


def _read_each(reader: CompactReader, files: Sequence[Path], lines: TextIO) -> int:
    failed = 0
    for file in files:
        try:
            content = read_content(file)
        except UnreadableFile as error:
            print(error, file=sys.stderr)
            failed = 1
            continue
        for row in candidate_rows(reader, str(file), content):
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    return failed


def read_content(file: Path) -> str:
    """The file's text without any change to its line ends; raises UnreadableFile."""
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"{file}: this is not UTF-8 text (byte {error.start}); it was not read."
        ) from error
    except OSError as error:
        raise UnreadableFile(f"{file}: {_cause(error)} It was not read.") from error


def candidate_rows(reader: CompactReader, name: str, content: str) -> Iterator[dict[str, object]]:
    """One row a candidate, clause type by clause type, best first; each quote checked against the text."""
    reading = reader.read(CaseFile((SourceText(name, content),)))
    contents = {name: content}
    for text in reading.read:
        if text is not None:
            for clause_type, each in reader.all_candidates(text):
                found = Evidence(name, each.start, each.end, content[each.start : each.end], each.score)
                verify_evidence(found, contents)
                yield {
                    "file": name,
                    "clause_type": clause_type,
                    "start": each.start,
                    "end": each.end,
                    "quote": found.quote,
                    "score": round(each.score, 6),
                }


def _cause(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "there is no such file."
        case IsADirectoryError():
            return "this is a folder, not a file."
        case PermissionError():
            return "there is no permission to open it."
    return f"the system refused it ({error.strerror})."

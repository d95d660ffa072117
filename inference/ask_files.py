"""`python -m inference ask`: a profile, text files and questions in, one JSON line an answer out."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from .read_files import UnreadableFile, read_content
from .types import CaseFile, Question, SourceText

if TYPE_CHECKING:
    from .engine.profile import EngineProfile
    from .engine.reader import EngineReader
    from .engine.reading import EngineReading
    from .engine.record import Record
    from .engine.saved.keys import ReadingKey
    from .engine.saved.saved_readings import SavedReadings
    from .remote.endpoint import Access
    from .remote.profile import RemoteProfile
    from .remote.reader import RemoteReader


class BadQuestions(ValueError):
    """The file of questions cannot be used; the sentence says where it goes wrong."""


@dataclass(frozen=True)
class AskOptions:
    """What the command line was given; `record` and `replay` exclude each other.

    `allow` and `ca_file` are for a model on a server. `key_file` holds the key that it wants, or that under which a
    model of this machine saves what it reads in the folder `readings`; `memory` keeps, under the same key, what is
    remembered of a case file that is longer than the model's window. For a server `memory_key_file` holds that key.
    """

    profile: Path
    case: Sequence[Path]
    questions: Path | None
    out: Path | None = None
    record: Path | None = None
    replay: Path | None = None
    seconds: float | None = None
    second_reading: bool | None = None
    allow: Sequence[str] = ()
    key_file: Path | None = None
    ca_file: Path | None = None
    readings: Path | None = None
    memory: Path | None = None
    memory_key_file: Path | None = None


def ask_files(options: AskOptions) -> int:
    """Answer every question; 1 when some were left unanswered or a replay differs, 2 when nothing could be started."""
    from .engine.ask import Unanswered
    from .engine.plain_tokens import BrokenText, UnfitTokenizer
    from .engine.profile import EngineProfile, ProfileError
    from .engine.prompt import CaseFileTooLong
    from .engine.record import BadRecord
    from .engine.saved.keys import BadKey
    from .engine.step import UnsupportedAttention
    from .remote.errors import RemoteFailure

    try:
        case_file = load_case_file(options.case)
        profile = load_profile(options.profile)
        if not isinstance(profile, EngineProfile):
            return _ask_server(options, profile, case_file)
        if options.replay:
            return _replay(options, profile, case_file)
        assert options.questions is not None
        return _ask(options, profile, case_file, load_questions(options.questions))
    except (Unanswered, BadRecord) as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 2  # whoever read our lines has gone
    except (
        UnreadableFile,
        BadKey,
        BadQuestions,
        ProfileError,
        UnfitTokenizer,
        UnsupportedAttention,
        BrokenText,
        CaseFileTooLong,
        RemoteFailure,
    ) as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename}: the system refused it ({error.strerror}).", file=sys.stderr)
    return 2


def load_profile(path: Path) -> "EngineProfile | RemoteProfile":
    """The profile in a TOML file: of a model on a server where it says `kind = "remote"`; raises ProfileError."""
    from .engine.profile import EngineProfile, ProfileError
    from .remote.profile import RemoteProfile, toml_values

    try:
        kind = toml_values(path).get("kind", "engine")
    except ProfileError as error:
        raise ProfileError(f"{path.name}: {error}") from None
    if kind not in ("engine", "remote"):
        raise ProfileError(f'{path.name}: kind is {kind!r}; it can be "engine" or "remote".')
    return (RemoteProfile if kind == "remote" else EngineProfile).from_toml(path)


def load_case_file(files: Sequence[Path]) -> CaseFile:
    """The files in the order given, each under the name it was given by; raises UnreadableFile."""
    twice = sorted({str(file) for file in files if files.count(file) > 1})
    if twice:
        raise UnreadableFile(f"{twice[0]}: this file was given twice; nothing was read.")
    return CaseFile(tuple(SourceText(str(file), read_content(file)) for file in files))


def load_questions(file: Path) -> tuple[Question, ...]:
    """A JSON list of objects with id, name, definition, answer_type and perhaps clause_type; raises BadQuestions."""
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise BadQuestions(f"{file}: the questions could not be read.") from None
    except ValueError:
        raise BadQuestions(f"{file}: this is not JSON.") from None
    if not isinstance(rows, list) or not rows:
        raise BadQuestions(f"{file}: the questions must be a list with at least one.")
    questions = tuple(_question(file, number, row) for number, row in enumerate(rows, start=1))
    if len({question.id for question in questions}) < len(questions):
        raise BadQuestions(f"{file}: two of the questions carry the same id.")
    return questions


def _question(file: Path, number: int, row: Any) -> Question:
    needed = ("id", "name", "definition", "answer_type")
    if not isinstance(row, dict):
        raise BadQuestions(f"{file}: question {number} is not an object.")
    for name in needed:
        if not isinstance(row.get(name), str) or not (row[name].strip() or name == "definition"):
            raise BadQuestions(f"{file}: question {number} lacks its {name}, in words.")
    clause_type = row.get("clause_type")
    if clause_type is not None and not isinstance(clause_type, str):
        raise BadQuestions(f"{file}: the clause_type of question {number} must be words.")
    return Question(**{name: row[name] for name in needed}, clause_type=clause_type)


def _ask_server(options: AskOptions, profile: "RemoteProfile", case_file: CaseFile) -> int:
    """Ask a model on a server; nothing of it can be recorded, since it need not write the same bytes again."""
    from .engine.lines import answer_line
    from .engine.profile import ProfileError
    from .engine.prompt import CaseFileTooLong
    from .reader import open_reader

    if options.record or options.replay or options.questions is None:
        raise ProfileError(
            f"{options.profile.name}: answers of a server cannot be recorded or replayed, since it need not write "
            "the same again."
        )
    if options.readings:
        raise ProfileError(
            f"{options.profile.name}: a server keeps what it reads itself; leave --readings out."
        )
    questions = load_questions(options.questions)
    memory = _memory(options, is_server=True)
    reader = open_reader(profile, _access(options))
    print(f"Reading with {reader.read_by}.", file=sys.stderr)
    try:
        reading = reader.read(case_file, progress=_show)
    except CaseFileTooLong:
        return _ask_beyond(options, reader, case_file, questions, memory)
    with _lines(options.out) as lines:
        for answer in reader.ask(
            reading, questions, seconds=options.seconds, second_reading=options.second_reading
        ):
            lines.write(answer_line(answer))
            lines.flush()
    return 0


def _ask_beyond(
    options: AskOptions,
    reader: "EngineReader | RemoteReader",
    case_file: CaseFile,
    questions: tuple[Question, ...],
    memory: "tuple[Path, ReadingKey] | None",
) -> int:
    """Ask about a case file that is longer than the model's window; each answer says how much was read again."""
    from .beyond.command import ask_beyond
    from .engine.lines import answer_line
    from .engine.profile import ProfileError

    if options.record:
        raise ProfileError(
            f"{options.profile.name}: this case file is longer than the model reads at once, and answers about such a "
            "one cannot be recorded."
        )
    answers = ask_beyond(
        reader,
        case_file,
        questions,
        memory=memory,
        seconds=options.seconds,
        second_reading=options.second_reading,
    )
    with _lines(options.out) as lines:
        for answer in answers:
            lines.write(answer_line(answer))
            lines.flush()
    return 0


def _access(options: AskOptions) -> "Access":
    """Which servers may be talked to and with which key; raises ProfileError."""
    from .engine.profile import ProfileError
    from .remote.endpoint import Access

    try:
        key = options.key_file.read_text(encoding="ascii").strip() if options.key_file else ""
    except (OSError, UnicodeDecodeError):
        raise ProfileError(f"{options.key_file}: the key could not be read.") from None
    return Access(tuple(options.allow), key, options.ca_file)


def _ask(
    options: AskOptions, profile: "EngineProfile", case_file: CaseFile, questions: tuple[Question, ...]
) -> int:
    from .engine.lines import answer_line
    from .engine.prompt import CaseFileTooLong
    from .reader import open_reader

    readings, memory = _saved_readings(options), _memory(options, is_server=False)
    reader = open_reader(profile)
    try:
        reading = _read(reader, case_file, readings)
    except CaseFileTooLong:
        return _ask_beyond(options, reader, case_file, questions, memory)
    second_reading = reader.judges if options.second_reading is None else options.second_reading
    record = new_record(reader, case_file, questions, second_reading)
    with _lines(options.out) as lines:
        try:
            for answer in reader.ask(
                reading, questions, seconds=options.seconds, second_reading=second_reading, heard=record.hear
            ):
                record.keep(answer)
                lines.write(answer_line(answer))
                lines.flush()
        finally:
            if options.record:
                record.save(options.record)
    return 0


def _replay(options: AskOptions, profile: "EngineProfile", case_file: CaseFile) -> int:
    """Ask a recorded batch again and write its answers; the same bytes as then, or a sentence about the difference."""
    from .engine.lines import answer_line
    from .engine.record import BadRecord, case_file_hash, load_record, replayed
    from .reader import open_reader

    assert options.replay is not None
    record = load_record(options.replay)
    if record.case_file != case_file_hash(case_file):
        raise BadRecord(f"{options.replay.name} was recorded about another case file.")
    readings = _saved_readings(options)
    reader = open_reader(profile)
    reading = _read(reader, case_file, readings)
    again = new_record(reader, case_file, record.questions, record.second_reading)
    if (again.fingerprint, again.reason_tokens) != (record.fingerprint, record.reason_tokens):
        raise BadRecord(
            f"{options.replay.name} was recorded with another model, or by another version of this program."
        )
    if again.side_by_side != record.side_by_side:
        raise BadRecord(f"{options.replay.name} was recorded with side_by_side = {record.side_by_side}.")
    answers = list(
        reader.ask(reading, record.questions, second_reading=record.second_reading, heard=again.hear)
    )
    written = [answer_line(answer) for answer in replayed(record, again, answers)]
    with _lines(options.out) as lines:
        lines.writelines(written)
    return 0


def new_record(
    reader: "EngineReader", case_file: CaseFile, questions: tuple[Question, ...], second_reading: bool
) -> "Record":
    """A record of a batch that has not begun."""
    from .engine.record import Record, case_file_hash, values_version

    return Record(
        case_file=case_file_hash(case_file),
        fingerprint=f"{reader.fingerprint.code}+{reader.fingerprint.weights}+{values_version()}",
        side_by_side=reader.profile.side_by_side,
        reason_tokens=reader.profile.reason_tokens,
        second_reading=second_reading,
        questions=questions,
    )


def _read(reader: "EngineReader", case_file: CaseFile, readings: "SavedReadings | None") -> "EngineReading":
    reading = reader.begin(case_file)
    if readings is not None:
        reading.keep_in(readings)
    restorable = reading.saved.tokens if reading.saved else 0
    reading.prefill(lambda done, total: _show(done, total, "Restored" if done <= restorable else "Read"))
    if reading.saved:
        for said in filter(None, [*map(str, reading.saved.refusals), reading.saved.trouble]):
            print(said, file=sys.stderr)
    if reading.kept_mass:
        print(reading.kept_mass.sentence, file=sys.stderr)
    return reading


def _saved_readings(options: AskOptions) -> "SavedReadings | None":
    """Where the case file is saved; raises BadKey."""
    from .engine.saved.keys import BadKey, ReadingKey
    from .engine.saved.saved_readings import SavedReadings

    if options.readings is None:
        return None
    if options.key_file is None:
        raise BadKey("Saved readings are as secret as the texts: --readings needs a key in --key-file.")
    return SavedReadings(options.readings, ReadingKey.from_file(options.key_file))


def _memory(options: AskOptions, *, is_server: bool) -> "tuple[Path, ReadingKey] | None":
    """Where a long case file stays remembered, and under which key; raises BadKey."""
    from .engine.saved.keys import BadKey, ReadingKey

    if options.memory is None:
        return None
    own = options.memory_key_file or (None if is_server else options.key_file)
    if own is None:
        option = "--memory-key-file, since --key-file is the server's" if is_server else "--key-file"
        raise BadKey(f"Memories are as secret as the texts: --memory needs a key in {option}.")
    return options.memory, ReadingKey.from_file(own)


def _show(done: int, total: int, what: str = "Read") -> None:
    print(f"{what} {done:,} of {total:,} tokens.", file=sys.stderr)


@contextmanager
def _lines(out: Path | None) -> Iterator[TextIO]:
    """The file to write, or standard output."""
    if out is None:
        yield sys.stdout
    else:
        with out.open("w", encoding="utf-8", newline="\n") as lines:
            yield lines

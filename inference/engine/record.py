"""What a batch was asked and wrote, so that it can be asked again and compared. Knows token ids, not models.

A record holds the hash of the case file and the tokens of every script, a document's words among them: it is as
privileged as the case file.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from inference.answers.values import answering_modules
from inference.doubts.examine import doubting_modules
from inference.types import AskUsage, CaseAnswer, CaseFile, Question

from .lines import usage_of

FORM = 1


class BadRecord(ValueError):
    """The record cannot be replayed here; the sentence says why and holds no words of a document."""


@dataclass
class Record:
    """One batch: what must be equal to replay it, what was asked, and what was written and spent."""

    case_file: str
    fingerprint: str
    side_by_side: int
    reason_tokens: int
    second_reading: bool
    questions: tuple[Question, ...]
    scripts: dict[str, tuple[int, ...]] = field(default_factory=dict)
    usage: dict[str, AskUsage] = field(default_factory=dict)  # by question, in the order they were answered

    def hear(self, key: str, tokens: Sequence[int]) -> None:
        """Keep what a script wrote."""
        self.scripts[key] = tuple(tokens)

    def keep(self, answer: CaseAnswer) -> None:
        """Keep what an answer cost: the one part of it that no replay could give again."""
        self.usage[answer.question_id] = answer.usage

    def save(self, path: Path) -> None:
        """Write it in one piece."""
        written = path.with_name(path.name + ".part")
        written.write_text(
            json.dumps({"form": FORM, **asdict(self)}, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        written.replace(path)


def load_record(path: Path) -> Record:
    """Read a record; raises BadRecord."""
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        if row.pop("form") != FORM:
            raise BadRecord(f"{path.name} was recorded by another version of this program.")
        return _record(row)
    except OSError:
        raise BadRecord(f"{path.name} could not be read.") from None
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, BadRecord):
            raise
        raise BadRecord(f"{path.name} is not a record of a batch.") from None


def _record(row: dict[str, Any]) -> Record:
    return Record(
        case_file=str(row["case_file"]),
        fingerprint=str(row["fingerprint"]),
        side_by_side=int(row["side_by_side"]),
        reason_tokens=int(row["reason_tokens"]),
        second_reading=bool(row["second_reading"]),
        questions=tuple(_question(each) for each in row["questions"]),
        scripts={str(key): tuple(map(int, tokens)) for key, tokens in row["scripts"].items()},
        usage={str(key): usage_of(spent) for key, spent in row["usage"].items()},
    )


def _question(row: dict[str, Any]) -> Question:
    question_id, name, definition, answer_type = (
        str(row[key]) for key in ("id", "name", "definition", "answer_type")
    )
    clause_type = row["clause_type"]
    return Question(
        question_id, name, definition, answer_type, None if clause_type is None else str(clause_type)
    )


def replayed(record: Record, again: Record, answers: Sequence[CaseAnswer]) -> Iterator[CaseAnswer]:
    """The recorded answers as they came again, with what they cost the first time; raises BadRecord where they differ.

    A batch that was stopped before its end is compared as far as it went.
    """
    differ = [key for key, tokens in record.scripts.items() if again.scripts.get(key) != tokens]
    if differ:
        raise BadRecord(
            f"{len(differ)} of {len(record.scripts)} parts were written differently: {differ[0]} first."
        )
    by_question = {answer.question_id: answer for answer in answers}
    for question_id, usage in record.usage.items():
        yield replace(by_question[question_id], usage=usage)


def case_file_hash(case_file: CaseFile) -> str:
    """SHA-256 over every document's name and text, in order."""
    digest = hashlib.sha256()
    for document in case_file.documents:
        for part in (document.id, document.content):
            content = part.encode("utf-8", "surrogatepass")
            digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()


def values_version() -> str:
    """A short hash of the modules that compute values out of quotes, and of those that doubt quotes."""
    digest = hashlib.sha256()
    for path in (*answering_modules(), *doubting_modules()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]

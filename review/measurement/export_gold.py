"""A reviewed matter as a gold folder: what `python -m inference eval --gold` measures a reader with.

Files are named by ids and readable to their owner alone. The folder holds whole contracts and is as privileged
as the matter.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from review import engine
from review.accounts.models import User
from review.documents.models import DocumentText
from review.errors import Conflict
from review.matters.models import Matter
from review.matters.services import refuse_unless_allowed
from review.playbooks.models import Question
from review.tenancy.audit import record

from .gold import JudgedCell, judged_cells


@dataclass(slots=True)
class Exported:
    """What was written, and what could not be: answers without a place, and questions the readers do not know."""

    contracts: int = 0
    judged: int = 0
    answers: int = 0
    without_place: int = 0
    own_questions: int = 0


def export_gold(matter: Matter, folder: Path, *, by: User | None) -> Exported:
    """Write what people settled in a matter as a gold folder; recorded in the audit trail.

    Raises AiForbidden where the reader may not be used on this matter, Conflict where the folder holds something.
    """
    refuse_unless_allowed(matter, engine.reader_kind())
    _make(folder)
    questions = {question.pk: question for question in Question.objects.all()}
    exported, by_text = Exported(), _by_text(matter)
    with _private(folder / "contracts.jsonl") as lines:
        for text_id, cells in by_text.items():
            row = _row(text_id, cells, questions, exported)
            if not row["judged"]:
                continue
            content = DocumentText.objects.values_list("content", flat=True).get(pk=text_id)
            with _private(folder / row["txt"]) as file:
                file.write(content)
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            exported.contracts += 1
    record(by, "matter.gold_exported", matter, contracts=exported.contracts, judged=exported.judged)
    return exported


def _by_text(matter: Matter) -> dict[UUID, list[JudgedCell]]:
    found: dict[UUID, list[JudgedCell]] = {}
    for cell in judged_cells(matter):
        found.setdefault(cell.text_id, []).append(cell)
    return found


def _row(
    text_id: UUID, cells: list[JudgedCell], questions: dict[UUID, Question], exported: Exported
) -> dict[str, Any]:
    row: dict[str, Any] = {"id": str(text_id), "txt": f"txt/{text_id}.txt", "spans": [], "answers": {}}
    row["judged"] = judged = []
    for cell in cells:
        category = questions[cell.question_id].clause_type
        if not category:
            exported.own_questions += 1
        elif cell.without_place:
            exported.without_place += 1
        else:
            judged.append(category)
            row["spans"] += [{"category": category, "start": q.start, "end": q.end} for q in cell.answers]
            if cell.value is not None:
                row["answers"][category] = (
                    cell.value if isinstance(cell.value, str) else json.dumps(cell.value)
                )
    exported.judged += len(judged)
    exported.answers += len(row["spans"])
    return row


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Conflict("The folder is not empty; gold is written into a new one.")
    folder.chmod(0o700)
    (folder / "txt").mkdir(mode=0o700)


def _private(path: Path) -> Any:
    """A new file that its owner alone can read; line ends stay as they are, since offsets count them."""
    return os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline=""
    )

"""`python -m inference bench questions`: what one more question of a firm's own costs on a median contract."""

import json
import sys
import time
from pathlib import Path

import torch

from inference.compact.reader import CompactReader
from inference.types import CaseFile, Question, SourceText

ASKED = 5  # questions after the first; the middle one counts
ABOUT = "Whether the customer may step in and perform the services itself."


def bench_questions(data: Path, *, as_json: bool) -> int:
    """Ask questions of a firm's own about the contract of median length, each in a reading of its own."""
    texts = sorted((file.read_bytes().decode("utf-8") for file in (data / "txt").glob("*.txt")), key=len)
    if not texts:
        print(f"{data}: there are no texts in this folder.", file=sys.stderr)
        return 2
    torch.set_num_threads(1)
    reader = CompactReader.open()
    case_file = CaseFile((SourceText("text", texts[len(texts) // 2], "en"),))
    _ask(reader, case_file, 0, {})  # opens what is opened once
    scoring = time.process_time()
    (scored,) = reader.read(case_file).texts
    scoring = time.process_time() - scoring
    first, kept = _ask(reader, case_file, 1, {})
    later = sorted(_ask(reader, case_file, number, kept)[0] for number in range(2, 2 + ASKED))
    figures = {
        "characters": len(case_file.documents[0].content),
        "segments": len(scored.segments) if scored else 0,
        "scores_of_all_clause_types_seconds": round(scoring, 3),
        "first_own_question_seconds": round(first, 3),
        "next_own_question_seconds": round(later[ASKED // 2], 3),
        "kept_bytes": len(kept["text"]),
    }
    print(json.dumps(figures, indent=1) if as_json else "\n".join(f"{k:36} {v}" for k, v in figures.items()))
    return 0


def _ask(
    reader: CompactReader, case_file: CaseFile, number: int, kept: dict[str, bytes]
) -> tuple[float, dict[str, bytes]]:
    """Processor seconds of one question in a reading of its own, and what that reading gives to keep."""
    begun = time.process_time()
    reading = reader.read(case_file, kept)
    list(reader.ask(reading, [Question("own", f"Step-in rights {number}", ABOUT, "text")]))
    return time.process_time() - begun, reading.to_keep

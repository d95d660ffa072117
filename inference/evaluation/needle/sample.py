"""`python -m inference.evaluation.needle sample`: generated agreements as files, to be uploaded and asked about."""

import random
from pathlib import Path

from .agreements import Agreements, asked_for, written

AGREEMENTS = 4
CLAUSES = 64  # in all agreements: a case file of about 1,650 tokens, which fits the stand-in's window
_SHOWN = 3


def sample(out: Path, seed: str = "sample") -> Agreements:
    """Write the agreements into a folder, one a text file; gives what was written, each file's name its document's id.

    Raises OSError.
    """
    agreements = written(random.Random(seed), CLAUSES, AGREEMENTS)
    out.mkdir(parents=True, exist_ok=True)
    for document in agreements.case_file.documents:
        (out / file_name(document.id)).write_text(document.content, encoding="utf-8", newline="\n")
    return agreements


def file_name(document_id: str) -> str:
    """What the file of an agreement is called."""
    return f"{document_id.capitalize()}.txt"


def told(out: Path, agreements: Agreements) -> str:
    """What a person reads after it: where the files are, and what to ask."""
    texts = agreements.case_file.documents
    step = len(agreements.clauses) // _SHOWN
    asked = [asked_for(clause.name).definition for clause in agreements.clauses[::step][:_SHOWN]]
    absent = asked_for(agreements.absent[0]).definition
    lines = [f"{out}: {len(texts)} agreements, {len(agreements.clauses)} clauses. To be asked, for example:"]
    return "\n".join((*lines, *(f"  {each}" for each in asked), f"  {absent} (it is not there)"))

"""One request, from the limits to the bytes of its outcome."""

import errno
import os
import traceback
from pathlib import Path
from typing import Any

from review.intake.parsing.frames import Outcome, encode
from review.intake.parsing.types import Limits, ParseProblem

from .confine import NotConfined, confine
from .progress import Progress
from .read import read
from .refusal import Refusal
from .render import render
from .workbook import read_workbook


def work(request: dict[str, Any], result: int, tell: int) -> None:
    """Bind this process, do the request, and write the outcome to `result`."""
    limits = Limits(**request["limits"])
    is_office = request.get("kind") == "docx"
    try:
        confine(
            request["limits"],
            memory_bytes=limits.memory_bytes,
            ceiling_bytes=limits.office_memory_bytes if is_office else limits.memory_bytes,
            has_local_sockets=is_office,
        )
        outcome = _outcome(request, limits, Progress(tell))
    except NotConfined:
        sentence = "This server cannot keep files off its network while it reads them, so it reads none."
        outcome = ParseProblem("not_confined", sentence)
    try:
        _write(result, outcome)
    except (OSError, MemoryError) as fault:
        problem = _out_of_memory() if isinstance(fault, MemoryError) else _problem_of(fault)
        os.ftruncate(result, 0)
        _write(result, problem)


def _write(result: int, outcome: Outcome) -> None:
    os.lseek(result, 0, os.SEEK_SET)
    for piece in encode(outcome):
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(result, rest) :]


def _outcome(request: dict[str, Any], limits: Limits, progress: Progress) -> Outcome:
    """What the request asks for, or the problem; nothing that goes wrong here may quote the file."""
    try:
        if request["task"] == "render":
            return render(Path(request["path"]), request["numbers"], request["dpi"], progress)
        if request["task"] == "workbook":
            return read_workbook(Path(request["path"]), request["kind"], limits, progress)
        return read(Path(request["path"]), request["kind"], request["password"], limits, progress)
    except Refusal as refusal:
        return refusal.problem
    except MemoryError:
        return _out_of_memory()
    except Exception as fault:
        return _problem_of(fault)


def _problem_of(fault: Exception) -> ParseProblem:
    if isinstance(fault, OSError) and fault.errno == errno.EFBIG:
        return ParseProblem("over_limit", "This file unfolds to more than one file may hold.")
    if "malloc" in str(fault) or "bad_alloc" in str(fault) or getattr(fault, "errno", 0) == errno.ENOMEM:
        return _out_of_memory()
    place = traceback.extract_tb(fault.__traceback__)[-1]
    detail = f"{type(fault).__name__} at {Path(place.filename).name}:{place.lineno}"
    return ParseProblem("corrupt", "This file is damaged and cannot be read.", detail)


def _out_of_memory() -> ParseProblem:
    return ParseProblem("out_of_memory", "Reading this file needed more memory than one file may have.")

"""From the bytes of a file to its characters on pages, or to a sentence that says why not."""

import signal
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .frames import BadFrame, Outcome, decode
from .sniff import NAMES, sniff
from .types import Limits, ParsedDocument, ParsedWorkbook, ParseProblem, RenderedPage
from .warm_parent import Ending, Gone, warm_parent

DEFAULT_LIMITS = Limits()
READ = {"pdf", "docx", "txt", "eml", "png", "jpeg", "tiff"}
_LARGEST_REQUEST = 60_000
WORKBOOK_LIMITS = Limits(
    cpu_seconds=120, wall_seconds=180, input_bytes=20 << 20, output_bytes=128 << 20, unpacked_bytes=256 << 20
)


def parse(
    path: Path,
    name: str,
    limits: Limits = DEFAULT_LIMITS,
    password: str | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> ParsedDocument | ParseProblem:
    """Read a file in a throw-away child. `name` is what people call it; `path` is only where its bytes lie."""
    refused = _refusal(path, name, limits)
    if isinstance(refused, ParseProblem):
        return refused
    request = {"task": "parse", "path": str(path.resolve()), "kind": refused, "password": password}
    outcome = _in_child(request, limits, should_stop)
    if isinstance(outcome, list | ParsedWorkbook):
        return _crashed("not the text asked for")
    return outcome


def parse_workbook(
    path: Path,
    name: str,
    limits: Limits = WORKBOOK_LIMITS,
    should_stop: Callable[[], bool] | None = None,
) -> ParsedWorkbook | ParseProblem:
    """The rows of a spreadsheet (.xlsx or .csv), read in a throw-away child."""
    refused = _workbook_refusal(path, name, limits)
    if isinstance(refused, ParseProblem):
        return refused
    request = {"task": "workbook", "path": str(path.resolve()), "kind": refused}
    outcome = _in_child(request, limits, should_stop)
    if isinstance(outcome, ParseProblem | ParsedWorkbook):
        return outcome
    return _crashed("not the rows asked for")


def render_pages(
    path: Path, numbers: Sequence[int], dpi: int = 192, limits: Limits = DEFAULT_LIMITS
) -> list[RenderedPage] | ParseProblem:
    """Images of some pages (from 1) of a PDF, all in one child: palette PNG, or WebP where a page has photos."""
    request = {"task": "render", "path": str(path.resolve()), "numbers": list(numbers), "dpi": dpi}
    outcome = _in_child(request, limits, None)
    if isinstance(outcome, ParseProblem) or (isinstance(outcome, list) and len(outcome) == len(numbers)):
        return outcome
    return _crashed("not the images asked for")


def render_page(
    path: Path, page_number: int, dpi: int = 192, limits: Limits = DEFAULT_LIMITS
) -> RenderedPage | ParseProblem:
    """The image of one page (from 1) of a PDF, with its media type."""
    outcome = render_pages(path, [page_number], dpi, limits)
    return outcome if isinstance(outcome, ParseProblem) else outcome[0]


def _refusal(path: Path, name: str, limits: Limits) -> ParseProblem | str:
    """The kind of a file that is worth a child, or why it is not read."""
    size = path.stat().st_size
    if size > limits.input_bytes:
        return ParseProblem("over_limit", f"This file is larger than {limits.input_bytes >> 20} MB.")
    kind = sniff(path)
    called = Path(name).suffix.lower()
    if kind == "empty":
        return ParseProblem("empty_file", "This file is empty.")
    if called == ".pdf" and kind == "unknown":
        return ParseProblem(
            "corrupt", "This file is called .pdf but holds no PDF, or its beginning is damaged."
        )
    if called == ".pdf" and kind in {"html", "txt", "xml", "eml"}:
        return ParseProblem("disguised", f"This file is called .pdf but is {NAMES[kind]}.")
    if kind == "encrypted_office":
        return ParseProblem(
            "needs_password", "This Office document is encrypted. Save it without a password."
        )
    if kind not in READ:
        return ParseProblem("unsupported_type", f"This file is {NAMES[kind]}, which is not read yet.")
    return kind


def _workbook_refusal(path: Path, name: str, limits: Limits) -> ParseProblem | str:
    """What a spreadsheet is by its bytes, xlsx or csv, or why it is not read."""
    if path.stat().st_size > limits.input_bytes:
        return ParseProblem("over_limit", f"This spreadsheet is larger than {limits.input_bytes >> 20} MB.")
    kind = sniff(path)
    if kind == "empty":
        return ParseProblem("empty_file", "This file is empty.")
    if kind == "encrypted_office":
        return ParseProblem("needs_password", "This workbook is encrypted. Save it without a password.")
    if kind == "xls":
        return ParseProblem("unsupported_type", "This is an old Excel workbook (.xls). Save it as .xlsx.")
    if kind == "xlsx":
        return kind
    if kind in {"txt", "eml"} and Path(name).suffix.lower() in {".csv", ".tsv", ".txt"}:
        return "csv"
    return ParseProblem("unsupported_type", f"This file is {NAMES[kind]}; a spreadsheet is .xlsx or .csv.")


def _in_child(request: dict[str, Any], limits: Limits, should_stop: Callable[[], bool] | None) -> Outcome:
    request["limits"] = asdict(limits)
    if len(str(request)) > _LARGEST_REQUEST:
        return ParseProblem("over_limit", "Too much was asked for at once.")
    try:
        ending = warm_parent.run(request, limits.output_bytes, should_stop)
    except Gone:
        return ParseProblem("crashed", "Reading this file was interrupted. Try it again.", "warm parent gone")
    return _outcome(ending, limits)


def _outcome(ending: Ending, limits: Limits) -> Outcome:
    if ending.stopped_for == "cancelled":
        return ParseProblem("cancelled", "Reading this file was cancelled.")
    if ending.stopped_for == "timed_out" or ending.signal == signal.SIGXCPU:
        return ParseProblem("timed_out", "Reading this file took too long and was stopped.")
    if ending.is_cut or ending.signal == signal.SIGXFSZ:
        return ParseProblem("over_limit", f"This file unfolds to more than {limits.output_bytes >> 20} MB.")
    if ending.signal == signal.SIGKILL:
        return ParseProblem("out_of_memory", "Reading this file needed more memory than one file may have.")
    if ending.signal is not None or ending.exit_code:
        return _crashed(f"signal {ending.signal}, exit code {ending.exit_code}")
    try:
        return decode(ending.written)
    except BadFrame as fault:
        return _crashed(f"no outcome: {fault}")


def _crashed(detail: str) -> ParseProblem:
    return ParseProblem("crashed", "This file is damaged in a way that broke the program reading it.", detail)

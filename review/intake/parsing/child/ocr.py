"""Text from the image of a page, by the Tesseract command: one page at a time, each word with its box."""

import functools
import shutil
import subprocess
import time
from collections.abc import Sequence
from typing import Any

from review.intake.parsing.types import Limits

from .mupdf import pymupdf
from .packing import WordRow
from .progress import Progress

_DPI = 300
_MOST_PIXELS = 30_000_000
_WORD_LEVEL = "5"


class PageReader:
    """Recognises pages while the time for it lasts; one for each document."""

    def __init__(self, limits: Limits, progress: Progress) -> None:
        self._limits = limits
        self._progress = progress
        self._ends = time.monotonic() + limits.ocr_seconds
        self.has_looked = False  # whether the last page asked for was really looked at

    def better_words(self, page: Any, rows: Sequence[WordRow]) -> tuple[Sequence[WordRow], float | None]:
        """What recognition sees if that is more than the file says, with its mean confidence from 0 to 100."""
        self.has_looked = False
        if tesseract() is None or time.monotonic() > self._ends:
            return rows, None
        self._progress.step()
        table = _recognise(page, self._limits.command_seconds)
        if table is None:
            return rows, None
        self.has_looked = True
        seen, score = table
        readable = [row for row in rows if "\ufffd" not in row[4]]
        return (seen, score) if len(seen) > len(readable) else (rows, None)


@functools.cache
def tesseract() -> str | None:
    """Where the command is, if it is installed."""
    return shutil.which("tesseract")


@functools.cache
def _languages(command: str) -> str:
    """All language packs that the administrator installed; English alone when none can be listed."""
    listed = subprocess.run(
        [command, "--list-langs"], capture_output=True, text=True, timeout=10, check=False
    )
    found = [line.strip() for line in listed.stdout.splitlines()[1:]]
    return "+".join(sorted({name for name in found if name and name != "osd"})) or "eng"


def _recognise(page: Any, seconds: float) -> tuple[list[WordRow], float | None] | None:
    """The words of a page with their mean confidence; None when the command failed."""
    command = tesseract()
    assert command is not None
    dpi = min(_DPI, int((_MOST_PIXELS / max(abs(page.rect) / 72**2, 1e-6)) ** 0.5))
    if dpi < 50:
        return None
    image = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY, alpha=False).tobytes("pnm")
    try:
        done = subprocess.run(
            [command, "stdin", "stdout", "-l", _languages(command), "--dpi", str(dpi), "tsv"],
            input=image,
            capture_output=True,
            timeout=seconds,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError, OSError):
        return None
    return _rows(done.stdout.decode("utf-8", "replace"), 72 / dpi)


def _rows(table: str, scale: float) -> tuple[list[WordRow], float | None]:
    """Tesseract's table as words in points. Columns: level page block par line word left top width height conf text."""
    rows: list[WordRow] = []
    confidence = 0.0
    paragraphs: dict[tuple[str, str], int] = {}
    for line in table.splitlines()[1:]:
        cells = line.split("\t")
        if len(cells) != 12 or cells[0] != _WORD_LEVEL:
            continue
        text = "".join(cells[11].split()).replace("\x00", "")
        if not text:
            continue
        left, top, width, height = (int(cell) * scale for cell in cells[6:10])
        block = paragraphs.setdefault((cells[2], cells[3]), len(paragraphs))
        rows.append((left, top, left + width, top + height, text, block, int(cells[4]), int(cells[5])))
        confidence += max(float(cells[10]), 0.0)
    return rows, round(confidence / len(rows), 2) if rows else None

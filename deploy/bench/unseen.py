"""What looking for words that nobody sees costs of reading a PDF: processor time a page with it and without, by turns.

python -m deploy.bench.unseen FOLDER [--files N] [--rounds N] [--json]
"""

import argparse
import gc
import json
import time
from pathlib import Path

from review.intake.parsing.child.pdf import open_pdf, read_pages
from review.intake.parsing.types import Limits


class _NoProgress:
    """Nobody waits for it."""

    def step(self) -> None:
        pass


def seconds(file: Path, *, looks: bool) -> tuple[float, int]:
    """Processor seconds of reading one file, and its pages."""
    gc.collect()
    begun = time.process_time()
    with open_pdf(file) as document:
        read_pages(document, "pdf", Limits(), _NoProgress(), looks=looks)  # type: ignore[arg-type]
        return time.process_time() - begun, document.page_count


def measure(files: list[Path], rounds: int) -> dict[str, float]:
    """The least seconds of each file over some rounds, summed; which comes first changes with every file."""
    spent = {True: 0.0, False: 0.0}
    pages = 0
    for number, file in enumerate(files):
        least = {True: float("inf"), False: float("inf")}
        for round_ in range(2 * rounds):
            looks = (number + round_) % 2 == 0
            took, count = seconds(file, looks=looks)
            least[looks] = min(least[looks], took)
        pages += count
        for looks, took in least.items():
            spent[looks] += took
    return {
        "files": len(files),
        "pages": pages,
        "ms_a_page_without": 1000 * spent[False] / pages,
        "ms_a_page_with": 1000 * spent[True] / pages,
        "more": spent[True] / spent[False] - 1,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    figures = measure(sorted(chosen.folder.glob("*.pdf"))[: chosen.files], chosen.rounds)
    if chosen.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name:20} {figure:,.3f}")


if __name__ == "__main__":
    main()

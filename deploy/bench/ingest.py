"""Pages a second from upload to readable text, for one worker process, against bare PyMuPDF in the same run.

By the clock, which tells on a quiet machine, and in processor seconds of the worker, its children and its connections
to PostgreSQL, which tell on a busy one as well.

python -m deploy.bench.ingest FOLDER [--files N] [--json]
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

from deploy.bench.firm import make_firm
from deploy.bench.processor import backends_of, seconds_of, seconds_of_tree
from deploy.bench.stack import a_service

BARE = """
import sys, time
sys.modules["onnxruntime"] = None
import pymupdf
from pathlib import Path
start, begun, pages = time.perf_counter(), time.process_time(), 0
for name in sys.argv[1:]:
    with pymupdf.open(name) as document:
        for page in document:
            page.get_text("words", sort=False)
            pages += 1
print(pages, time.perf_counter() - start, time.process_time() - begun)
"""


def bare(files: list[Path]) -> tuple[int, float, float]:
    """Pages, seconds and processor seconds of nothing but word extraction, in one process of its own."""
    done = subprocess.run([sys.executable, "-c", BARE, *map(str, files)], check=True, capture_output=True)
    pages, seconds, processor = done.stdout.decode().split()[-3:]
    return int(pages), float(seconds), float(processor)


def ingest(files: list[Path]) -> dict[str, float]:
    """Seconds from the first file's job to the last file's text, with one parsing worker and no reader running."""
    with a_service() as stack:
        firm = make_firm(stack.env)
        stack.start_dispatcher()
        from django.db.models import Max, Min

        from review.documents.models import Document, DocumentState, PageImage
        from review.jobs.models import Job, JobKind, JobState
        from review.tenancy.context import in_context

        stack.manage(
            "ingest", "--organization", str(firm.organization_id), "--matter", firm.number, *map(str, files)
        )
        started, others = time.monotonic(), backends_of(stack.data)
        stack.start_worker("cpu", concurrency=1)
        first: tuple[float, int] | None = None

        def used() -> float:
            return seconds_of_tree(stack.parts["cpu"].pid) + seconds_of(backends_of(stack.data) - others)

        while True:
            with in_context(firm.organization_id, matter=firm.matter_id):
                jobs = Job.objects.filter(kind=JobKind.PARSE)
                left = jobs.exclude(state__in=[JobState.DONE, JobState.QUARANTINED]).count()
                if first is None and left < len(files):
                    first = used(), left
                if not left:
                    last, wall = used(), time.monotonic() - started
                    times = jobs.aggregate(first=Min("finished_at"), last=Max("finished_at"))
                    documents = Document.objects.filter(state=DocumentState.READY)
                    pages = sum(document.page_count or 0 for document in documents)
                    drawn = PageImage.objects.count()
                    break
            time.sleep(0.05)
        assert first is not None, "all were finished before the first look"
        busy = (times["last"] - times["first"]).total_seconds()
    return {
        "documents": len(files),
        "pages": pages,
        "seconds_first_to_last": busy,
        "seconds_with_worker_start": wall,
        "processor_seconds_a_file": (last - first[0]) / first[1],
        "pages_drawn_meanwhile": drawn,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=120)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    files = sorted(chosen.folder.glob("*.pdf"))[: chosen.files]
    bare(files)  # both sides find the files in the page cache
    pages, seconds, processor = bare(files)
    figures = ingest(files)
    processor = (processor + bare(files)[2]) / 2  # before and after: a busy machine is not the same for long
    figures |= {
        "bare_pages": pages,
        "bare_seconds": seconds,
        "bare_pages_per_second": pages / seconds,
        "pages_per_second": figures["pages"] / figures["seconds_first_to_last"],
        "ratio_to_bare": figures["seconds_first_to_last"] / seconds,
        "bare_processor_seconds_a_file": processor / len(files),
        "ratio_in_processor_seconds": figures["processor_seconds_a_file"] * len(files) / processor,
    }
    if chosen.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name:30} {figure:,.2f}")


if __name__ == "__main__":
    main()

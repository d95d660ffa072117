"""Response times of the grid, the drawer and the viewer in a matter of some hundred real documents.

    python -m deploy.bench.pages FOLDER [--documents N] [--json]

FOLDER holds `pdf` and `txt` folders of contracts; all of them are read first, with two workers.
"""

import argparse
import json
import re
import statistics
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from deploy.bench.firm import Firm, make_firm
from deploy.bench.stack import Stack, a_service

REPEATS = 15


class Visitor:
    """A signed-in person who asks for pages one after another."""

    def __init__(self, stack: Stack, firm: Firm) -> None:
        self._base = f"http://127.0.0.1:{stack.port}"
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        form = self.get("/accounts/login/").decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token is not None, "the sign-in page has no form"
        sent = urlencode({"csrfmiddlewaretoken": token[1], "login": firm.email, "password": firm.password})
        request = Request(
            self._base + "/accounts/login/", sent.encode(), {"Referer": self._base + "/accounts/login/"}
        )
        self._opener.open(request).read()

    def get(self, path: str) -> bytes:
        with self._opener.open(self._base + path, timeout=60) as answer:
            return bytes(answer.read())

    def time(self, path: str, *, repeats: int = REPEATS) -> dict[str, float]:
        """First, median and slowest of some requests in milliseconds, and the size of the answer in bytes."""
        times = []
        for _ in range(repeats):
            started = time.perf_counter()
            size = len(self.get(path))
            times.append((time.perf_counter() - started) * 1000)
        return {"first": times[0], "median": statistics.median(times), "slowest": max(times), "bytes": size}


def measure(folder: Path, documents: int) -> dict[str, object]:
    """Read `documents` files into one matter, then time the pages of a review."""
    files = [*sorted((folder / "pdf").glob("*.pdf")), *sorted((folder / "txt").glob("*.txt"))][:documents]
    with a_service() as stack:
        firm = make_firm(stack.env)
        stack.start_dispatcher()
        stack.start_worker("cpu")
        stack.start_worker("reader")
        started = time.monotonic()
        stack.manage(
            "ingest",
            "--organization",
            str(firm.organization_id),
            "--matter",
            firm.number,
            "--wait",
            *map(str, files),
        )
        seconds = time.monotonic() - started
        stack.start_web()
        longest, cell = _longest_document(firm)
        visitor = Visitor(stack, firm)
        matter = f"/matters/{firm.matter_id}"
        pages = {
            "matter home": f"{matter}/",
            "documents": f"{matter}/documents/",
            "grid, first block of 10 questions": f"{matter}/grid/",
            "grid, first block of all 41": f"{matter}/grid/?columns=all",
            "cell drawer": f"{matter}/cells/{cell}/",
            "viewer, longest document": f"/documents/{longest}/",
            "words of a page": f"/documents/{longest}/pages/1/words",
            "page image, drawn before": f"/documents/{longest}/pages/1/image",
            "marks of the viewer": f"/documents/{longest}/highlights/",
        }
        return {
            "documents": len(files),
            "seconds_to_ingest_and_read": seconds,
            "milliseconds": {name: visitor.time(path) for name, path in pages.items()},
            "export_milliseconds": {
                name: visitor.time(f"{matter}/export.{name}", repeats=3) for name in ("xlsx", "docx")
            },
        }


def _longest_document(firm: Firm) -> tuple[str, str]:
    from review.documents.models import Document
    from review.findings.models import Finding
    from review.tenancy.context import in_context

    with in_context(firm.organization_id, user=firm.user_id):
        longest = Document.objects.exclude(page_count=None).order_by("-page_count")[0]
        found = Finding.objects.select_related("question").filter(document=longest, state="found")[0]
        return str(longest.pk), f"{longest.pk}/{found.question.key}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    figures = measure(chosen.folder, chosen.documents)
    print(json.dumps(figures) if chosen.json else json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()

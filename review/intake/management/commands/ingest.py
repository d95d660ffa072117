import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from review.documents.blobs import chunks_of
from review.documents.models import Bundle, Document, DocumentState, ReadingState
from review.documents.selectors import progress_of
from review.errors import ReviewError
from review.intake.services import accept_stream, open_bundle, refuse_entry
from review.matters.by_name import matter_numbered, organization_named
from review.matters.models import Matter
from review.tenancy.context import in_context


class Command(BaseCommand):
    help = "Delivers files and folders to a matter, and tells what became of every file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--organization", required=True, help="name or id of the firm")
        parser.add_argument("--matter", required=True, help="client-matter number or id")
        parser.add_argument("--wait", action="store_true", help="wait until every file has been read")
        parser.add_argument("--json", action="store_true", help="one JSON line a file")

    def handle(self, *args: Any, **options: Any) -> None:
        organization_id = organization_named(options["organization"])
        matter_id = matter_numbered(options["matter"], organization_id)
        missing = [path for path in options["paths"] if not path.exists()]
        if missing:
            raise CommandError("There is no " + ", ".join(str(path) for path in missing) + ".")
        with in_context(organization_id, matter=matter_id):
            matter = Matter.objects.get(pk=matter_id)
            bundle = open_bundle(matter, name=options["paths"][0].name, source="command", by=None)
        for path, shown in _files(options["paths"]):
            self._deliver(bundle, path, shown)
        if options["wait"]:
            self._wait(bundle)
        with in_context(organization_id, matter=matter_id):
            for document in Document.objects.filter(bundle=bundle).order_by("created_at"):
                self._print(document, as_json=options["json"])

    def _deliver(self, bundle: Bundle, path: Path, shown: str) -> None:
        try:
            with path.open("rb") as file, in_context(bundle.organization_id, matter=bundle.matter_id):
                accept_stream(bundle, path=shown, chunks=chunks_of(file), by=None)
        except (OSError, ReviewError) as problem:
            self.stderr.write(f"{shown}: {problem}")
            with in_context(bundle.organization_id, matter=bundle.matter_id):
                sentence = "This file could not be read from the disk."
                refuse_entry(bundle, path=shown, cause="unreadable", sentence=sentence, parent=None)

    def _wait(self, bundle: Bundle) -> None:
        told = -1
        while True:
            with in_context(bundle.organization_id, matter=bundle.matter_id):
                progress = progress_of(bundle=bundle)
            if progress.parsed != told:
                told = progress.parsed
                print(f"{told} of {progress.total} files done, {progress.read} read", file=sys.stderr)
            if progress.is_over:
                return
            time.sleep(0.5)

    def _print(self, document: Document, *, as_json: bool) -> None:
        row = {
            "path": document.path,
            "sha256": document.sha256,
            "state": document.state,
            "pages": document.page_count,
            "cause": document.cause or None,
            "sentence": document.sentence or None,
            "reading": document.reading,
            "document": str(document.pk),
        }
        if as_json:
            self.stdout.write(json.dumps(row, ensure_ascii=False))
            return
        reading = ReadingState(document.reading).label.lower()
        words = document.sentence or f"{document.page_count or 0} pages, {reading}"
        self.stdout.write(f"{DocumentState(document.state).label:18} {document.path}  {words}")


def _files(paths: list[Path]) -> Iterator[tuple[Path, str]]:
    """Every file under the given paths, with the path a person should see."""
    for path in paths:
        if path.is_dir():
            for found in sorted(path.rglob("*")):
                if found.is_file() and not found.is_symlink():
                    yield found, f"{path.resolve().name}/{found.relative_to(path)}"
        else:
            yield path, path.name

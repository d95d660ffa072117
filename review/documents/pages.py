"""The pages of a new text, stored by one statement whose values go to the database as they are.

Django would write each value of each row into the words of a statement, bytes as digits, for PostgreSQL to read again.
"""

from collections.abc import Sequence
from typing import Protocol

from django.db import connection
from psycopg import Cursor

from review.ids import uuid7

from .models import DocumentText

_INSERT = """
INSERT INTO documents_page (organization_id, matter_id, text_id,
                            id, number, start, "end", width, height, rotation, character_map, ocr_score)
SELECT %(organization)s, %(matter)s, %(text)s, page.*
  FROM unnest(%(ids)b::uuid[], %(numbers)b::int[], %(starts)b::int[], %(ends)b::int[], %(widths)b::float8[],
              %(heights)b::float8[], %(rotations)b::int[], %(maps)b::bytea[], %(scores)t::float8[]) AS page
"""


class ReadPage(Protocol):
    """What was read of a page, as its row keeps it."""

    @property
    def number(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...
    @property
    def rotation(self) -> int: ...
    @property
    def character_map(self) -> bytes: ...
    @property
    def ocr_score(self) -> float | None: ...


def store_pages(text: DocumentText, pages: Sequence[ReadPage]) -> None:
    """Store all pages of a text in the running transaction."""
    if not pages:
        return
    values = {
        "organization": text.organization_id,
        "matter": text.matter_id,
        "text": text.pk,
        "ids": [uuid7() for _ in pages],
        "numbers": [page.number for page in pages],
        "starts": [page.start for page in pages],
        "ends": [page.end for page in pages],
        "widths": [page.width for page in pages],
        "heights": [page.height for page in pages],
        "rotations": [page.rotation for page in pages],
        "maps": [page.character_map for page in pages],
        "scores": [page.ocr_score for page in pages],
    }
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(_INSERT, values)

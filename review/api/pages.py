"""Long lists, a page at a time, in the order things were made. A marker names the last row, so nothing is skipped."""

from typing import Any
from uuid import UUID

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from review.errors import Invalid


class Pages(CursorPagination):
    """`limit` rows a page, a hundred unless told and five hundred at most; `next` and `previous` are addresses."""

    ordering = "id"
    page_size = 100
    page_size_query_param = "limit"
    max_page_size = 500

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        if not (asked.isascii() and asked.isdigit()) or int(asked[:9]) == 0:
            raise Invalid("limit: The number of rows a page is a whole number above zero.")
        return min(int(asked[:9]), self.max_page_size)

    def decode_cursor(self, request: Request) -> Cursor | None:
        try:
            cursor = super().decode_cursor(request)
            if cursor is not None and cursor.position is not None:
                UUID(str(cursor.position))
        except (NotFound, ValueError) as problem:
            raise Invalid("cursor: This page marker is not one of ours. Start again without it.") from problem
        return cursor

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": self.page_size_query_param,
                "in": "query",
                "description": "Rows a page.",
                "schema": {"type": "integer", "minimum": 1, "maximum": 500, "default": self.page_size},
            },
            {
                "name": self.cursor_query_param,
                "in": "query",
                "description": "The marker in the address of the next or previous page.",
                "schema": {"type": "string"},
            },
        ]

"""Filters of lists: each passes the gate of what it names, and a name or value that means nothing is refused."""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework.request import Request
from rest_framework.views import APIView

from review.errors import Invalid

from .pages import Pages

PAGING = {Pages.page_size_query_param, Pages.cursor_query_param}


class Filters(DjangoFilterBackend):
    """Refuses a filter that does not exist: a misspelt one would silently answer with too much."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        filters: type[FilterSet] = view.filterset_class  # type: ignore[attr-defined]
        if unknown := sorted(set(request.query_params) - set(filters.base_filters) - PAGING):
            known = ", ".join(filters.base_filters)
            raise Invalid(f"{unknown[0][:40]}: There is no such filter here. There are: {known}.")
        return super().filter_queryset(request, queryset, view)


def one_of(choices: Any) -> dict[str, Any]:
    """Choices for a filter, refused with the list of what is possible."""
    words = f"Choose one of: {', '.join(choices.values)}."
    return {"choices": choices.choices, "error_messages": {"invalid_choice": words, "invalid_list": words}}

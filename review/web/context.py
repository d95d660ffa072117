"""What the page around a page shows: the firm, the matters to switch to, the pages of the matter on screen.

Computed in `signed_in` while the database's context is open, and kept on the request; this file asks nothing.
"""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from review.matters.models import Matter
from review.tenancy.models import Organization

PAGES = (
    ("matter", "Overview"),
    ("documents", "Documents"),
    ("grid", "Grid"),
    ("ask", "Ask"),
    ("runs", "Case file"),
    ("backtests", "Back-test"),
    ("upload", "Upload"),
)


@dataclass(slots=True)
class Shell:
    """The frame of one page; empty for a visitor."""

    organization: Organization | None = None
    organizations: list[Organization] = field(default_factory=list)
    matters: list[Matter] = field(default_factory=list)
    choose_organization_url: str = ""
    jobs_url: str = ""
    jobs_running: int = 0
    search_url: str = ""
    nav: list[dict[str, Any]] = field(default_factory=list)

    def stand_at(self, matter: Matter, page: str) -> None:
        """Name the matter's pages, and which of them this is."""
        self.search_url = reverse("documents", args=[matter.pk])
        self.nav = [
            {"name": words, "url": reverse(name, args=[matter.pk]), "current": name == page}
            for name, words in PAGES
        ]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the frame of this page, and nothing for a visitor."""
    return {
        "shell": getattr(request, "shell", None) or Shell(),
        "icons": static("img/icons.svg"),
    }

"""A small site that shows our components and islands without the service behind them, for a look and for the checks.

    python -m tests.web_islands.serve 8123

It renders templates/ as shipped, under the policy of review/settings.py, and keeps in memory what is done to it.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote
from uuid import UUID
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import allauth
import django
from django import forms
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseNotFound,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent

for name in ("SECRET_KEY", "DATABASE_URL", "BROKER_URL"):
    os.environ.setdefault(name, "dbname=unused" if name == "DATABASE_URL" else "unused")

from review import settings as product  # noqa: E402
from tests.web_islands import contract  # noqa: E402

ADA = SimpleNamespace(is_authenticated=True, name="Ada Marsh", initials="AM", email="ada@firm.example")
MATTER = SimpleNamespace(pk=UUID(int=1), name="Project Lantern", number="10442-0007")
QUESTIONS = [
    "Parties",
    "Agreement date",
    "Governing law",
    "Exclusivity",
    "Change of control",
    "Renewal term",
    "Cap on liability",
    "Assignment",
    "Non-compete",
    "Audit rights",
]
VALUES = [
    "Norvik AS, Baltic Cold Chain ApS",
    "1 March 2024",
    "Norway",
    "Yes, Norway and Denmark",
    "Termination on 30 days’ notice",
    "1 year, repeating",
    "Price paid in the year",
    "Consent, not unreasonably withheld",
    "",
    "",
]
KINDS = [
    "Distribution Agreement",
    "Amendment No. 2",
    "Statement of Work 14",
    "Reseller Agreement",
    "Software Licence",
    "Lease, Unit 7 Harbour Road",
    "Facility Agreement",
    "Confidentiality Agreement",
]
ROWS, BLOCK = 180, 50


class Frame:
    """Gives each request the person and the frame of a page, as the service does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = ADA  # type: ignore[assignment]
        return self.get_response(request)


def shell(request: HttpRequest) -> dict[str, Any]:
    firm = SimpleNamespace(pk=UUID(int=9), name="Marsh & Ode LLP")
    pages = [("Overview", "/parts"), ("Documents", "/documents"), ("Grid", "/grid"), ("Upload", "/upload")]
    return {
        "matter": MATTER,
        "shell": {
            "organization": firm,
            "organizations": [firm, SimpleNamespace(pk=UUID(int=8), name="Ode Chambers")],
            "matters": [
                MATTER,
                SimpleNamespace(pk=UUID(int=2), name="Harbour refinancing", number="10519-0001"),
            ],
            "choose_organization_url": "/choose",
            "jobs_url": "/jobs",
            "jobs_running": 2,
            "search_url": "/documents",
            "nav": [{"name": words, "url": url, "current": request.path == url} for words, url in pages],
        },
    }


# --- The grid --------------------------------------------------------------------------------------


@dataclass
class Cell:
    """How one cell stands; people's decisions are a list, so that undo is a pop."""

    row: int
    column: int
    decisions: list[str] = field(default_factory=list)
    note: str = ""
    posted: list[str] = field(default_factory=list)

    @property
    def machine(self) -> str:
        if self.column >= 8:
            return "not_found"
        return ["found", "found", "found", "unclear", "found", "found", "failed"][
            (self.row * 3 + self.column * 5) % 7
        ]

    @property
    def human(self) -> str:
        return self.decisions[-1] if self.decisions else "unreviewed"

    @property
    def value(self) -> str:
        return {"not_found": "Not found", "failed": "Failed", "unclear": "Unclear"}.get(
            self.machine, VALUES[self.column]
        )

    @property
    def stale(self) -> bool:
        return self.row == 3 and self.column == 5

    @property
    def question(self) -> str:
        return QUESTIONS[self.column]


CELLS: dict[tuple[int, int], Cell] = {}
SETTLED = [
    (0, 0, "accepted"),
    (0, 1, "verified"),
    (0, 3, "edited"),
    (1, 2, "rejected"),
    (2, 0, "accepted"),
    (2, 1, "accepted"),
    (4, 4, "verified"),
]


def cell(row: int, column: int) -> Cell:
    return CELLS.setdefault((row, column), Cell(row, column))


def row(number: int) -> dict[str, Any]:
    kind = KINDS[number % len(KINDS)]
    cells = [cell(number, column) for column in range(len(QUESTIONS))]
    return {
        "number": number,
        "name": f"{kind} {1 + number // len(KINDS)}",
        "child": "Amendment" in kind,
        "cells": cells,
    }


def block_of(first: int) -> dict[str, Any]:
    last = min(ROWS, first + BLOCK)
    return {"rows": [row(number) for number in range(first, last)], "next": last if last < ROWS else None}


def grid(request: HttpRequest) -> HttpResponse:
    return render(request, "grid.html", {"questions": QUESTIONS, "total": ROWS, **block_of(0)})


def block(request: HttpRequest, first: int) -> HttpResponse:
    return render(request, "block.html", block_of(first))


def drawer(request: HttpRequest, number: int, column: int) -> HttpResponse:
    words = {
        "text": contract.plain(contract.CLAUSES[1][1])[30:110],
        "before": "During the Term ",
        "after": " to any person",
    }
    return render(request, "drawer.html", {"cell": cell(number, column), "row": row(number), "quote": words})


VERBS = {"accept": "accepted", "reject": "rejected", "verify": "verified"}


def act(request: HttpRequest, number: int, column: int, verb: str) -> HttpResponse:
    one = cell(number, column)
    one.posted.append(verb)
    if verb in VERBS:
        one.decisions.append(VERBS[verb])
        one.note = request.POST.get("note", "")
    elif verb == "undo" and one.decisions:
        one.decisions.pop()
    return render(request, "cell.html", {"cell": one})


# --- The viewer ------------------------------------------------------------------------------------


def viewer(request: HttpRequest) -> HttpResponse:
    marks = contract.highlights()
    return render(
        request,
        "viewer.html",
        {
            "sheets": contract.sheets(),
            "findings": marks,
            "questions": [SimpleNamespace(pk=n, name=q) for n, q in enumerate(QUESTIONS)],
        },
    )


def words(request: HttpRequest, number: int) -> JsonResponse:
    sheet = contract.sheets()[number - 1]
    return JsonResponse({"words": sheet.words, "content": sheet.content})


def image(request: HttpRequest, number: int) -> HttpResponse:
    if number == 2 and number not in DRAWN:
        DRAWN.append(number)  # the first time it is still being drawn
        return HttpResponse(status=202)
    return HttpResponse(contract.sheets()[number - 1].image, content_type="image/png")


def finding_act(request: HttpRequest, finding: str, verb: str) -> HttpResponse:
    mark = next(each for each in contract.highlights() if each["finding"] == finding)
    state = {**VERBS, "undo": "unreviewed"}.get(verb, "unreviewed")
    return render(request, "finding.html", {"finding": {**mark, "review_state": state}})


# --- The upload ------------------------------------------------------------------------------------

DRAWN: list[int] = []
UPLOADS: list[dict[str, Any]] = []
FINISHED: list[str] = []
SENT: list[dict[str, Any]] = []  # every PUT: id, offset, bytes, status


def create(request: HttpRequest) -> JsonResponse:
    asked = json.loads(request.body)
    begun = len(UPLOADS)
    UPLOADS.extend({**each, "name": asked["name"], "body": b"", "lost": False} for each in asked["files"])
    made = [{"id": str(n), "url": f"/uploads/{n}"} for n in range(begun, len(UPLOADS))]
    return JsonResponse({"bundle": str(UUID(int=77)), "uploads": made})


def receive(request: HttpRequest, number: int) -> JsonResponse:
    one = UPLOADS[number]
    if request.method == "GET":
        return JsonResponse({"received": len(one["body"])})
    offset = int(request.GET["offset"])
    if "refused" in one["path"]:
        return JsonResponse(
            {"code": "over_limit", "message": "This file is larger than the firm allows."}, status=413
        )
    if "weak-line" in one["path"] and not one["lost"]:
        one["lost"] = True
        one["body"] += request.body[: len(request.body) // 2]  # half of it arrived before the line broke
        return JsonResponse({}, status=503)
    if offset != len(one["body"]):
        return JsonResponse({"code": "conflict", "received": len(one["body"])}, status=409)
    one["body"] += request.body
    SENT.append({"id": number, "offset": offset, "bytes": len(request.body)})
    return JsonResponse({"received": len(one["body"])})


def finish(request: HttpRequest, bundle: UUID) -> JsonResponse:
    FINISHED.append(str(bundle))
    return JsonResponse({"url": ""})


def uploaded(request: HttpRequest) -> JsonResponse:
    files = [
        {"path": each["path"], "size": len(each["body"]), "sum": sum(each["body"]) % 65521}
        for each in UPLOADS
    ]
    return JsonResponse({"files": files, "finished": FINISHED, "puts": SENT})


def start_again(request: HttpRequest | None = None) -> HttpResponse:
    for kept in (UPLOADS, FINISHED, SENT, DRAWN, CELLS):
        kept.clear()  # type: ignore[attr-defined]
    CELLS.update({(row, column): Cell(row, column, [word]) for row, column, word in SETTLED})
    return HttpResponse("Nobody has been here.")


# --- Progress, static files, pages that need nothing ------------------------------------------------


def events(request: HttpRequest) -> StreamingHttpResponse:
    def stream() -> Iterator[str]:
        for done in (5, 12, 20):
            yield f"event: progress\ndata: {json.dumps({'done': done, 'total': 20, 'left': f'{20 - done} to go'})}\n\n"
            time.sleep(0.2)
        yield "event: close\ndata: {}\n\n"

    return StreamingHttpResponse(stream(), content_type="text/event-stream")


def static(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    vendored = name.startswith("vendor/")
    folder = ROOT / "deploy/vendor/dist" if vendored else ROOT / "review/web/static"
    file = (folder / name.removeprefix("vendor/")).resolve()
    if not file.is_relative_to(folder) or not file.is_file():
        return HttpResponseNotFound()
    return FileResponse(file.open("rb"))


class SignInForm(forms.Form):
    login = forms.EmailField(label="E-mail")
    password = forms.CharField(
        widget=forms.PasswordInput, help_text='<a href="/reset">Forgotten your password?</a>'
    )


def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm({"login": "ada", "password": "x"} if "wrong" in request.GET else None)
    return render(request, "account/login.html", {"form": form})


class CodeForm(forms.Form):
    code = forms.CharField(label="Six digits")
    secret = "JBSWY3DPEHPK3PXP"


def two_step(request: HttpRequest) -> HttpResponse:
    square = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><path d='M1 1h2v2H1zM5 1h2v2H5z'/></svg>"
    )
    context = {"form": CodeForm(), "totp_svg_data_uri": "data:image/svg+xml;utf8," + quote(square)}
    return render(request, "mfa/totp/activate_form.html", context)


def recovery_codes(request: HttpRequest) -> HttpResponse:
    codes = [f"{number * 7919:08}" for number in range(1, 11)]
    context = {"unused_codes": codes, "total_count": 10, "can_view_codes": True, "can_generate_codes": True}
    return render(request, "mfa/recovery_codes/index.html", context)


def page(name: str, **context: Any) -> Callable[[HttpRequest], HttpResponse]:
    return lambda request: render(request, name, context)


class BriefForm(forms.Form):
    name = forms.CharField(label="Name of the matter")
    side = forms.ChoiceField(label="Client side", choices=[("buyer", "Buyer"), ("seller", "Seller")])
    signing_on = forms.DateField(label="Signing", required=False)
    scope = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text="What is reviewed, and what is not.",
    )
    confidential = forms.BooleanField(label="Behind a wall", required=False)


def parts(request: HttpRequest) -> HttpResponse:
    machine = ["pending", "running", "found", "not_found", "unclear", "failed", "not_readable"]
    people = ["unreviewed", "accepted", "edited", "rejected", "verified"]
    problems = [
        {
            "title": "board minutes.pdf",
            "sentence": "It needs a password. Give it, or skip the file.",
            "url": "#",
            "action": "Give password",
        },
        {"title": "scan 0004.pdf", "sentence": "Page 3 holds no readable text.", "level": "warning"},
    ]
    return render(
        request,
        "parts.html",
        {"machine": machine, "people": people, "problems": problems, "form": BriefForm({"side": "buyer"})},
    )


def nothing(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    return HttpResponse("<p class='menu-note'>Two jobs are running.</p>")


urlpatterns = [
    path("parts", parts, name="matter_parts"),
    path("grid", grid),
    path("grid/block/<int:first>", block),
    path("grid/<int:number>/<int:column>/drawer", drawer),
    path("grid/<int:number>/<int:column>/<str:verb>/", act),
    path("viewer", viewer),
    path("viewer/words/<int:number>", words),
    path("viewer/image/<int:number>", image),
    path("viewer/<str:finding>/<str:verb>/", finding_act),
    path("upload", page("upload.html")),
    path("uploads", create),
    path("uploads/<int:number>", receive),
    path("uploads/<uuid:bundle>/finish", finish),
    path("uploaded", uploaded),
    path("progress", page("progress.html")),
    path("events", events),
    path("start-again", start_again),
    path("sign-in", sign_in, name="account_login"),
    path("not-here", page("errors/404.html")),
    path("static/<path:name>", static),
    path("matters/<uuid:pk>", nothing, name="matter"),
    path("reset", nothing, name="account_reset_password"),
    path("password", nothing, name="account_change_password"),
    path("two-step/", nothing, name="mfa_index"),
    path("two-step/on", two_step, name="mfa_activate_totp"),
    path("two-step/codes", recovery_codes, name="mfa_generate_recovery_codes"),
    path("out", nothing, name="account_logout"),
    path("jobs", nothing),
]
urlpatterns = [path(str(each.pattern), csrf_exempt(each.callback), name=each.name) for each in urlpatterns]


def configure() -> None:
    builtin = ["django.template.context_processors." + name for name in ("request", "csrf")]
    context = [*builtin, "django.contrib.messages.context_processors.messages", f"{__name__}.shell"]
    settings.configure(
        DEBUG=False,
        SECRET_KEY="for a look only",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=[
            "django.contrib.messages",
            "django.contrib.humanize",
            "django.contrib.staticfiles",
            "template_partials",
        ],
        MIDDLEWARE=[
            "csp.middleware.CSPMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            f"{__name__}.Frame",
        ],
        MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
        CONTENT_SECURITY_POLICY=product.CONTENT_SECURITY_POLICY,
        STATIC_URL="/static/",
        STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
        DATA_UPLOAD_MAX_MEMORY_SIZE=product.DATA_UPLOAD_MAX_MEMORY_SIZE,
        USE_TZ=True,
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [HERE / "pages", ROOT / "templates", Path(allauth.__file__).parent / "templates"],
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": context},
            }
        ],
    )
    django.setup()


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        if "--log" in sys.argv:
            super().log_message(format, *args)


def main() -> None:
    sys.modules["tests.web_islands.serve"] = sys.modules[__name__]
    configure()
    start_again()
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    with make_server("127.0.0.1", port, get_wsgi_application(), Threaded, Quiet) as server:
        print(f"http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()

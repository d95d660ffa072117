"""How the pages answer: a fragment for htmx, a page or a redirect for a plain browser, a refusal in one voice."""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control, patch_vary_headers

from review.errors import NotFound, ReviewError
from review.intake.services import WrongOffset

from .context import Shell

if TYPE_CHECKING:
    from .signed_in import SignedInRequest


def answer(
    request: "SignedInRequest",
    template: str,
    context: dict[str, Any] | None = None,
    *,
    to: str | None = None,
    at: str = "",
    status: int = 200,
) -> HttpResponse:
    """`page.html#part`: htmx gets the part, a plain reader the page, a plain form is sent on to `to`.

    `at` names the page of the matter that this one belongs to.
    """
    context = context or {}
    if not request.htmx:
        if to is not None:
            return redirect(to)
        template = template.partition("#")[0]
    if matter := context.get("matter"):
        request.shell.stand_at(matter, at)
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    patch_cache_control(response, private=True, no_cache=True)
    return response


def refused(request: "SignedInRequest", refusal: ReviewError) -> HttpResponse:
    """The one translation of an expected failure. What is foreign and what is unknown look the same to the byte."""
    sentence = {"X-Engross-Sentence": quote(str(refusal))}
    if request.htmx:
        context = {"text": str(refusal), "level": "error"}
        response = render(request, "components/message.html", context, status=refusal.status)
        for name, value in sentence.items():
            response[name] = value
        return response
    if request.method == "PUT" or "application/json" in (request.content_type, request.headers.get("Accept")):
        body = {"code": refusal.code, "sentence": str(refusal), **_facts(refusal)}
        return JsonResponse(body, status=refusal.status, headers=sentence)
    page = "errors/404.html" if isinstance(refusal, NotFound) else "errors/refused.html"
    return render(request, page, {"sentence": str(refusal), "code": refusal.code}, status=refusal.status)


def _facts(refusal: ReviewError) -> dict[str, int]:
    # How far an upload has come, so that the browser can go on from there.
    return {"received": refusal.received} if isinstance(refusal, WrongOffset) else {}


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an address that does not exist; it knows nobody."""
    return render(request, "errors/404.html", {"sentence": NotFound.sentence}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for a failure nobody expected; it asks the database nothing."""
    request.shell = Shell()  # type: ignore[attr-defined]
    return render(request, "errors/500.html", {}, status=500)

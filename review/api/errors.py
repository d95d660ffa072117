"""The one translation of a failure: `{"code", "message"}`. What is foreign and what is unknown look the same."""

from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation, TooManyFilesSent
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response

from review.errors import Invalid, NotAllowed, NotFound, ReviewError

SENTENCES = {
    "not_authenticated": "This needs a key: send the header Authorization: Token KEY.",
    "authentication_failed": "This key is not valid, or is no longer.",
}


def answer_error(problem: Exception, context: dict[str, Any]) -> Response | None:
    """An expected failure as JSON; None for any other, which is then raised."""
    if isinstance(problem, APIException):
        return _answer_framework_error(problem)
    refusal = _as_refusal(problem)
    return Response(_body(refusal.code, str(refusal)), status=refusal.status) if refusal else None


@csrf_exempt
def unknown_address(request: HttpRequest) -> JsonResponse:
    """The answer below /api/v1/ where no endpoint is."""
    return JsonResponse(_body(NotFound.code, NotFound.sentence), status=NotFound.status)


def _as_refusal(problem: Exception) -> ReviewError | None:
    match problem:
        case ReviewError():
            return problem
        case Http404():
            return NotFound()
        case PermissionDenied():
            return NotAllowed()
        case TooManyFilesSent():
            return Invalid("Too many files in one request; send them in several bundles or as one zip.")
        case SuspiciousOperation():
            return Invalid("This request is larger than the service accepts, or is not well formed.")
    return None


def _answer_framework_error(problem: APIException) -> Response:
    if isinstance(problem, ValidationError):
        return Response(_body(Invalid.code, _sentence(problem.detail)), status=problem.status_code)
    code = problem.default_code
    if code == "not_found":
        return Response(_body(code, NotFound.sentence), status=NotFound.status)
    header = getattr(problem, "auth_header", None)
    return Response(
        _body(code, SENTENCES.get(code) or str(problem.detail)),
        status=problem.status_code,
        headers={"WWW-Authenticate": header} if header else None,
    )


def _body(code: str, message: str) -> dict[str, str]:
    return {"code": code, "message": message}


def _sentence(detail: Any, place: str = "") -> str:
    """The failures of a serializer or a filter in one line, each with the name of its field."""
    if isinstance(detail, dict):
        names = {key: "" if key in {"non_field_errors", "__all__"} else str(key) for key in detail}
        return " ".join(_sentence(detail[key], _inside(place, name)) for key, name in names.items())
    if isinstance(detail, list):
        parts = [(index, part) for index, part in enumerate(detail) if part]
        nested = any(isinstance(part, dict | list) for _, part in parts)
        return " ".join(
            _sentence(part, _inside(place, str(index)) if nested else place) for index, part in parts
        )
    return f"{place}: {detail}" if place else str(detail)


def _inside(place: str, name: str) -> str:
    return ".".join(part for part in (place, name) if part)

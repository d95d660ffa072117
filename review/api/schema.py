"""The description of the API for programs; it tells nothing of any firm, so it needs no key."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularAPIView


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "review.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token KEY`, with a key made by `manage.py create_token EMAIL --organization NAME`.",
        }


class Schema(SpectacularAPIView):
    authentication_classes = ()
    permission_classes = ()


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The same description for people, drawn in the browser from our own files."""
    return render(request, "api/docs.html")

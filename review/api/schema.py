"""The description of the API for programs; it tells nothing of any firm, so it needs no key."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.views import SpectacularAPIView

# Two enumerations called `state` need telling apart; here, so that settings need not know the rooms.
spectacular_settings.apply_patches(
    {
        "ENUM_NAME_OVERRIDES": {
            "DocumentState": "review.documents.models.DocumentState.choices",
            "ReadingState": "review.documents.models.ReadingState.choices",
            "MachineState": "review.findings.models.MachineState.choices",
            "ReviewState": "review.findings.models.ReviewState.choices",
            "BundleState": "review.api.bundles.STATES",
            "AiTerms": "review.matters.models.AiTerms.choices",
        }
    }
)


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

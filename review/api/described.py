"""How an endpoint describes itself: its own answers, and the one shape of every error."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers


class ErrorOutput(serializers.Serializer[Any]):
    """Every error: a code for programs and a sentence for people."""

    code = serializers.CharField()
    message = serializers.CharField()


class DescribedEndpoint(AutoSchema):
    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        error = OpenApiResponse(
            ErrorOutput, "An error: what is not there and what is forbidden answer alike."
        )
        shape = self._get_response_for_code(error, "default", direction=direction)
        return {**super()._get_response_bodies(direction), "default": shape}

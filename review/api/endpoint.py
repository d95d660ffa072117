"""What every view of the API stands on: it runs, and its answer is written, inside the context of the key's person."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import BaseParser, FormParser, JSONParser
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from review.accounts.models import User
from review.errors import NotAllowed
from review.tenancy.context import in_context
from review.tenancy.models import ApiToken, Scope

from .described import DescribedEndpoint


class ProgramRequest(Request):
    """A request whose key has been found."""

    user: User
    auth: ApiToken


class WithinScope(BasePermission):
    """A key made for reading changes nothing."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        token = cast(ApiToken, request.auth)
        if token.scope == Scope.READ and request.method not in SAFE_METHODS:
            raise NotAllowed("This key may only read.")
        return True


class Endpoint(GenericAPIView[Any]):
    """One address of the API. What it wrote is taken back when it answers with an error."""

    schema = DescribedEndpoint()
    permission_classes = (IsAuthenticated, WithinScope)
    parser_classes: Sequence[type[BaseParser]] = (JSONParser, FormParser)
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *positional: Any, **named: Any) -> HttpResponseBase:
        try:
            with ExitStack() as self.running:
                response = super().dispatch(request, *positional, **named)
                if isinstance(response, Response):
                    response.render()
                    if response.exception:
                        raise _Refused
        except _Refused:
            pass
        return response

    def perform_authentication(self, request: Request) -> None:
        super().perform_authentication(request)
        token = cast(ApiToken | None, request.auth)
        if token is None:
            return
        # The body is received first: a slow client must not hold a transaction open.
        _ = request.data
        self.running.enter_context(in_context(token.organization_id, user=token.user_id))

    def answer_page(self, rows: list[Any]) -> Response:
        """One page of a list, with the addresses of its neighbours."""
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)


class _Refused(Exception):
    """Ends the transaction of a request that was answered with an error."""

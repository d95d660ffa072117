"""Who calls: `Authorization: Token KEY`, looked up inside the organization the key names. Sessions are not accepted."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from review.accounts.models import User
from review.tenancy.context import in_context
from review.tenancy.models import ApiToken
from review.tenancy.tokens import find_token, organization_named_in

SCHEME = "Token"


class TokenAuthentication(BaseAuthentication):
    """Finds the key in a short transaction of its own; the view then runs as its person."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The person and their key; None without a key. Raises AuthenticationFailed for any key that is not live."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        organization_id = organization_named_in(key.strip())
        if organization_id is None:
            raise AuthenticationFailed
        with in_context(organization_id):
            token = find_token(key.strip())
        if token is None:
            raise AuthenticationFailed
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return SCHEME

"""Keys for programs: `engross_ORGANIZATION_SECRET`. The organization in front lets the hash be looked up inside it."""

import hashlib
import secrets
from uuid import UUID

from django.utils import timezone

from review.accounts.models import User

from .audit import record
from .models import ApiToken, Membership, Scope

PREFIX = "engross"


def create_token(user: User, organization_id: UUID, *, name: str, scope: Scope = Scope.WRITE) -> str:
    """Make a key for a person in the running organization and return it; it is not stored and cannot be shown again."""
    key = f"{PREFIX}_{organization_id.hex}_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        organization_id=organization_id, user=user, name=name, scope=scope, key_hash=_hash(key)
    )
    record(user, "token.created", token, scope=scope)
    return key


def organization_named_in(key: str) -> UUID | None:
    """The organization a key says it is of, before anything is believed."""
    parts = key.split("_", 2)
    if len(parts) != 3 or parts[0] != PREFIX:
        return None
    try:
        return UUID(hex=parts[1])
    except ValueError:
        return None


def find_token(key: str) -> ApiToken | None:
    """The live token of this key in the running organization, while its person still belongs to it."""
    token = ApiToken.objects.select_related("user").filter(key_hash=_hash(key)).first()
    if token is None or (token.expires_at and token.expires_at <= timezone.now()) or not token.user.is_active:
        return None
    return (
        token
        if Membership.objects.filter(user=token.user, organization_id=token.organization_id).exists()
        else None
    )


def _hash(key: str) -> str:
    # The key carries 256 random bits: a slow hash would add nothing.
    return hashlib.sha256(key.encode()).hexdigest()

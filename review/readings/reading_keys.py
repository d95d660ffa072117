"""The key that seals a matter's readings, made of a secret of the installation and one of the matter."""

import secrets
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from .models import MatterReadingKey

PURPOSE = b"engross: the readings of one matter"


def key_of(organization_id: UUID, matter_id: UUID) -> bytes | None:
    """The key of a matter, whose part is made when it is first wanted; None where the installation has no secret."""
    if not settings.READINGS_SECRET:
        return None
    own, _ = MatterReadingKey.objects.get_or_create(
        organization_id=organization_id,
        matter_id=matter_id,
        defaults={"secret": secrets.token_bytes(MatterReadingKey.LENGTH)},
    )
    made = HKDF(SHA256(), MatterReadingKey.LENGTH, salt=bytes(own.secret), info=PURPOSE)
    return made.derive(settings.READINGS_SECRET.encode())

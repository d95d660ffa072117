"""Delivering files: also for a guest, who may deliver to a matter and read nothing of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from review.accounts.models import User
from review.documents.models import Bundle, Document
from review.errors import NotFound
from review.matters.access import matters_to_deliver_to, may
from review.matters.models import Matter, MatterRole
from review.tenancy.context import within_matter


@contextmanager
def delivering(user: User, matter_id: UUID) -> Iterator[tuple[Matter, MatterRole]]:
    """The matter a person may deliver to, while acting for it. Raises NotFound, also behind a wall."""
    role = may(user, matter_id, to="upload")
    with within_matter(matter_id):
        matter = Matter.objects.select_related("client").filter(pk=matter_id).first()
        if matter is None:
            raise NotFound
        yield matter, role


def own_bundle(user: User, matter: Matter, bundle_id: UUID, role: MatterRole) -> Bundle:
    """A delivery of this matter; a guest reaches only their own. Raises NotFound otherwise."""
    bundles = Bundle.objects.filter(matter_id=matter.pk, pk=bundle_id)
    if role == MatterRole.GUEST_UPLOADER:
        bundles = bundles.filter(delivered_by=user)
    bundle = bundles.select_related("matter").first()
    if bundle is None:
        raise NotFound
    return bundle


def own_file(user: User, matter: Matter, document_id: UUID, role: MatterRole) -> Document:
    """A file of a delivery to this matter; a guest reaches only those they deliver. Raises NotFound otherwise."""
    documents = Document.objects.filter(matter_id=matter.pk, pk=document_id, parent=None)
    if role == MatterRole.GUEST_UPLOADER:
        documents = documents.filter(bundle__delivered_by=user)
    document = documents.first()
    if document is None:
        raise NotFound
    return document


def deliverable_matters(user: User) -> list[Matter]:
    """The matters a guest may deliver to, by name."""
    found = []
    for matter_id in matters_to_deliver_to(user):
        try:
            with delivering(user, matter_id) as (matter, _role):
                found.append(matter)
        except NotFound:
            continue  # a wall keeps them out meanwhile
    return sorted(found, key=lambda matter: matter.name)

"""The gate of documents: the only way to fetch one for a person."""

from uuid import UUID

from review.accounts.models import User
from review.errors import NotFound
from review.matters.access import Purpose, may

from .models import Bundle, Document, DocumentWarning, Page


def access_document(user: User, document_id: UUID, *, to: Purpose = "read") -> Document:
    """A document of a matter the person is on. Raises NotFound, also behind a wall."""
    document = (
        Document.objects.select_related("matter", "matter__client", "bundle").filter(pk=document_id).first()
    )
    if document is None:
        raise NotFound
    may(user, document.matter_id, to=to)
    return document


def access_bundle(user: User, bundle_id: UUID, *, to: Purpose = "read") -> Bundle:
    """A bundle of a matter the person is on. Raises NotFound, also behind a wall."""
    bundle = Bundle.objects.select_related("matter", "matter__client").filter(pk=bundle_id).first()
    if bundle is None:
        raise NotFound
    may(user, bundle.matter_id, to=to)
    return bundle


def access_page(user: User, document_id: UUID, number: int) -> Page:
    """A page of a document's current text."""
    document = access_document(user, document_id)
    page = Page.objects.select_related("text").filter(text_id=document.text_id, number=number).first()
    if page is None:
        raise NotFound
    return page


def access_warning(user: User, warning_id: UUID, *, to: Purpose = "read") -> DocumentWarning:
    """A warning about a document of a matter the person is on. Raises NotFound, also behind a wall."""
    warning = DocumentWarning.objects.select_related("document").filter(pk=warning_id).first()
    if warning is None:
        raise NotFound
    may(user, warning.matter_id, to=to)
    return warning

"""Documents: list, one, and the text with its pages."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django_filters.rest_framework import FilterSet, MultipleChoiceFilter, UUIDFilter
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from review.documents.access import access_bundle, access_document
from review.documents.families import Held, held_ties
from review.documents.models import Document, DocumentState, DocumentText, Page, ReadingState
from review.errors import Conflict
from review.matters.access import access_matter, matters_of
from review.tenancy.audit import record

from .endpoint import Endpoint, ProgramRequest
from .filters import Filters, one_of


class NoText(Conflict):
    code = "no_text"
    sentence = "This document has no text."


class DocumentFilters(FilterSet):
    matter = UUIDFilter()
    bundle = UUIDFilter()
    state = MultipleChoiceFilter(**one_of(DocumentState))
    reading = MultipleChoiceFilter(**one_of(ReadingState))

    def filter_queryset(self, queryset: QuerySet[Document]) -> QuerySet[Document]:
        user, chosen = self.request.user, self.form.cleaned_data
        if chosen["matter"]:
            queryset = queryset.filter(matter=access_matter(user, chosen["matter"]))
        else:
            queryset = queryset.filter(matter__in=matters_of(user))
        if chosen["bundle"]:
            queryset = queryset.filter(bundle=access_bundle(user, chosen["bundle"]))
        for field in ("state", "reading"):
            if chosen[field]:
                queryset = queryset.filter(**{f"{field}__in": chosen[field]})
        return queryset


class FamilyOutput(serializers.Serializer[Any]):
    """What a document hangs on: surely or likely by the rule, or by a person's word, which holds before it."""

    master = serializers.UUIDField(source="master_id", allow_null=True, help_text="Null where it was parted.")
    said = serializers.ChoiceField(choices=["sure", "likely", "apart", "joined", "parted"])
    read_together = serializers.BooleanField(source="is_used")
    reason = serializers.CharField(allow_blank=True)
    said_by = serializers.CharField(allow_blank=True, help_text="Empty for the rule.")


class DocumentOutput(serializers.ModelSerializer[Document]):
    matter = serializers.UUIDField(source="matter_id")
    bundle = serializers.UUIDField(source="bundle_id")
    parent = serializers.UUIDField(  # type: ignore[assignment]
        source="parent_id", allow_null=True, help_text="Its archive or mail."
    )
    duplicate_of = serializers.UUIDField(source="duplicate_of_id", allow_null=True)
    text = serializers.UUIDField(source="text_id", allow_null=True, help_text="The current text.")
    pages = serializers.IntegerField(source="page_count", allow_null=True)
    banner = serializers.DictField(help_text="Facts to know first: tracked changes, pages without text.")
    family = serializers.SerializerMethodField()

    class Meta:
        model = Document
        fields = (
            "id",
            "matter",
            "bundle",
            "parent",
            "family",
            "duplicate_of",
            "path",
            "name",
            "kind",
            "size",
            "sha256",
            "state",
            "cause",
            "sentence",
            "pages",
            "language",
            "banner",
            "text",
            "reading",
            "reading_sentence",
            "created_at",
        )
        read_only_fields = fields

    @cached_property
    def _ties(self) -> dict[UUID, dict[UUID, Held]]:
        return {}

    @extend_schema_field(FamilyOutput(allow_null=True))
    def get_family(self, document: Document) -> dict[str, Any] | None:
        """What holds of it; one query for all documents of a matter."""
        if document.matter_id not in self._ties:
            self._ties[document.matter_id] = held_ties(document.matter_id)
        held = self._ties[document.matter_id].get(document.pk)
        return FamilyOutput(held).data if held else None


class PageOutput(serializers.ModelSerializer[Page]):
    """One page: its range in code points, and its size in PDF points."""

    class Meta:
        model = Page
        fields = ("number", "start", "end", "width", "height", "rotation", "ocr_score")
        read_only_fields = fields


class TextOutput(serializers.ModelSerializer[DocumentText]):
    """The immutable text of a document; every offset of a finding counts code points of `content`."""

    document = serializers.UUIDField(source="document_id")
    pages = PageOutput(many=True)

    class Meta:
        model = DocumentText
        fields = ("id", "document", "sha256", "pipeline_version", "content", "pages")
        read_only_fields = fields


class Documents(Endpoint):
    serializer_class = DocumentOutput
    queryset = Document.objects.all()
    filter_backends = (Filters,)
    filterset_class = DocumentFilters

    @extend_schema(operation_id="documents_list", responses=DocumentOutput(many=True))
    def get(self, request: ProgramRequest) -> Response:
        """The documents of one matter, or of all of the person's matters."""
        return self.answer_page(self.paginate_queryset(self.filter_queryset(self.get_queryset())) or [])


class OneDocument(Endpoint):
    serializer_class = DocumentOutput

    @extend_schema(operation_id="documents_one")
    def get(self, request: ProgramRequest, document_id: UUID) -> Response:
        """One document."""
        return Response(DocumentOutput(access_document(request.user, document_id)).data)


class TextOfDocument(Endpoint):
    serializer_class = TextOutput

    @extend_schema(operation_id="documents_text")
    def get(self, request: ProgramRequest, document_id: UUID) -> Response:
        """The current text with its pages. Each time it is fetched, the audit trail says so."""
        document = access_document(request.user, document_id)
        if document.text is None:
            raise NoText(_why_no_text(document))
        record(request.user, "document.opened", document, through="api")
        return Response(TextOutput(document.text).data)


def _why_no_text(document: Document) -> str | None:
    if not DocumentState(document.state).is_final:
        return "The text of this document is not ready yet."
    return document.sentence or None

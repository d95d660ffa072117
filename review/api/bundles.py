"""Bundles: deliver files to a matter, and see what became of each."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from review.documents.access import access_bundle
from review.documents.models import Bundle, Document, DocumentState
from review.documents.selectors import Progress, progress_of
from review.intake.services import accept_stream, open_bundle
from review.matters.access import access_matter

from .endpoint import Endpoint, ProgramRequest

STATES = ("pending", "running", "done")


@dataclass(frozen=True, slots=True)
class Delivered:
    """A bundle, how far it has come, and its files."""

    bundle: Bundle
    progress: Progress
    files: list[Document]

    @property
    def state(self) -> str:
        """Pending until a file is touched, done when every file was parsed and read or will not be."""
        if self.progress.is_over:
            return "done"
        waiting = {DocumentState.RECEIVING, DocumentState.PENDING}
        untouched = sum(self.progress.by_state.get(state, 0) for state in waiting)
        return "pending" if untouched == self.progress.total else "running"


class BundleInput(serializers.Serializer[Any]):
    """Files as `multipart/form-data`. A zip is unpacked; `paths` keeps the folders, one for each file in its order."""

    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), allow_empty=False)
    paths = serializers.ListField(child=serializers.CharField(max_length=4000), required=False)
    name = serializers.CharField(max_length=200, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("paths") and len(attrs["paths"]) != len(attrs["files"]):
            raise serializers.ValidationError({"paths": "Give one path for each file, or none."})
        return attrs


class FileOutput(serializers.ModelSerializer[Document]):
    """One file of a bundle: a document, or why it is none."""

    document = serializers.UUIDField(source="id")
    pages = serializers.IntegerField(source="page_count", allow_null=True)
    parent = serializers.UUIDField(  # type: ignore[assignment]
        source="parent_id", allow_null=True, help_text="Its archive or mail."
    )
    duplicate_of = serializers.UUIDField(source="duplicate_of_id", allow_null=True)

    class Meta:
        model = Document
        fields = (
            "document",
            "path",
            "name",
            "kind",
            "sha256",
            "size",
            "state",
            "cause",
            "sentence",
            "pages",
            "reading",
            "reading_sentence",
            "parent",
            "duplicate_of",
        )
        read_only_fields = fields


class BundleCounts(serializers.Serializer[Progress]):
    """How many files there are and how far they have come; `by_state` and `by_reading` each add up to `files`."""

    files = serializers.IntegerField(source="total")
    parsed = serializers.IntegerField(help_text="Files that reached an end state.")
    problems = serializers.IntegerField()
    to_read = serializers.IntegerField(help_text="Files with a text.")
    read = serializers.IntegerField(help_text="Files whose reading is over.")
    by_state = serializers.DictField(child=serializers.IntegerField())
    by_reading = serializers.DictField(child=serializers.IntegerField())


class BundleOutput(serializers.Serializer[Delivered]):
    id = serializers.UUIDField(source="bundle.id")
    matter = serializers.UUIDField(source="bundle.matter_id")
    name = serializers.CharField(source="bundle.name")
    source = serializers.CharField(source="bundle.source")  # type: ignore[assignment]
    created_at = serializers.DateTimeField(source="bundle.created_at")
    state = serializers.ChoiceField(STATES)
    counts = BundleCounts(source="progress")
    files = FileOutput(many=True)


class NewBundle(Endpoint):
    serializer_class = BundleOutput
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="bundles_create", request=BundleInput, responses={201: BundleOutput})
    def post(self, request: ProgramRequest, matter_id: UUID) -> Response:
        """Deliver files to a matter; parsing and reading start by themselves."""
        matter = access_matter(request.user, matter_id, to="upload")
        sent = BundleInput(data=request.data)
        sent.is_valid(raise_exception=True)
        files, paths = sent.validated_data["files"], sent.validated_data.get("paths", ())
        name = sent.validated_data.get("name") or files[0].name
        bundle = open_bundle(matter, name=name, source="api", by=request.user)
        for file, path in zip_longest(files, paths):
            accept_stream(bundle, path=path or file.name, chunks=file.chunks(), by=request.user)
        return Response(BundleOutput(_delivered(bundle)).data, status=HTTP_201_CREATED)


class OneBundle(Endpoint):
    serializer_class = BundleOutput

    @extend_schema(operation_id="bundles_one")
    def get(self, request: ProgramRequest, bundle_id: UUID) -> Response:
        """How far a bundle has come, with one entry a file, those taken out of archives and mails included."""
        return Response(BundleOutput(_delivered(access_bundle(request.user, bundle_id))).data)


def _delivered(bundle: Bundle) -> Delivered:
    files = Document.objects.filter(bundle=bundle).order_by("id")
    return Delivered(bundle, progress_of(bundle=bundle), list(files))

"""Passages that a person would not see or that address a machine, and what people say of them."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from review.documents.access import access_document, access_warning
from review.documents.models import DocumentWarning, Judgement, WarningKind
from review.documents.warnings import current_warnings, judge_warning, stand, undo_judgement

from .endpoint import Endpoint, ProgramRequest


class JudgementInput(serializers.Serializer[Any]):
    judgement = serializers.ChoiceField(choices=[Judgement.HARMLESS.value, Judgement.SUSPICIOUS.value])
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class WarningOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="warning.pk")
    document = serializers.UUIDField(source="warning.document_id")
    text = serializers.UUIDField(source="warning.text_id")
    kind = serializers.ChoiceField(source="warning.kind", choices=WarningKind.choices)
    cue = serializers.CharField(
        source="warning.cue", help_text="What gave a passage away that addresses a machine."
    )
    page = serializers.IntegerField(source="warning.page", help_text="From 1; 0 where that is not known.")
    start = serializers.IntegerField(
        source="warning.start",
        allow_null=True,
        help_text="Code points in the text; null for words in no text.",
    )
    end = serializers.IntegerField(source="warning.end", allow_null=True)
    quote = serializers.CharField(source="warning.quote")
    state = serializers.ChoiceField(choices=["unreviewed", "harmless", "suspicious"])
    decided_by = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField(allow_blank=True)


class WarningsOfDocument(Endpoint):
    serializer_class = WarningOutput
    queryset = DocumentWarning.objects.none()

    @extend_schema(operation_id="warnings_list", responses=WarningOutput(many=True))
    def get(self, request: ProgramRequest, document_id: UUID) -> Response:
        """The passages of the current text that people would not see, or that address a machine."""
        document = access_document(request.user, document_id)
        rows = self.paginate_queryset(current_warnings(document_id=document.pk)) or []
        return self.answer_page(stand(rows))


class Judge(Endpoint):
    serializer_class = WarningOutput

    @extend_schema(operation_id="warnings_judge", request=JudgementInput)
    def post(self, request: ProgramRequest, warning_id: UUID) -> Response:
        """Say that a passage is harmless, or suspicious."""
        warning = access_warning(request.user, warning_id, to="review")
        sent = JudgementInput(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        judge_warning(warning, Judgement(said["judgement"]), by=request.user, note=said["note"])
        return Response(WarningOutput(stand([warning])[0]).data)


class UndoJudgement(Endpoint):
    serializer_class = WarningOutput

    @extend_schema(operation_id="warnings_undo", request=None)
    def post(self, request: ProgramRequest, warning_id: UUID) -> Response:
        """Take back what was said last of a passage."""
        warning = access_warning(request.user, warning_id, to="review")
        undo_judgement(warning, by=request.user)
        return Response(WarningOutput(stand([warning])[0]).data)

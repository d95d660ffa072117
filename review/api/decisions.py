"""What a person decides about a finding, and what they say beside it."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from review.annotation.models import Comment
from review.annotation.services import comment_on, turn_flag
from review.findings.access import access_finding
from review.findings.services import (
    accept_finding,
    edit_finding,
    reject_finding,
    undo_decision,
    verify_finding,
)

from .endpoint import Endpoint, ProgramRequest
from .findings import OneFindingOutput, SpanInput, ValueInput, chosen_spans, one_finding
from .values import checked_value


class NoteInput(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class ReasonInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=1000)


class EditInput(serializers.Serializer[Any]):
    """A value, quotes, or both; what is left out stays as it is."""

    value = ValueInput(required=False)
    spans = SpanInput(many=True, required=False, allow_empty=False)
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("value") is None and "spans" not in attrs:
            raise serializers.ValidationError("Give a value, or the words that show it.")
        return attrs


class CommentInput(serializers.Serializer[Any]):
    body = serializers.CharField(max_length=10_000)


class CommentOutput(serializers.ModelSerializer[Comment]):
    author = serializers.CharField(source="author.name")

    class Meta:
        model = Comment
        fields = ("id", "author", "body", "created_at")
        read_only_fields = fields


class FlagOutput(serializers.Serializer[Any]):
    is_up = serializers.BooleanField(help_text="Whether the flag of the key's person is up now.")


class Decision(Endpoint):
    """A decision about one finding; the answer is the finding as it stands afterwards."""

    serializer_class = OneFindingOutput


class Accept(Decision):
    @extend_schema(operation_id="findings_accept", request=NoteInput)
    def post(self, request: ProgramRequest, finding_id: UUID) -> Response:
        """Settle a finding as right."""
        finding = access_finding(request.user, finding_id, to="review")
        accept_finding(finding, by=request.user, **_sent(request, NoteInput))
        return Response(one_finding(request, finding_id))


class Reject(Decision):
    @extend_schema(operation_id="findings_reject", request=ReasonInput)
    def post(self, request: ProgramRequest, finding_id: UUID) -> Response:
        """Settle a finding as wrong, with the reason."""
        finding = access_finding(request.user, finding_id, to="review")
        reject_finding(finding, by=request.user, **_sent(request, ReasonInput))
        return Response(one_finding(request, finding_id))


class Edit(Decision):
    @extend_schema(operation_id="findings_edit", request=EditInput)
    def post(self, request: ProgramRequest, finding_id: UUID) -> Response:
        """Settle a finding with a value or quotes of one's own."""
        finding = access_finding(request.user, finding_id, to="review")
        edit = _sent(request, EditInput)
        edit_finding(
            finding,
            by=request.user,
            value=checked_value(finding.question.answer_type, edit.get("value")),
            spans=chosen_spans(edit["spans"]) if "spans" in edit else None,
            reason=edit["reason"],
        )
        return Response(one_finding(request, finding_id))


class Undo(Decision):
    @extend_schema(operation_id="findings_undo", request=None)
    def post(self, request: ProgramRequest, finding_id: UUID) -> Response:
        """Take back the decision that holds; again and again, back to unreviewed."""
        finding = access_finding(request.user, finding_id, to="review")
        undo_decision(finding, by=request.user)
        return Response(one_finding(request, finding_id))


class Verify(Decision):
    @extend_schema(operation_id="findings_verify", request=None)
    def post(self, request: ProgramRequest, finding_id: UUID) -> Response:
        """Confirm another person's decision."""
        finding = access_finding(request.user, finding_id, to="review")
        verify_finding(finding, by=request.user)
        return Response(one_finding(request, finding_id))


class Flag(Endpoint):
    serializer_class = FlagOutput

    @extend_schema(operation_id="findings_flag", request=None)
    def post(self, request: ProgramRequest, finding_id: UUID) -> Response:
        """Raise one's flag on a finding, or take it down."""
        finding = access_finding(request.user, finding_id, to="review")
        return Response({"is_up": turn_flag(finding, by=request.user)})


class Comments(Endpoint):
    serializer_class = CommentOutput
    queryset = Comment.objects.none()

    @extend_schema(operation_id="comments_list", responses=CommentOutput(many=True))
    def get(self, request: ProgramRequest, finding_id: UUID) -> Response:
        """What people said beside a finding, oldest first."""
        comments = access_finding(request.user, finding_id).comments.select_related("author")
        return self.answer_page(self.paginate_queryset(comments) or [])

    @extend_schema(operation_id="comments_add", request=CommentInput, responses={201: CommentOutput})
    def post(self, request: ProgramRequest, finding_id: UUID) -> Response:
        """Leave a remark beside a finding."""
        finding = access_finding(request.user, finding_id, to="review")
        comment = comment_on(finding, by=request.user, **_sent(request, CommentInput))
        return Response(CommentOutput(comment).data, status=HTTP_201_CREATED)


def _sent(request: ProgramRequest, kind: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    sent = kind(data=request.data)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)

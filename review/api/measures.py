"""Clause types measured on the firm's own matters, and the knowledge lawyer's approval of each."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from review.measurement.access import access_question_to_approve
from review.measurement.measures import MeasuredQuestion, measured_for, measured_questions
from review.measurement.services import decide_use
from review.tenancy.access import access_as_administrator

from .endpoint import Endpoint, ProgramRequest


class ShareOutput(serializers.Serializer[Any]):
    hits = serializers.IntegerField()
    of = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    interval = serializers.ListField(
        child=serializers.FloatField(), min_length=2, max_length=2, help_text="Wilson's, at 95 %."
    )
    is_enough = serializers.BooleanField(help_text="Whether there are cells enough to speak of a share.")


class MeasureOutput(serializers.Serializer[MeasuredQuestion]):
    """One question: what people settled, what the newest reader showed first, and how it stands."""

    question = serializers.CharField(source="question.key")
    judged = serializers.IntegerField(source="measure.judged")
    with_answer = serializers.IntegerField(source="measure.with_answer")
    right = serializers.IntegerField(source="measure.right", help_text="Shown first and right.")
    missed = serializers.IntegerField(source="measure.missed")
    precision = ShareOutput(source="measure.precision")
    recall = ShareOutput(source="measure.recall")
    approval = serializers.ChoiceField(
        ("approved", "earlier", "not_approved", "never"), source="approval.state"
    )
    words = serializers.CharField(source="approval.words")


class UseInput(serializers.Serializer[Any]):
    approved = serializers.BooleanField()
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class Measures(Endpoint):
    serializer_class = MeasureOutput
    pagination_class = None

    @extend_schema(operation_id="measures_list", responses=MeasureOutput(many=True))
    def get(self, request: ProgramRequest) -> Response:
        """Every question, measured on the reviewed matters the key's person may see; for an administrator."""
        access_as_administrator(request.user)
        lines: Any = measured_questions(measured_for(request.user))
        return Response(MeasureOutput(lines, many=True).data)


class DecideUse(Endpoint):
    serializer_class = MeasureOutput

    @extend_schema(operation_id="measures_decide", request=UseInput, responses={201: MeasureOutput})
    def post(self, request: ProgramRequest, question: str) -> Response:
        """Approve a question for use with the newest reader, or not; for an administrator."""
        found = access_question_to_approve(request.user, question)
        sent = UseInput(data=request.data)
        sent.is_valid(raise_exception=True)
        measured = measured_for(request.user)
        decide_use(found, measured=measured, by=request.user, **sent.validated_data)
        (line,) = measured_questions(measured, [found])
        return Response(MeasureOutput(line).data, status=HTTP_201_CREATED)

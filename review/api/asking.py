"""The Ask box: a question in a person's own words over a matter, and its answers with quotes."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.status import HTTP_202_ACCEPTED

from review.asking.access import access_inquiry
from review.asking.models import Inquiry
from review.asking.selectors import InquiryView, inquiries_of, inquiry_views
from review.asking.services import LONGEST, ask_matter, cancel_inquiry, resume_inquiry
from review.matters.access import access_matter
from review.readings.models import AnswerState

from .case_answers import CaseAnswerOutput, PartOutput, SpentOutput
from .endpoint import Endpoint, ProgramRequest

OVER = ("case_files", "matter")


class QuestionInput(serializers.Serializer[Any]):
    question = serializers.CharField(max_length=LONGEST)
    over = serializers.ChoiceField(
        OVER,
        default="case_files",
        help_text="Each case file by itself, or all documents of the matter as one case file.",
    )


class InquiryOutput(serializers.Serializer[Any]):
    """A question, how far it is (queued, reading, answering, answered, failed, forbidden, cancelled), its answers."""

    id = serializers.UUIDField(source="inquiry.pk")
    matter = serializers.UUIDField(source="inquiry.matter_id")
    question = serializers.CharField(source="inquiry.words")
    over = serializers.SerializerMethodField()
    asked_by = serializers.CharField(source="inquiry.asked_by.name")
    asked_at = serializers.DateTimeField(source="inquiry.asked_at")
    reader = serializers.CharField(source="run.run.profile.name")
    stage = serializers.CharField()
    cause = serializers.CharField(source="run.cause", allow_blank=True)
    state = serializers.ChoiceField(
        [("", "None yet"), *AnswerState.choices], help_text="What the answers come to: the best of them."
    )
    answers = CaseAnswerOutput(many=True)
    parts = PartOutput(source="run.parts", many=True)
    figures = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ChoiceField(OVER))
    def get_over(self, view: InquiryView) -> str:
        return "matter" if view.run.run.is_across else "case_files"

    @extend_schema_field(SpentOutput())
    def get_figures(self, view: InquiryView) -> dict[str, Any]:
        return dict(SpentOutput(view.figures).data)


class Inquiries(Endpoint):
    serializer_class = InquiryOutput
    pagination_class = None

    @extend_schema(operation_id="asked_list", responses=InquiryOutput(many=True))
    def get(self, request: ProgramRequest, matter_id: UUID) -> Response:
        """The last questions that were asked in a matter, newest first."""
        matter = access_matter(request.user, matter_id)
        return Response(InquiryOutput(inquiries_of(matter), many=True).data)

    @extend_schema(operation_id="asked_ask", request=QuestionInput, responses={202: InquiryOutput})
    def post(self, request: ProgramRequest, matter_id: UUID) -> Response:
        """Ask all documents of a matter a question; a worker answers it."""
        matter = access_matter(request.user, matter_id, to="review")
        sent = QuestionInput(data=request.data)
        sent.is_valid(raise_exception=True)
        is_across = sent.validated_data["over"] == "matter"
        inquiry = ask_matter(matter, sent.validated_data["question"], is_across=is_across, by=request.user)
        return Response(_output(inquiry), status=HTTP_202_ACCEPTED)


class OneInquiry(Endpoint):
    serializer_class = InquiryOutput

    @extend_schema(operation_id="asked_one")
    def get(self, request: ProgramRequest, inquiry_id: UUID) -> Response:
        """A question with how far it is and its answers."""
        return Response(_output(access_inquiry(request.user, inquiry_id)))


class CancelInquiry(Endpoint):
    serializer_class = InquiryOutput

    @extend_schema(operation_id="asked_cancel", request=None)
    def post(self, request: ProgramRequest, inquiry_id: UUID) -> Response:
        """Call a question off; what was answered stays."""
        inquiry = access_inquiry(request.user, inquiry_id, to="review")
        cancel_inquiry(inquiry, by=request.user)
        return Response(_output(inquiry))


class ResumeInquiry(Endpoint):
    serializer_class = InquiryOutput

    @extend_schema(operation_id="asked_resume", request=None)
    def post(self, request: ProgramRequest, inquiry_id: UUID) -> Response:
        """Go on with a question that ended without all its answers."""
        inquiry = access_inquiry(request.user, inquiry_id, to="review")
        resume_inquiry(inquiry, by=request.user)
        return Response(_output(inquiry))


def _output(inquiry: Inquiry) -> Any:
    (view,) = inquiry_views([inquiry])
    return InquiryOutput(view).data

"""The questions a document is asked."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from review.playbooks.models import Question
from review.playbooks.selectors import active_questions

from .endpoint import Endpoint, ProgramRequest


class QuestionOutput(serializers.ModelSerializer[Question]):
    examples = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Question
        fields = ("id", "key", "name", "clause_type", "definition", "answer_type", "severity", "examples")
        read_only_fields = fields


class Questions(Endpoint):
    serializer_class = QuestionOutput
    pagination_class = None

    @extend_schema(operation_id="questions_list", responses=QuestionOutput(many=True))
    def get(self, request: ProgramRequest) -> Response:
        """Every active question of the firm, in the order of the grid's columns."""
        return Response(QuestionOutput(active_questions(), many=True).data)

"""The questions a document is asked: the clause types, and the firm's own, which are added and changed here too."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from review.playbooks.access import access_question, access_questions
from review.playbooks.models import AnswerType, Question
from review.playbooks.selectors import active_questions, all_questions
from review.playbooks.services import (
    LONGEST_DEFINITION,
    LONGEST_EXAMPLE,
    LONGEST_NAME,
    MOST_EXAMPLES,
    Wording,
    add_question,
    move_question,
    restore_question,
    retire_question,
    reword_question,
)

from .endpoint import Endpoint, ProgramRequest

WORDS = ("name", "definition", "answer_type", "examples")


class QuestionOutput(serializers.ModelSerializer[Question]):
    examples = serializers.ListField(child=serializers.CharField())
    is_own = serializers.BooleanField(help_text="The firm's own question; otherwise a clause type.")

    class Meta:
        model = Question
        fields = (
            "id",
            "key",
            "name",
            "clause_type",
            "definition",
            "answer_type",
            "severity",
            "examples",
            "position",
            "is_active",
            "is_own",
            "edition",
        )
        read_only_fields = fields


class ExamplesInput(serializers.ListField):
    child = serializers.CharField(max_length=LONGEST_EXAMPLE)

    def __init__(self, **named: Any) -> None:
        super().__init__(max_length=MOST_EXAMPLES, required=False, **named)


class NewQuestionInput(serializers.Serializer[Any]):
    """A question of the firm's own, in the words it is compared by."""

    name = serializers.CharField(max_length=LONGEST_NAME)
    definition = serializers.CharField(max_length=LONGEST_DEFINITION)
    answer_type = serializers.ChoiceField(AnswerType.choices, default=AnswerType.TEXT)
    examples = ExamplesInput()


class QuestionChange(serializers.Serializer[Any]):
    """What is to be otherwise; what is left out stays. Other words make what was read before stale."""

    name = serializers.CharField(max_length=LONGEST_NAME, required=False)
    definition = serializers.CharField(max_length=LONGEST_DEFINITION, required=False)
    answer_type = serializers.ChoiceField(AnswerType.choices, required=False)
    examples = ExamplesInput()
    is_active = serializers.BooleanField(
        required=False, help_text="False retires the column, true restores it."
    )
    move = serializers.ChoiceField(
        ("up", "down"), required=False, help_text="Change places with a neighbour."
    )


class Questions(Endpoint):
    serializer_class = QuestionOutput
    pagination_class = None

    @extend_schema(
        operation_id="questions_list",
        parameters=[
            OpenApiParameter("retired", OpenApiTypes.BOOL, description="True adds those that were retired.")
        ],
        responses=QuestionOutput(many=True),
    )
    def get(self, request: ProgramRequest) -> Response:
        """Every active question of the firm, in the order of the grid's columns."""
        access_questions(request.user)
        wanted = all_questions() if request.query_params.get("retired") == "true" else active_questions()
        return Response(QuestionOutput(wanted, many=True).data)

    @extend_schema(operation_id="questions_add", request=NewQuestionInput, responses={201: QuestionOutput})
    def post(self, request: ProgramRequest) -> Response:
        """Add a question of the firm's own; `matters/MATTER/read/` then asks it, and nothing else again."""
        membership = access_questions(request.user, to="change")
        wanted = NewQuestionInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        wording = Wording.of(**wanted.validated_data)
        question = add_question(wording, by=request.user, organization_id=membership.organization_id)
        return Response(QuestionOutput(question).data, status=HTTP_201_CREATED)


class OneQuestion(Endpoint):
    serializer_class = QuestionOutput
    http_method_names = ["get", "head", "patch"]

    @extend_schema(operation_id="questions_one")
    def get(self, request: ProgramRequest, question_id: UUID) -> Response:
        """One question, retired or not."""
        return Response(QuestionOutput(access_question(request.user, question_id)).data)

    @extend_schema(operation_id="questions_change", request=QuestionChange)
    def patch(self, request: ProgramRequest, question_id: UUID) -> Response:
        """Reword, retire, restore or move a question."""
        question = access_question(request.user, question_id, to="change")
        wanted = QuestionChange(data=request.data)
        wanted.is_valid(raise_exception=True)
        _change(question, dict(wanted.validated_data), request)
        return Response(QuestionOutput(access_question(request.user, question_id)).data)


def _change(question: Question, wanted: dict[str, Any], request: ProgramRequest) -> None:
    if any(name in wanted for name in WORDS):
        words = {name: wanted.get(name, getattr(question, name)) for name in WORDS}
        reword_question(question, Wording.of(**words), by=request.user)
    if "is_active" in wanted:
        change = restore_question if wanted["is_active"] else retire_question
        change(question, by=request.user)
    if "move" in wanted:
        move_question(question, wanted["move"], by=request.user)

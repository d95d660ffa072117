"""Findings: list, one, and add one's own."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django_filters.rest_framework import CharFilter, FilterSet, MultipleChoiceFilter, UUIDFilter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from review.documents.access import access_document
from review.errors import Invalid
from review.findings.access import access_finding
from review.findings.models import Disposition, Finding, MachineState, Origin, ReviewState
from review.findings.selectors import current_findings
from review.findings.services import ChosenSpan, add_finding
from review.matters.access import access_matter
from review.playbooks.models import Question
from review.playbooks.selectors import active_questions
from review.readings.models import CaseAnswer
from review.readings.selectors import with_quotes

from .case_answers import CaseAnswerOutput
from .endpoint import Endpoint, ProgramRequest
from .evidence import ShownFinding, ShownQuote, shown
from .filters import Filters, one_of
from .values import SHAPES, checked_value


class FindingFilters(FilterSet):
    """`matter` or `document` must be there; `clause_type` is the name or the key of a question."""

    matter = UUIDFilter()
    document = UUIDFilter()
    clause_type = CharFilter()
    state = MultipleChoiceFilter(label="The machine's word.", **one_of(MachineState))
    review_state = MultipleChoiceFilter(label="The people's word.", **one_of(ReviewState))

    def filter_queryset(self, queryset: QuerySet[Finding]) -> QuerySet[Finding]:
        chosen = self.form.cleaned_data
        found = self._behind_the_gates(chosen["matter"], chosen["document"])
        if chosen["clause_type"]:
            found = found.filter(question__in=_questions_called(chosen["clause_type"]))
        if chosen["state"]:
            found = found.filter(state__in=chosen["state"])
        if chosen["review_state"]:
            found = found.filter(  # type: ignore[misc]
                review_state__in=chosen["review_state"]
            )
        return found.select_related("document", "question", "run")

    def _behind_the_gates(self, matter_id: UUID | None, document_id: UUID | None) -> QuerySet[Finding]:
        user = self.request.user
        if document_id is None:
            if matter_id is None:
                raise Invalid("matter: Name a matter or a document.")
            return current_findings(access_matter(user, matter_id))
        document = access_document(user, document_id)
        if matter_id is not None:
            access_matter(user, matter_id)
        found = current_findings(document.matter_id).filter(document=document)
        return found if matter_id in (None, document.matter_id) else found.none()


def _questions_called(name: str) -> list[Question]:
    called = [
        question
        for question in active_questions()
        if name.casefold() in {question.key, question.name.casefold(), question.clause_type.casefold()}
    ]
    if not called:
        raise Invalid("clause_type: There is no such clause type. GET questions/ lists them.")
    return called


class BoxOutput(serializers.Serializer[Any]):
    page = serializers.IntegerField()
    rectangle = serializers.ListField(
        child=serializers.FloatField(),
        min_length=4,
        max_length=4,
        help_text="x0, y0, x1, y1 in PDF points from the top left of the page as displayed.",
    )


class QuoteOutput(serializers.Serializer[ShownQuote]):
    """`quote` is `content[start:end]` of the text, in code points."""

    document = serializers.UUIDField()
    text = serializers.UUIDField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    quote = serializers.CharField(trim_whitespace=False)
    score = serializers.FloatField(allow_null=True)
    shown = serializers.ChoiceField(("quiet", "possible"))
    boxes = BoxOutput(many=True)


class NearPassage(serializers.Serializer[Any]):
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    score = serializers.FloatField()


class Coverage(serializers.Serializer[Any]):
    read = serializers.IntegerField(required=False, help_text="Characters read.")
    total = serializers.IntegerField(required=False)
    miss_rate = serializers.FloatField(
        required=False,
        allow_null=True,
        help_text="How often not found was wrong when that was measured, 0 to 1.",
    )
    thorough = serializers.FloatField(
        required=False, allow_null=True, help_text="The score from which little was missed when measured."
    )
    thorough_recall = serializers.FloatField(
        required=False,
        allow_null=True,
        help_text="How many contracts with an answer showed it from there up.",
    )


class FindingOutput(serializers.Serializer[ShownFinding]):
    """`state` is the machine's word, `review_state` the people's; `value` and the quiet quotes are those that hold."""

    id = serializers.UUIDField(source="finding.id")
    matter = serializers.UUIDField(source="finding.matter_id")
    document = serializers.UUIDField(source="finding.document_id")
    document_name = serializers.CharField(source="finding.document.name")
    text = serializers.UUIDField(source="finding.text_id")
    question = serializers.CharField(source="finding.question.key", help_text="Key of the question.")
    clause_type = serializers.CharField(source="finding.question.clause_type")
    origin = serializers.ChoiceField(Origin.choices, source="finding.origin")
    state = serializers.ChoiceField(MachineState.choices, source="finding.state")
    measure = serializers.ChoiceField(
        ("chance", "likeness", "choice"),
        source="finding.measure",
        help_text="What scores are; likeness, of a firm's own question, is no chance to be right.",
    )
    review_state = serializers.ChoiceField(ReviewState.choices, source="standing.review_state")
    freshness = serializers.SerializerMethodField()
    score = serializers.FloatField(source="finding.score", allow_null=True)
    value = serializers.JSONField(source="standing.value", allow_null=True, help_text=SHAPES)
    machine_value = serializers.JSONField(
        source="finding.value", allow_null=True, help_text="What the machine computed, in the same shapes."
    )
    decided_by = serializers.CharField(source="standing.decided_by", allow_blank=True)
    decided_at = serializers.DateTimeField(source="standing.decided_at", allow_null=True)
    reason = serializers.CharField(source="standing.reason", allow_blank=True)
    evidence = QuoteOutput(many=True)
    nearest = NearPassage(source="finding.nearest", many=True, help_text="For not found: what came closest.")
    coverage = Coverage(source="finding.coverage")
    created_at = serializers.DateTimeField(source="finding.created_at")

    @extend_schema_field({"type": "string", "enum": ["current", "stale"]})
    def get_freshness(self, shown: ShownFinding) -> str:
        return "current" if shown.is_current else "stale"


class DecisionOutput(serializers.ModelSerializer[Disposition]):
    """One row of a finding's history."""

    decided_by = serializers.CharField(source="decided_by.name")
    undone = serializers.SerializerMethodField(help_text="For an undo: the outcome it took back.")

    class Meta:
        model = Disposition
        fields = (
            "ordinal",
            "outcome",
            "review_state",
            "undone",
            "decided_by",
            "decided_at",
            "reason",
            "value",
        )
        read_only_fields = fields

    @extend_schema_field({"type": "string", "nullable": True})
    def get_undone(self, decision: Disposition) -> str | None:
        is_undo = decision.outcome == "undone" and decision.supersedes is not None
        return decision.supersedes.outcome if is_undo else None


class OneFindingOutput(FindingOutput):
    """A finding with its history, whose flags are up, and the answer about a whole case file that it is a part of."""

    history = serializers.SerializerMethodField()
    flagged_by = serializers.SerializerMethodField()
    case_answer = serializers.SerializerMethodField()

    @extend_schema_field(DecisionOutput(many=True))
    def get_history(self, shown: ShownFinding) -> Any:
        rows = shown.finding.dispositions.select_related("decided_by", "supersedes").order_by("ordinal")
        return DecisionOutput(rows, many=True).data

    @extend_schema_field(CaseAnswerOutput(allow_null=True))
    def get_case_answer(self, shown: ShownFinding) -> Any:
        answers = with_quotes(CaseAnswer.objects.filter(findings=shown.finding))
        return next((CaseAnswerOutput(answer).data for answer in answers), None)

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_flagged_by(self, shown: ShownFinding) -> list[str]:
        return [flag.raised_by.name for flag in shown.finding.flags.select_related("raised_by")]


class SpanInput(serializers.Serializer[Any]):
    """Words of the finding's text, in code points; `quote`, when given, must equal them."""

    start = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    end = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    quote = serializers.CharField(required=False, trim_whitespace=False)


@extend_schema_field(OpenApiTypes.ANY)
class ValueInput(serializers.JSONField):
    """A value typed by its question, in the shapes that are read."""


class NewFindingInput(serializers.Serializer[Any]):
    document = serializers.UUIDField()
    question = serializers.CharField(help_text="Key of the question.")
    spans = SpanInput(many=True, allow_empty=False)
    value = ValueInput(required=False, allow_null=True)


class Findings(Endpoint):
    serializer_class = FindingOutput
    queryset = Finding.objects.none()
    filter_backends = (Filters,)
    filterset_class = FindingFilters

    @extend_schema(operation_id="findings_list", responses=FindingOutput(many=True))
    def get(self, request: ProgramRequest) -> Response:
        """What counts now in a matter or a document: the newest machine findings and what people added."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.answer_page(shown(rows))

    @extend_schema(operation_id="findings_add", request=NewFindingInput, responses={201: OneFindingOutput})
    def post(self, request: ProgramRequest) -> Response:
        """Add what a person found; it counts as accepted by them."""
        wanted = NewFindingInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        document = access_document(request.user, wanted.validated_data["document"], to="review")
        question = _question_keyed(wanted.validated_data["question"])
        finding = add_finding(
            document,
            question,
            by=request.user,
            spans=chosen_spans(wanted.validated_data["spans"]),
            value=checked_value(question.answer_type, wanted.validated_data.get("value")),
        )
        return Response(one_finding(request, finding.pk), status=HTTP_201_CREATED)


class OneFinding(Endpoint):
    serializer_class = OneFindingOutput

    @extend_schema(operation_id="findings_one")
    def get(self, request: ProgramRequest, finding_id: UUID) -> Response:
        """One finding with its history."""
        return Response(one_finding(request, finding_id))


def one_finding(request: ProgramRequest, finding_id: UUID) -> Any:
    """A finding as it stands now, as the answer to reading or deciding it."""
    finding = access_finding(request.user, finding_id)
    is_current = current_findings(finding.matter_id).filter(pk=finding.pk).exists()
    (present,) = shown([finding])
    return OneFindingOutput(ShownFinding(finding, present.standing, present.evidence, is_current)).data


def chosen_spans(spans: list[dict[str, Any]]) -> list[ChosenSpan]:
    return [ChosenSpan(span["start"], span["end"], span.get("quote")) for span in spans]


def _question_keyed(key: str) -> Question:
    question = next((each for each in active_questions() if each.key == key), None)
    if question is None:
        raise Invalid("question: There is no question with this key. GET questions/ lists them.")
    return question

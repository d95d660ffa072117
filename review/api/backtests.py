"""Back-tests: deliver the spreadsheet of a past review, say what its columns are, and take the result."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters.rest_framework import CharFilter, FilterSet, MultipleChoiceFilter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_202_ACCEPTED

from review.matters.access import access_matter
from review.measurement.access import access_backtest, access_comparison
from review.measurement.errors import NothingToCompare
from review.measurement.mapping import DOCUMENT, USUAL_NOTHING, Column, checked
from review.measurement.models import Adjudication, BackTest, Comparison, Ruling, Verdict
from review.measurement.said import Meaning
from review.measurement.selectors import (
    Figures,
    Line,
    Passage,
    Tally,
    backtests_of,
    extents_of,
    figures_of,
    job_of,
    latest_run,
    lines_of,
    sheets_of,
    view_of,
    with_ruling,
)
from review.measurement.services import adjudicate, cancel_backtest, open_backtest, start_comparison
from review.playbooks.selectors import active_questions
from review.reports.export_backtest import backtest_csv, backtest_xlsx

from .endpoint import Endpoint, ProgramRequest
from .exports import EXCEL, as_file
from .filters import Filters, one_of


class BackTestInput(serializers.Serializer[Any]):
    """One spreadsheet (.xlsx or .csv) as `multipart/form-data`."""

    file = serializers.FileField(allow_empty_file=True)


class ColumnOutput(serializers.Serializer[Column]):
    column = serializers.IntegerField(source="at", help_text="From 0.")
    heading = serializers.CharField()
    samples = serializers.ListField(child=serializers.CharField())
    answers = serializers.CharField(
        source="is_", help_text="A guess: `document`, the key of a question, or nothing."
    )
    meaning = serializers.ChoiceField([meaning.value for meaning in Meaning])


class SheetOutput(serializers.Serializer[Any]):
    """A sheet with what its columns seem to be."""

    sheet = serializers.IntegerField(source="sheet.ordinal")
    name = serializers.CharField(source="sheet.name", allow_blank=True)
    last_row = serializers.IntegerField(source="sheet.last_row")
    heading_row = serializers.IntegerField()
    columns = ColumnOutput(many=True)


class CountsOutput(serializers.Serializer[Tally]):
    """How many lines ended in each verdict, and who was right after adjudication."""

    comparable = serializers.IntegerField()
    by_verdict = serializers.DictField(child=serializers.IntegerField())
    agreement = serializers.FloatField(allow_null=True, help_text="Share of what can be compared, 0 to 1.")
    disagreements = serializers.IntegerField()
    undecided = serializers.IntegerField()
    reader_right = serializers.IntegerField(help_text="After adjudication.")
    people_right = serializers.IntegerField(help_text="After adjudication.")


class QuestionCounts(serializers.Serializer[Any]):
    question = serializers.CharField()
    counts = CountsOutput()


class FiguresOutput(serializers.Serializer[Figures]):
    total = CountsOutput()
    by_question = serializers.SerializerMethodField()
    rows_without_document = serializers.IntegerField(source="without_document")
    documents_without_row = serializers.IntegerField(source="without_row")

    @extend_schema_field(QuestionCounts(many=True))
    def get_by_question(self, figures: Figures) -> list[dict[str, Any]]:
        rows = ({"question": question.key, "counts": tally} for question, tally in figures.by_question)
        return list(QuestionCounts(rows, many=True).data)


class BackTestOutput(serializers.ModelSerializer[BackTest]):
    matter = serializers.UUIDField(source="matter_id")
    uploaded_by = serializers.CharField(source="uploaded_by.name")
    done = serializers.SerializerMethodField(help_text="Documents compared so far.")
    total = serializers.SerializerMethodField()

    class Meta:
        model = BackTest
        fields: tuple[str, ...] = (
            "id",
            "matter",
            "name",
            "size",
            "sha256",
            "state",
            "sentence",
            "uploaded_by",
            "created_at",
            "done",
            "total",
        )
        read_only_fields = fields

    def get_done(self, backtest: BackTest) -> int:
        job = job_of(backtest)
        return job.progress_done if job else 0

    def get_total(self, backtest: BackTest) -> int:
        job = job_of(backtest)
        return job.progress_total if job else 0


class OneBackTestOutput(BackTestOutput):
    """A back-test with its sheets, and the figures of its newest result."""

    sheets = serializers.SerializerMethodField()
    figures = serializers.SerializerMethodField()

    class Meta(BackTestOutput.Meta):
        fields = (*BackTestOutput.Meta.fields, "sheets", "figures")
        read_only_fields = fields

    @extend_schema_field(SheetOutput(many=True))
    def get_sheets(self, backtest: BackTest) -> list[dict[str, Any]]:
        return list(SheetOutput((view_of(sheet) for sheet in sheets_of(backtest)), many=True).data)

    @extend_schema_field(FiguresOutput(allow_null=True))
    def get_figures(self, backtest: BackTest) -> dict[str, Any] | None:
        run = latest_run(backtest)
        return dict(FiguresOutput(figures_of(run)).data) if run else None


class ChosenColumn(serializers.Serializer[Any]):
    column = serializers.IntegerField(min_value=0)
    answers = serializers.CharField(max_length=80, help_text=f"`{DOCUMENT}`, or the key of a question.")
    meaning = serializers.ChoiceField([meaning.value for meaning in Meaning], default=Meaning.QUOTE.value)


class MappingInput(serializers.Serializer[Any]):
    """What the columns are. What is left out is not compared."""

    sheet = serializers.IntegerField(min_value=1, default=1)
    heading_row = serializers.IntegerField(min_value=1, default=1)
    columns = ChosenColumn(many=True)
    nothing = serializers.CharField(
        default=USUAL_NOTHING, allow_blank=True, help_text="Words that say that nothing is there."
    )
    empty_is_nothing = serializers.BooleanField(default=True)


class PassageOutput(serializers.Serializer[Passage]):
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    words = serializers.CharField(trim_whitespace=False)
    page = serializers.IntegerField()


class LineOutput(serializers.Serializer[Line]):
    """One line of the result. `suggested` is where the people's very words stand: a suggestion, never evidence."""

    id = serializers.UUIDField(source="comparison.id")
    document = serializers.UUIDField(source="comparison.document_id", allow_null=True)
    named = serializers.CharField(source="comparison.named", allow_blank=True)
    rows = serializers.ListField(source="comparison.row_numbers", child=serializers.IntegerField())
    question = serializers.SerializerMethodField(help_text="Key of the question, or null.")
    finding = serializers.UUIDField(source="comparison.finding_id", allow_null=True)
    verdict = serializers.ChoiceField(Verdict.choices, source="comparison.verdict")
    reason = serializers.CharField(source="comparison.reason", allow_blank=True)
    people = serializers.CharField(source="comparison.people", allow_blank=True)
    suggested = PassageOutput(many=True)
    shown = PassageOutput(many=True)
    folded = PassageOutput(many=True)
    nearest = PassageOutput(many=True)
    ruling = serializers.ChoiceField(Ruling.choices)

    def get_question(self, line: Line) -> str | None:
        return line.comparison.question.key if line.comparison.question else None


class LineFilters(FilterSet):
    verdict = MultipleChoiceFilter(**one_of(Verdict))
    ruling = MultipleChoiceFilter(**one_of(Ruling))
    question = CharFilter(field_name="question__key")


class RulingInput(serializers.Serializer[Any]):
    ruling = serializers.ChoiceField(Ruling.choices)
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class RulingOutput(serializers.ModelSerializer[Adjudication]):
    decided_by = serializers.CharField(source="decided_by.name")

    class Meta:
        model = Adjudication
        fields = ("id", "ruling", "note", "decided_by", "decided_at")
        read_only_fields = fields


class BackTests(Endpoint):
    serializer_class = BackTestOutput
    parser_classes = (MultiPartParser,)
    pagination_class = None

    @extend_schema(operation_id="backtests_list", responses=BackTestOutput(many=True))
    def get(self, request: ProgramRequest, matter_id: UUID) -> Response:
        """The back-tests of a matter, newest first."""
        rows = backtests_of(access_matter(request.user, matter_id))
        return Response(BackTestOutput(rows, many=True).data)

    @extend_schema(operation_id="backtests_create", request=BackTestInput, responses={201: BackTestOutput})
    def post(self, request: ProgramRequest, matter_id: UUID) -> Response:
        """Deliver the spreadsheet of a past review; its rows are read by a worker."""
        matter = access_matter(request.user, matter_id, to="review")
        sent = BackTestInput(data=request.data)
        sent.is_valid(raise_exception=True)
        file = sent.validated_data["file"]
        backtest = open_backtest(
            matter, name=file.name, size=file.size, chunks=file.chunks(), by=request.user
        )
        return Response(BackTestOutput(backtest).data, status=HTTP_201_CREATED)


class OneBackTest(Endpoint):
    serializer_class = OneBackTestOutput

    @extend_schema(operation_id="backtests_one")
    def get(self, request: ProgramRequest, backtest_id: UUID) -> Response:
        """How a back-test stands, what its columns seem to be, and the figures of its newest result."""
        return Response(OneBackTestOutput(access_backtest(request.user, backtest_id)).data)


class CompareBackTest(Endpoint):
    serializer_class = BackTestOutput

    @extend_schema(operation_id="backtests_compare", request=MappingInput, responses={202: BackTestOutput})
    def post(self, request: ProgramRequest, backtest_id: UUID) -> Response:
        """Compare the spreadsheet with the matter's present findings."""
        backtest = access_backtest(request.user, backtest_id, to="review")
        sent = MappingInput(data=request.data)
        sent.is_valid(raise_exception=True)
        chosen = sent.validated_data
        mapping = checked(
            sheets=extents_of(sheets_of(backtest)),
            sheet=chosen["sheet"],
            heading_row=chosen["heading_row"],
            chosen=[(each["column"], each["answers"], each["meaning"]) for each in chosen["columns"]],
            nothing=chosen["nothing"],
            empty_is_nothing=chosen["empty_is_nothing"],
            questions=active_questions(),
        )
        start_comparison(backtest, mapping=mapping, by=request.user)
        return Response(
            BackTestOutput(access_backtest(request.user, backtest_id)).data, status=HTTP_202_ACCEPTED
        )


class CancelBackTest(Endpoint):
    serializer_class = BackTestOutput

    @extend_schema(operation_id="backtests_cancel", request=None)
    def post(self, request: ProgramRequest, backtest_id: UUID) -> Response:
        """Stop what is under way."""
        backtest = access_backtest(request.user, backtest_id, to="review")
        return Response(BackTestOutput(cancel_backtest(backtest, by=request.user)).data)


class BackTestLines(Endpoint):
    serializer_class = LineOutput
    queryset = Comparison.objects.none()
    filter_backends = (Filters,)
    filterset_class = LineFilters

    @extend_schema(operation_id="backtests_lines")
    def get(self, request: ProgramRequest, backtest_id: UUID) -> Response:
        """The lines of the newest result with the words of both sides."""
        run = latest_run(access_backtest(request.user, backtest_id))
        if run is None:
            raise NothingToCompare
        rows: QuerySet[Any] = with_ruling(Comparison.objects.filter(run=run))
        rows = rows.select_related("document", "question", "finding", "text")
        page = self.paginate_queryset(self.filter_queryset(rows)) or []
        return self.answer_page(lines_of(page))


class ExcelOfBackTest(Endpoint):
    @extend_schema(operation_id="backtests_xlsx", responses={(200, EXCEL): OpenApiTypes.BINARY})
    def get(self, request: ProgramRequest, backtest_id: UUID) -> HttpResponse:
        """Figures and lines as an Excel file."""
        backtest = access_backtest(request.user, backtest_id)
        return as_file(backtest_xlsx(backtest, by=request.user), EXCEL, backtest.matter, "back-test.xlsx")


class CsvOfBackTest(Endpoint):
    @extend_schema(operation_id="backtests_csv", responses={(200, "text/csv"): OpenApiTypes.BINARY})
    def get(self, request: ProgramRequest, backtest_id: UUID) -> HttpResponse:
        """The lines as a CSV file."""
        backtest = access_backtest(request.user, backtest_id)
        return as_file(backtest_csv(backtest, by=request.user), "text/csv", backtest.matter, "back-test.csv")


class Adjudicate(Endpoint):
    serializer_class = RulingOutput

    @extend_schema(operation_id="comparisons_rule", request=RulingInput, responses={201: RulingOutput})
    def post(self, request: ProgramRequest, comparison_id: UUID) -> Response:
        """Say who was right about a disagreement."""
        comparison = access_comparison(request.user, comparison_id, to="review")
        sent = RulingInput(data=request.data)
        sent.is_valid(raise_exception=True)
        ruling = Ruling(sent.validated_data["ruling"])
        made = adjudicate(comparison, ruling=ruling, by=request.user, note=sent.validated_data["note"])
        return Response(RulingOutput(made).data, status=HTTP_201_CREATED)

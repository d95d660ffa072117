"""Runs over whole case files: what one would take, its start, how far it is, and what it took."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from review.errors import Invalid
from review.matters.access import access_matter
from review.playbooks.models import Question
from review.playbooks.selectors import active_questions
from review.readers.errors import NoWholeReader
from review.readers.models import ReaderProfile
from review.readers.selectors import reader_of
from review.readings.access import access_run
from review.readings.estimate import Estimate, estimate_run
from review.readings.figures import figures_of_run
from review.readings.models import PartState
from review.readings.recipes import asked_of
from review.readings.selectors import RunView, run_view, run_views, runs_of
from review.readings.services import cancel_run, refuse_reader, resume_run, start_run

from .case_answers import PartOutput, SpentOutput
from .endpoint import Endpoint, ProgramRequest


class EstimateOutput(serializers.Serializer[Estimate]):
    """What a run would take; `seconds` is null and `cost` empty where the reader was never measured.

    Seconds and cost are those of reading, of going through what is longer than the reader takes at once, and of
    answering together; each is also told by itself.
    """

    case_files = serializers.IntegerField()
    documents = serializers.IntegerField()
    tokens = serializers.IntegerField(help_text="To be read: of case files that are kept nowhere.")
    by = serializers.ChoiceField(("tokenizer", "characters", "reader"), help_text="What counted the tokens.")
    questions = serializers.IntegerField()
    answered = serializers.IntegerField(help_text="By earlier runs; they cost nothing.")
    to_read = serializers.IntegerField(help_text="Case files that are read first.")
    on_disk = serializers.IntegerField(help_text="Case files that are brought back from disk.")
    warm = serializers.IntegerField(help_text="Case files that a worker has in memory.")
    kept_tokens = serializers.IntegerField(help_text="Of the last two; they are not read again.")
    own_tokens = serializers.IntegerField(
        allow_null=True, help_text="About, of the questions and what is written to answer them."
    )
    reading_seconds = serializers.FloatField(allow_null=True, help_text="Bringing back from disk among them.")
    answering_seconds = serializers.FloatField(allow_null=True)
    seconds = serializers.FloatField(allow_null=True)
    reading_cost = serializers.CharField(allow_blank=True)
    answering_cost = serializers.CharField(allow_blank=True)
    cost = serializers.CharField(allow_blank=True)
    too_long = serializers.ListField(child=serializers.CharField())
    in_sections = serializers.ListField(
        child=serializers.CharField(),
        help_text="Case files longer than the reader takes at once; they are read in sections.",
    )
    to_go_through = serializers.IntegerField(
        help_text="Of these, those with something to ask whose documents are gone through first, all or the rest."
    )
    through_characters = serializers.IntegerField(help_text="Code points that are gone through first.")
    through_seconds = serializers.FloatField(allow_null=True, help_text="Going through them.")
    through_cost = serializers.CharField(allow_blank=True)
    section_questions = serializers.IntegerField(help_text="Of the questions, those answered in sections.")
    section_seconds = serializers.FloatField(
        allow_null=True,
        help_text="Answering these with reading sections for them; part of answering_seconds.",
    )


class RunInput(serializers.Serializer[Any]):
    questions = serializers.ListField(
        child=serializers.CharField(max_length=80),
        required=False,
        help_text="Keys; all active ones if left out.",
    )


class RunOutput(serializers.Serializer[Any]):
    """A run and how far each of its case files is."""

    id = serializers.UUIDField(source="run.pk")
    matter = serializers.UUIDField(source="run.matter_id")
    reader = serializers.CharField(source="run.profile.name")
    started_by = serializers.CharField(source="run.started_by.name")
    created_at = serializers.DateTimeField(source="run.created_at")
    state = serializers.ChoiceField(PartState.choices)
    cause = serializers.CharField(allow_blank=True)
    questions = serializers.IntegerField(help_text="Over all case files.")
    answered = serializers.IntegerField()
    reused = serializers.IntegerField()
    parts = PartOutput(many=True)
    estimate = serializers.DictField(source="run.estimate", help_text="What was told before it started.")
    figures = serializers.SerializerMethodField()

    @extend_schema_field(SpentOutput())
    def get_figures(self, view: RunView) -> dict[str, Any]:
        return dict(SpentOutput(figures_of_run(view.run.pk)).data)


class Runs(Endpoint):
    serializer_class = RunOutput
    pagination_class = None

    @extend_schema(operation_id="runs_list", responses=RunOutput(many=True))
    def get(self, request: ProgramRequest, matter_id: UUID) -> Response:
        """The runs of a matter, newest first."""
        matter = access_matter(request.user, matter_id)
        return Response(RunOutput(run_views(runs_of(matter)), many=True).data)

    @extend_schema(operation_id="runs_start", request=RunInput, responses={201: RunOutput})
    def post(self, request: ProgramRequest, matter_id: UUID) -> Response:
        """Put columns to the whole matter with the reader that holds for it."""
        matter = access_matter(request.user, matter_id, to="review")
        sent = RunInput(data=request.data)
        sent.is_valid(raise_exception=True)
        chosen = _chosen(sent.validated_data.get("questions"))
        run = start_run(matter, _reader(matter.pk), chosen, by=request.user)
        return Response(RunOutput(run_view(run)).data, status=HTTP_201_CREATED)


class RunEstimate(Endpoint):
    serializer_class = EstimateOutput

    @extend_schema(
        operation_id="runs_estimate",
        parameters=[
            OpenApiParameter("question", OpenApiTypes.STR, many=True, description="Keys; all if left out.")
        ],
    )
    def get(self, request: ProgramRequest, matter_id: UUID) -> Response:
        """What a run would take now: tokens, questions, seconds, cost."""
        matter = access_matter(request.user, matter_id, to="review")
        chosen = _chosen(request.query_params.getlist("question") or None)
        profile = _reader(matter.pk)
        refuse_reader(matter, profile)
        estimate, _ = estimate_run(matter, profile, [asked_of(each) for each in chosen])
        return Response(EstimateOutput(estimate).data)


class OneRun(Endpoint):
    serializer_class = RunOutput

    @extend_schema(operation_id="runs_one")
    def get(self, request: ProgramRequest, run_id: UUID) -> Response:
        """How far a run is, and what it took so far."""
        return Response(RunOutput(run_view(access_run(request.user, run_id))).data)


class CancelRun(Endpoint):
    serializer_class = RunOutput

    @extend_schema(operation_id="runs_cancel", request=None)
    def post(self, request: ProgramRequest, run_id: UUID) -> Response:
        """Stop what has not ended; answers that were given are kept."""
        run = access_run(request.user, run_id, to="review")
        cancel_run(run, by=request.user)
        return Response(RunOutput(run_view(run)).data)


class ResumeRun(Endpoint):
    serializer_class = RunOutput

    @extend_schema(operation_id="runs_resume", request=None)
    def post(self, request: ProgramRequest, run_id: UUID) -> Response:
        """Go on with what ended without all its answers; those that were given are asked for no more."""
        run = access_run(request.user, run_id, to="review")
        resume_run(run, by=request.user)
        return Response(RunOutput(run_view(run)).data)


def _chosen(keys: list[str] | None) -> list[Question]:
    columns = active_questions()
    if keys is None:
        return columns
    by_key = {each.key: each for each in columns}
    if unknown := sorted(set(keys) - by_key.keys()):
        raise Invalid(f"There is no active question {', '.join(unknown)}.")
    return [by_key[key] for key in dict.fromkeys(keys)]


def _reader(matter_id: UUID) -> ReaderProfile:
    profile = reader_of(matter_id)
    if profile is None:
        raise NoWholeReader
    return profile

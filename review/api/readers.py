"""The readers of whole case files: the firm's profiles, and which of them reads a matter."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_202_ACCEPTED

from review import engine
from review.matters.access import access_matter
from review.readers.access import access_reader, access_readers
from review.readers.description import Description
from review.readers.models import (
    Cache,
    NumberType,
    Quantization,
    ReaderKind,
    ReaderProfile,
    Rope,
    Sparse,
    Unbound,
)
from review.readers.selectors import all_readers, latest_acceptance, pace_of, reader_of
from review.readers.services import (
    add_reader,
    change_reader,
    choose_reader,
    keep_acceptance,
    make_default,
    restore_reader,
    retire_reader,
)
from review.readings.try_reader import try_reader

from .endpoint import Endpoint, ProgramRequest


class AcceptanceOutput(serializers.Serializer[Any]):
    is_passed = serializers.BooleanField()
    edition = serializers.IntegerField(
        help_text="Of the profile; an earlier one says nothing of the present."
    )
    kept_at = serializers.DateTimeField()
    page = serializers.DictField()


class ReaderOutput(serializers.ModelSerializer[ReaderProfile]):
    tokens_a_second = serializers.SerializerMethodField()
    seconds_a_question = serializers.SerializerMethodField()
    acceptance = serializers.SerializerMethodField()

    class Meta:
        model = ReaderProfile
        fields = (
            *("id", "name", "kind", "model_folder", *engine.SETTINGS, "model", "key_env"),
            *("price_minor", "currency", "edition", "is_default", "is_retired", "problem", "binds"),
            "tried_at",
            *("tokens_a_second", "seconds_a_question", "acceptance"),
        )
        read_only_fields = fields

    def get_tokens_a_second(self, profile: ReaderProfile) -> float | None:
        return pace_of(profile).tokens_a_second

    def get_seconds_a_question(self, profile: ReaderProfile) -> float | None:
        return pace_of(profile).seconds_a_question

    @extend_schema_field(AcceptanceOutput(allow_null=True))
    def get_acceptance(self, profile: ReaderProfile) -> dict[str, Any] | None:
        kept = latest_acceptance(profile)
        return dict(AcceptanceOutput(kept).data) if kept else None


class ReaderSettings(serializers.Serializer[Any]):
    """A profile; what another kind would need is left out. `model_folder` lies below the machine's MODELS_DIR."""

    model_folder = serializers.CharField(max_length=200, required=False, allow_blank=True)
    quantization = serializers.ChoiceField(Quantization.choices, required=False)
    dtype = serializers.ChoiceField(NumberType.choices, required=False)
    window = serializers.IntegerField(required=False, allow_null=True)
    rope = serializers.ChoiceField(Rope.choices, required=False)
    rope_factor = serializers.FloatField(required=False)
    chunk = serializers.IntegerField(required=False)
    side_by_side = serializers.IntegerField(required=False)
    reason_tokens = serializers.IntegerField(required=False)
    cache = serializers.ChoiceField(Cache.choices, required=False)
    sparse = serializers.ChoiceField(
        Sparse.choices,
        required=False,
        help_text="What of the past is looked back at while a case file is read; less than all of it is less exact.",
    )
    base_url = serializers.CharField(max_length=300, required=False, allow_blank=True)
    model = serializers.CharField(max_length=200, required=False, allow_blank=True)
    unbound = serializers.ChoiceField(Unbound.choices, required=False)
    key_env = serializers.CharField(max_length=80, required=False, allow_blank=True)
    price_minor = serializers.IntegerField(
        required=False, allow_null=True, help_text="Of one device hour, in minor units of the currency."
    )
    currency = serializers.CharField(max_length=3, required=False, allow_blank=True)


class ReaderInput(ReaderSettings):
    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(ReaderKind.choices)


class ReaderChange(ReaderSettings):
    """What is to be otherwise; what is left out stays. The kind stays."""

    name = serializers.CharField(max_length=80, required=False)
    is_retired = serializers.BooleanField(required=False, help_text="True retires it, false restores it.")
    is_default = serializers.BooleanField(required=False, help_text="True makes it the firm's default.")
    acceptance = serializers.DictField(
        required=False, help_text="The page of `python -m inference accept --json`, to be kept with it."
    )


class ReaderChoice(serializers.Serializer[Any]):
    reader = serializers.UUIDField(allow_null=True, help_text="Null leaves the matter to the firm's default.")


class Readers(Endpoint):
    serializer_class = ReaderOutput
    pagination_class = None

    @extend_schema(operation_id="readers_list", responses=ReaderOutput(many=True))
    def get(self, request: ProgramRequest) -> Response:
        """The readers of the firm, retired ones last."""
        access_readers(request.user)
        return Response(ReaderOutput(all_readers(), many=True).data)

    @extend_schema(operation_id="readers_add", request=ReaderInput, responses={201: ReaderOutput})
    def post(self, request: ProgramRequest) -> Response:
        """Add a reader; only an administrator may."""
        membership = access_readers(request.user, to="change")
        sent = ReaderInput(data=request.data)
        sent.is_valid(raise_exception=True)
        described = Description.of(**sent.validated_data)
        added = add_reader(described, by=request.user, organization_id=membership.organization_id)
        return Response(ReaderOutput(added).data, status=HTTP_201_CREATED)


class OneReader(Endpoint):
    serializer_class = ReaderOutput
    http_method_names = ["get", "head", "patch"]

    @extend_schema(operation_id="readers_one")
    def get(self, request: ProgramRequest, profile_id: UUID) -> Response:
        """One reader, with how fast it was and the acceptance page kept with it."""
        return Response(ReaderOutput(access_reader(request.user, profile_id)).data)

    @extend_schema(operation_id="readers_change", request=ReaderChange)
    def patch(self, request: ProgramRequest, profile_id: UUID) -> Response:
        """Change, retire, restore or prefer a reader, or keep its acceptance page."""
        profile = access_reader(request.user, profile_id, to="change")
        sent = ReaderChange(data=request.data)
        sent.is_valid(raise_exception=True)
        _change(profile, dict(sent.validated_data), request)
        return Response(ReaderOutput(access_reader(request.user, profile_id)).data)


class TryReader(Endpoint):
    serializer_class = ReaderOutput

    @extend_schema(operation_id="readers_try", request=None, responses={202: ReaderOutput})
    def post(self, request: ProgramRequest, server_id: UUID) -> Response:
        """Have a worker try a server out; `binds`, `tried_at` and `problem` tell later what came of it."""
        profile = access_reader(request.user, server_id, to="change")
        try_reader(profile, by=request.user)
        return Response(ReaderOutput(profile).data, status=HTTP_202_ACCEPTED)


class ReaderOfMatter(Endpoint):
    serializer_class = ReaderOutput

    @extend_schema(operation_id="matters_reader", responses=ReaderOutput)
    def get(self, request: ProgramRequest, matter_id: UUID) -> Response:
        """The reader that holds for a matter: its own choice, else the firm's default; 204 where there is none."""
        profile = reader_of(access_matter(request.user, matter_id).pk)
        return Response(ReaderOutput(profile).data) if profile else Response(status=204)

    @extend_schema(operation_id="matters_choose_reader", request=ReaderChoice, responses=ReaderOutput)
    def post(self, request: ProgramRequest, matter_id: UUID) -> Response:
        """Choose the reader of a matter; only its lead may."""
        matter = access_matter(request.user, matter_id, to="lead")
        sent = ReaderChoice(data=request.data)
        sent.is_valid(raise_exception=True)
        wanted = sent.validated_data["reader"]
        choose_reader(matter, access_reader(request.user, wanted) if wanted else None, by=request.user)
        profile = reader_of(matter.pk)
        return Response(ReaderOutput(profile).data) if profile else Response(status=204)


def _change(profile: ReaderProfile, wanted: dict[str, Any], request: ProgramRequest) -> None:
    acts = {name: wanted.pop(name) for name in ("is_retired", "is_default", "acceptance") if name in wanted}
    if wanted:
        said = Description.by(profile).as_values() | wanted
        change_reader(profile, Description.of(**said), by=request.user)
    if "is_retired" in acts:
        (retire_reader if acts["is_retired"] else restore_reader)(profile, by=request.user)
    if acts.get("is_default"):
        make_default(profile, by=request.user)
    if "acceptance" in acts:
        keep_acceptance(profile, acts["acceptance"], by=request.user)

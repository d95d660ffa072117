"""Readings that are kept of a matter's case files: where, how large, until when; and what the firm lets them take."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from review.matters.access import access_matter
from review.readings.access import access_reading
from review.readings.keep_readings import let_go_of_reading, pin_reading, set_budget, unpin_reading
from review.readings.kept_readings import budget_of, disk_used_by, kept_readings_of
from review.readings.memory_use import memory_used_by
from review.readings.models import KeptReading, Place
from review.tenancy.access import access_as_administrator

from .endpoint import Endpoint, ProgramRequest


class KeptReadingOutput(serializers.ModelSerializer[KeptReading]):
    """What is, or was, kept of one case file as one reader read it."""

    case_file = serializers.CharField(source="case_file.name")
    documents = serializers.IntegerField(source="case_file.documents")
    reader = serializers.CharField(source="profile.name")
    place = serializers.ChoiceField(Place.choices, source="place_now", help_text="Where it is now.")
    memory_bytes = serializers.SerializerMethodField(help_text="0 where no worker holds it.")
    kept_until = serializers.DateTimeField(source="ends_at", help_text="Unless it is used again.")
    pinned_until = serializers.DateTimeField(allow_null=True)
    pinned_by = serializers.CharField(source="pinned_by.name", allow_null=True, default=None)
    is_pinned = serializers.BooleanField()
    why = serializers.CharField(
        source="sentence", allow_blank=True, help_text="Why it moved or ended; empty where it did not."
    )
    let_go_by = serializers.CharField(source="let_go_by.name", allow_null=True, default=None)
    trouble = serializers.CharField(allow_blank=True, help_text="Why not all of it is saved.")

    class Meta:
        model = KeptReading
        fields = (
            *("id", "case_file", "documents", "reader", "place", "tokens", "saved_tokens"),
            *("memory_bytes", "disk_bytes", "made_at", "last_used_at", "kept_until"),
            *("pinned_until", "pinned_by", "is_pinned", "why", "moved_at", "let_go_by", "trouble"),
        )
        read_only_fields = fields

    def get_memory_bytes(self, reading: KeptReading) -> int:
        return reading.memory_bytes if reading.place_now.is_in_memory else 0


class PinInput(serializers.Serializer[Any]):
    until = serializers.DateTimeField(
        help_text="Until then it is kept whatever else is read; a year at the most."
    )


class BudgetOutput(serializers.Serializer[Any]):
    """What is used is a sum over the firm, behind walls too, and names no matter."""

    disk_bytes = serializers.IntegerField()
    memory_bytes = serializers.IntegerField(
        allow_null=True, help_text="Of each worker, for readings that wait; null: none waits there."
    )
    device_bytes = serializers.IntegerField(
        allow_null=True, help_text="Of each worker's device; null: one full window of the reader."
    )
    days = serializers.IntegerField(help_text="A reading is kept after it was last used.")
    is_own = serializers.BooleanField(help_text="Set by the firm, and not what the installation says.")
    readings_on_disk = serializers.IntegerField()
    disk_bytes_used = serializers.IntegerField()
    disk_bytes_pinned = serializers.IntegerField()
    readings_in_memory = serializers.IntegerField(help_text="Of all running workers, as are the next two.")
    memory_bytes_used = serializers.IntegerField()
    device_bytes_used = serializers.IntegerField()


class BudgetChange(serializers.Serializer[Any]):
    """What is to be otherwise; what is left out stays."""

    disk_bytes = serializers.IntegerField(required=False, min_value=0)
    memory_bytes = serializers.IntegerField(required=False, min_value=0, allow_null=True)
    device_bytes = serializers.IntegerField(required=False, min_value=0, allow_null=True)
    days = serializers.IntegerField(required=False, min_value=1)


class KeptReadings(Endpoint):
    serializer_class = KeptReadingOutput
    pagination_class = None

    @extend_schema(operation_id="kept_readings_list", responses=KeptReadingOutput(many=True))
    def get(self, request: ProgramRequest, matter_id: UUID) -> Response:
        """Everything that is or was kept of a matter, the last used first."""
        matter = access_matter(request.user, matter_id)
        return Response(KeptReadingOutput(kept_readings_of(matter), many=True).data)


class PinReading(Endpoint):
    serializer_class = KeptReadingOutput

    @extend_schema(operation_id="kept_readings_pin", request=PinInput)
    def post(self, request: ProgramRequest, reading_id: UUID) -> Response:
        """Keep a reading until a time, whatever else is read."""
        reading = access_reading(request.user, reading_id, to="review")
        sent = PinInput(data=request.data)
        sent.is_valid(raise_exception=True)
        pin_reading(reading, sent.validated_data["until"], by=request.user)
        return _told(request, reading_id)


class UnpinReading(Endpoint):
    serializer_class = KeptReadingOutput

    @extend_schema(operation_id="kept_readings_unpin", request=None)
    def post(self, request: ProgramRequest, reading_id: UUID) -> Response:
        """Let a reading go in its time again."""
        unpin_reading(access_reading(request.user, reading_id, to="review"), by=request.user)
        return _told(request, reading_id)


class LetGoOfReading(Endpoint):
    serializer_class = KeptReadingOutput

    @extend_schema(operation_id="kept_readings_let_go", request=None)
    def post(self, request: ProgramRequest, reading_id: UUID) -> Response:
        """Let go of a reading now; no answer is lost, and the case file is read again when it is asked next."""
        let_go_of_reading(access_reading(request.user, reading_id, to="review"), by=request.user)
        return _told(request, reading_id)


class Budgets(Endpoint):
    serializer_class = BudgetOutput
    http_method_names = ["get", "head", "patch"]

    @extend_schema(operation_id="readings_budget")
    def get(self, request: ProgramRequest) -> Response:
        """What the readings of the firm may take, and take now; only for administrators."""
        return _budget(access_as_administrator(request.user).organization_id)

    @extend_schema(operation_id="readings_set_budget", request=BudgetChange)
    def patch(self, request: ProgramRequest) -> Response:
        """Change it; only an administrator may."""
        organization_id = access_as_administrator(request.user).organization_id
        sent = BudgetChange(data=request.data)
        sent.is_valid(raise_exception=True)
        now = budget_of(organization_id)
        names = ("disk_bytes", "memory_bytes", "device_bytes", "days")
        wanted = {name: getattr(now, name) for name in names} | sent.validated_data
        set_budget(organization_id, **wanted, by=request.user)
        return _budget(organization_id)


def _told(request: ProgramRequest, reading_id: UUID) -> Response:
    return Response(KeptReadingOutput(access_reading(request.user, reading_id)).data)


def _budget(organization_id: UUID) -> Response:
    budget, use = budget_of(organization_id), disk_used_by(organization_id)
    held = memory_used_by(organization_id)
    used = {
        "readings_on_disk": use.readings,
        "disk_bytes_used": use.bytes,
        "disk_bytes_pinned": use.pinned_bytes,
        "readings_in_memory": held.readings,
        "memory_bytes_used": held.memory_bytes,
        "device_bytes_used": held.device_bytes,
    }
    names = ("disk_bytes", "memory_bytes", "device_bytes", "days", "is_own")
    told = {name: getattr(budget, name) for name in names} | used
    return Response(BudgetOutput(told).data)

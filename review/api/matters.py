"""Matters: list, open, one; and reading one again."""

import re
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_202_ACCEPTED

from review.errors import NotAllowed
from review.findings.reading import read_matter
from review.findings.terms import agree_ai_terms, agree_teaching
from review.matters.access import access_matter, matters_of
from review.matters.models import AiTerms, Client, Matter, Side, Structure
from review.matters.services import BRIEF, ai_terms_of, client_numbered, create_matter, may_teach
from review.tenancy.access import access_membership
from review.tenancy.models import Role

from .endpoint import Endpoint, ProgramRequest


class ClientInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200, required=False)
    number = serializers.CharField(max_length=40, required=False)


class ClientOutput(serializers.ModelSerializer[Client]):
    class Meta:
        model = Client
        fields = ("id", "name", "number", "ai_terms", "may_teach")
        read_only_fields = fields


class MatterInput(serializers.Serializer[Any]):
    """A matter, its brief, and its client; a client number not seen before makes a new client.

    Without a client number, the client is the one that the client-matter number begins with: 10234 of 10234-0007.
    """

    name = serializers.CharField(max_length=200)
    number = serializers.CharField(max_length=60)
    client = ClientInput(required=False)
    client_name = serializers.CharField(max_length=200, required=False)
    client_number = serializers.CharField(max_length=40, required=False)
    side = serializers.ChoiceField(Side.choices, required=False, allow_blank=True)
    structure = serializers.ChoiceField(Structure.choices, required=False, allow_blank=True)
    signing_on = serializers.DateField(required=False, allow_null=True)
    closing_on = serializers.DateField(required=False, allow_null=True)
    materiality = serializers.CharField(max_length=200, required=False, allow_blank=True)
    scope = serializers.CharField(required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        nested = attrs.get("client", {})
        number = nested.get("number") or attrs.pop("client_number", None) or _client_part(attrs["number"])
        name = nested.get("name") or attrs.pop("client_name", None) or f"Client {number}"
        attrs["client"] = {"name": name, "number": number}
        return attrs


def _client_part(number: str) -> str:
    """The client's part of a client-matter number: what stands before its last separator, or all of it."""
    return (re.split(r"[-./ ](?=[^-./ ]*$)", number)[0] or number)[:40]


class MatterOutput(serializers.ModelSerializer[Matter]):
    client = ClientOutput()
    ai_terms = serializers.SerializerMethodField(
        help_text="The stricter of the client's terms and the matter's."
    )
    may_teach = serializers.SerializerMethodField(
        help_text="Whether decisions teach the firm's other matters: client and matter must both allow it."
    )

    class Meta:
        model = Matter
        fields = ("id", "name", "number", "client", *BRIEF, "ai_terms", "may_teach", "created_at")
        read_only_fields = fields

    def get_ai_terms(self, matter: Matter) -> AiTerms:
        return ai_terms_of(matter)

    def get_may_teach(self, matter: Matter) -> bool:
        return may_teach(matter)


class AgreedOutput(serializers.Serializer[Any]):
    """What was agreed for one of the two, and who recorded it when."""

    ai_terms = serializers.ChoiceField(AiTerms.choices)
    ai_terms_recorded_by = serializers.UUIDField(source="ai_terms_recorded_by_id", allow_null=True)
    ai_terms_recorded_at = serializers.DateTimeField(allow_null=True)
    may_teach = serializers.BooleanField()
    may_teach_recorded_by = serializers.UUIDField(source="may_teach_recorded_by_id", allow_null=True)
    may_teach_recorded_at = serializers.DateTimeField(allow_null=True)


class TermsOutput(serializers.Serializer[Any]):
    """What holds for the matter, and what client and matter each agreed."""

    ai_terms = serializers.SerializerMethodField()
    may_teach = serializers.SerializerMethodField()
    client = AgreedOutput()
    matter = AgreedOutput(source="*")

    def get_ai_terms(self, matter: Matter) -> AiTerms:
        return ai_terms_of(matter)

    def get_may_teach(self, matter: Matter) -> bool:
        return may_teach(matter)


class TermsInput(serializers.Serializer[Any]):
    """What was agreed, and for whom; what is left out stays."""

    of = serializers.ChoiceField(("matter", "client"))
    ai_terms = serializers.ChoiceField(AiTerms.choices, required=False)
    may_teach = serializers.BooleanField(
        required=False, help_text="Whether decisions may teach the firm's other matters."
    )


class ReadingsDue(serializers.Serializer[Any]):
    due = serializers.IntegerField(help_text="Documents whose reading is due.")


class Matters(Endpoint):
    serializer_class = MatterOutput
    queryset = Matter.objects.none()

    @extend_schema(operation_id="matters_list", responses=MatterOutput(many=True))
    def get(self, request: ProgramRequest) -> Response:
        """The matters of the key's person."""
        mine = Matter.objects.filter(pk__in=[matter.pk for matter in matters_of(request.user)])
        return self.answer_page(self.paginate_queryset(mine.select_related("client")) or [])

    @extend_schema(operation_id="matters_create", request=MatterInput, responses={201: MatterOutput})
    def post(self, request: ProgramRequest) -> Response:
        """Open a matter; the key's person leads it."""
        membership = access_membership(request.user)
        if membership.role == Role.GUEST:
            raise NotAllowed("A guest of the firm does not open matters.")
        wanted = MatterInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        brief = dict(wanted.validated_data)
        client = client_numbered(
            brief["client"]["number"],
            name=brief.pop("client")["name"],
            by=request.user,
            organization_id=membership.organization_id,
        )
        matter = create_matter(client, by=request.user, **brief)
        return Response(MatterOutput(matter).data, status=HTTP_201_CREATED)


class OneMatter(Endpoint):
    serializer_class = MatterOutput

    @extend_schema(operation_id="matters_one")
    def get(self, request: ProgramRequest, matter_id: UUID) -> Response:
        """One matter."""
        return Response(MatterOutput(access_matter(request.user, matter_id)).data)


class TermsOfMatter(Endpoint):
    serializer_class = TermsOutput

    @extend_schema(operation_id="matters_terms")
    def get(self, request: ProgramRequest, matter_id: UUID) -> Response:
        """What was agreed about AI for a matter and its client, and what of it holds."""
        return Response(TermsOutput(access_matter(request.user, matter_id)).data)

    @extend_schema(operation_id="matters_record_terms", request=TermsInput)
    def post(self, request: ProgramRequest, matter_id: UUID) -> Response:
        """Record what was agreed; where teaching is not allowed any more, what was taught is taken back at once."""
        matter = access_matter(request.user, matter_id, to="lead")
        wanted = TermsInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        agreed = wanted.validated_data
        subject = matter.client if agreed["of"] == "client" else matter
        if "ai_terms" in agreed:
            agree_ai_terms(subject, AiTerms(agreed["ai_terms"]), by=request.user)
        if "may_teach" in agreed:
            agree_teaching(subject, agreed["may_teach"], by=request.user)
        return Response(TermsOutput(access_matter(request.user, matter_id)).data)


class ReadMatter(Endpoint):
    serializer_class = ReadingsDue

    @extend_schema(operation_id="matters_read", request=None, responses={202: ReadingsDue})
    def post(self, request: ProgramRequest, matter_id: UUID) -> Response:
        """Read every document the present reader and questions have not read; bundles tell how far it has come."""
        matter = access_matter(request.user, matter_id, to="review")
        return Response({"due": read_matter(matter, by=request.user)}, status=HTTP_202_ACCEPTED)

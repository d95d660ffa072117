"""One firm with a row in every tenant table, and everybody who might ask for it."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connections

from review.annotation.services import comment_on, turn_flag
from review.documents.families import part_family
from review.documents.models import Judgement, PageImage
from review.documents.warnings import judge_warning
from review.findings.models import (
    FirmHead,
    KeptVectors,
    LearnedHead,
    LessonWithdrawal,
    SharedLesson,
    Withdrawn,
)
from review.findings.services import ChosenSpan, edit_finding
from review.findings.terms import agree_teaching
from review.matters.models import MatterRole
from review.matters.services import add_member, exclude
from review.measurement.measures import measured_for
from review.measurement.models import Comparison, Ruling
from review.measurement.services import adjudicate, decide_use
from review.readings.keep_readings import set_budget
from review.readings.memory_use import tell_memory_use
from review.tenancy.models import Membership, Organization, Role, TenantModel
from review.tenancy.tokens import create_token
from tests import bench, cast
from tests.readers import asked_of_a_matter, doubted, kept_reading, readers_of_a_firm

from .rows import Identity, People, Table, read_tables


@dataclass(frozen=True, slots=True)
class Walled:
    """The firm whose rows are asked for, with everybody who asks."""

    tables: tuple[Table, ...]
    people: People
    ada: Identity
    firm: UUID
    matter: UUID
    other_firm: UUID
    other_matter: UUID  # of the same firm, behind a wall that keeps ada out


@pytest.fixture(scope="module")
def walled() -> Walled:
    names = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Gus", "Ward")
    ada, ben, cleo, dan, eve, gus, ward = (cast.new_person(name) for name in names)
    firm = cast.open_firm("Marlowe & Finch LLP", ada, ben, cleo, eve)
    other_firm = cast.open_firm("Quill Partners", dan)
    matter = cast.open_matter(firm, ada, name="Project Harrow", number="10023-0007")
    other_matter = cast.open_matter(firm, eve, name="Project Elm", number="10023-0009")
    with cast.as_person(ada, firm):
        for person, role in ((gus, Role.GUEST), (ward, Role.ADMINISTRATOR)):
            Membership.objects.create(organization=firm, user=person, role=role)
        add_member(matter, ben, role=MatterRole.REVIEWER, by=ada)
        add_member(matter, gus, role=MatterRole.GUEST_UPLOADER, by=ada)
        add_member(matter, ward, role=MatterRole.LEAD, by=ada)
        for person in (ward, cleo):
            exclude(matter, person, reason="Acted for the seller.", by=ada)
        create_token(ada, firm.pk, name="a program")
    document = cast.deliver(
        cast.open_delivery(matter, ada), ada, name="Supply agreement.txt", content=cast.AGREEMENT
    )
    finding = cast.find(document, "governing-law", cast.GOVERNING_LAW)
    warning = cast.warn(document, cast.GOVERNING_LAW)
    with cast.as_person(ada, firm):
        start = cast.AGREEMENT.index(cast.GOVERNING_LAW)
        edit_finding(finding, by=ada, value={"text": "England"}, spans=[ChosenSpan(start, start + 14)])
        comment_on(finding, by=ada, body="Scotland is not part of this.")
        turn_flag(finding, by=ada)
        judge_warning(warning, Judgement.SUSPICIOUS, by=ada)
        part_family(document, by=ada)
        LearnedHead.objects.create(
            organization=firm,
            matter=matter,
            question=finding.question,
            edition=1,
            accepted=14,
            rejected=9,
            right=14,
            wrong=21,
            is_kept=False,
            reason="It did not tell passages of other documents apart better than likeness does.",
            made_by="words",
        )
        KeptVectors.objects.create(
            organization=firm, matter=matter, text=document.text, made_by="a reader", vectors=b"\x00"
        )
        for subject in (matter.client, matter):
            agree_teaching(subject, True, by=ada)
        SharedLesson.objects.create(
            organization=firm,
            question=finding.question,
            source=matter,
            client=matter.client,
            edition=1,
            asks="words",
            accepted=14,
            rejected=9,
            made_by="words",
            vectors=b"\x00\x3c",
            right=[True],
        )
        head = FirmHead.objects.create(
            organization=firm,
            question=finding.question,
            edition=1,
            sources=[str(matter.pk)],
            accepted=14,
            rejected=9,
            right=1,
            wrong=0,
            is_kept=False,
            reason="Learning together needs the decisions of 2 matters.",
            made_by="words",
        )
        LessonWithdrawal.objects.create(
            organization=firm,
            question=finding.question,
            matter_was=matter.pk,
            why=Withdrawn.PERMISSION,
            accepted=14,
            rejected=9,
            passages=1,
            replaced_by=head,
        )
        PageImage.objects.create(
            organization=firm,
            matter=matter,
            text=document.text,
            number=1,
            dpi=192,
            renderer="mupdf-1",
            media_type="image/png",
            blob_key="a/b/c",
        )
    profile = readers_of_a_firm(ada, matter)
    asked_of_a_matter(matter, ada, profile, is_answered=True)
    doubted(matter)
    kept_reading(matter, profile)
    tell_memory_use(firm.pk)
    with cast.as_person(ada, firm):
        set_budget(firm.pk, disk_bytes=10**9, days=7, by=ada)
    lead = Identity("ada, who leads it", firm.pk, ada.pk)
    cast.back_test(matter, ada, [["File", "Governing law"], ["Supply agreement.txt", "The law of Peru"]])
    with cast.as_person(ada, firm):
        line = Comparison.objects.exclude(question=None).get()
        adjudicate(line, ruling=Ruling.READER, by=ada)
        assert line.question is not None
        decide_use(line.question, approved=True, measured=measured_for(ada), by=ada)
    people = People(
        rightful=(
            lead,
            Identity("ben, who reviews on it", firm.pk, ben.pk),
            Identity("a job of the matter", firm.pk, None, matter.pk),
        ),
        of_the_firm=(
            Identity("cleo, behind the wall", firm.pk, cleo.pk),
            Identity("cleo, where the matter is the context", firm.pk, cleo.pk, matter.pk),
            Identity("eve, not on the matter", firm.pk, eve.pk),
            Identity("a guest who may only deliver", firm.pk, gus.pk),
            Identity("an administrator who leads it and is excluded", firm.pk, ward.pk),
            Identity("a job of another matter", firm.pk, None, other_matter.pk),
            Identity("dan, where the firm is the context", firm.pk, dan.pk),
            Identity("the firm without a person", firm.pk),
        ),
        strangers=(
            Identity("nobody"),
            Identity("ada, before she chose the firm", None, ada.pk),
            Identity("ada, from another firm", other_firm.pk, ada.pk),
            Identity("dan, of another firm", other_firm.pk, dan.pk),
            Identity("dan, before he chose his firm", None, dan.pk),
            Identity("a job of another firm that names the matter", other_firm.pk, None, matter.pk),
            Identity("a job without a firm", None, None, matter.pk),
        ),
    )
    with bench.superuser() as session:
        keys = [(model._meta.db_table, _row_of(model, lead, matter.pk)) for model in tenant_models()]
        tables = read_tables(session, keys)
    return Walled(tuple(tables), people, lead, firm.pk, matter.pk, other_firm.pk, other_matter.pk)


def tenant_models() -> list[type[TenantModel]]:
    """Every model of Django's registry that belongs to an organization, and the organization itself."""
    return [model for model in apps.get_models() if issubclass(model, TenantModel) or model is Organization]


def _row_of(model: type[TenantModel], ada: Identity, matter: UUID) -> UUID:
    rows = model._default_manager.using("maintenance").filter(
        **{"pk" if model is Organization else "organization_id": ada.organization}
    )
    names = {field.name for field in model._meta.get_fields()} | {
        field.attname for field in model._meta.concrete_fields
    }
    if "matter_id" in names:
        rows = rows.filter(matter_id=matter)
    if model._meta.label_lower in {"tenancy.membership", "matters.mattermember"}:
        rows = rows.filter(user_id=ada.user)
    if model._meta.label_lower == "matters.matter":
        rows = rows.filter(pk=matter)
    row = rows.first()
    connections["maintenance"].close()
    assert row is not None, f"{model._meta.label} has no row in the walled matter: make one in this fixture"
    return row.pk

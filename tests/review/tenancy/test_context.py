"""Who is asking is told once, lasts exactly as long as its transaction, and decides everything."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from review.accounts.models import User
from review.documents.access import access_bundle, access_document
from review.documents.models import Document, DocumentText
from review.errors import NotAllowed, NotFound
from review.ids import uuid7
from review.intake.services import accept_stream, open_bundle
from review.matters.access import access_matter, matters_of
from review.matters.models import Matter, MatterMember, MatterRole
from review.matters.services import add_member, remove_member
from review.tenancy.access import organizations_of
from review.tenancy.context import ContextError, current_context, in_context, within_matter
from review.tenancy.models import Membership, Organization, Role
from tests.cast import new_person

AsPerson = Callable[..., AbstractContextManager[Any]]

SETTINGS = (
    "SELECT current_setting('engross.organization', true), current_setting('engross.user', true),"
    " current_setting('engross.matter', true)"
)


def test_one_connection_serves_two_firms_in_turn_and_mixes_nothing(
    ada: User, dan: User, document: Document, other_document: Document, as_person: AsPerson
) -> None:
    backends = set()
    for _ in range(5):
        for person, own in ((ada, document), (dan, other_document)):
            with as_person(person):
                assert [each.pk for each in Document.objects.all()] == [own.pk]
                backends.add(_backend())
    assert len(backends) == 1


def test_nothing_of_the_context_is_left_after_its_transaction(
    ada: User, document: Document, as_person: AsPerson
) -> None:
    with as_person(ada):
        assert Document.objects.exists()
    assert not any(_settings())
    assert not Document.objects.exists()
    assert current_context() is None


def test_nothing_of_the_context_is_left_after_a_failure(
    ada: User, document: Document, as_person: AsPerson
) -> None:
    def fail() -> None:
        with as_person(ada):
            assert Document.objects.exists()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not any(_settings())
    assert current_context() is None


def test_a_query_outside_any_context_sees_nothing_and_writes_nothing(document: Document) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM documents_documenttext")
        assert cursor.fetchone() == (0,)
    with pytest.raises(ProgrammingError, match="row-level security"):
        DocumentText.objects.create(
            organization_id=document.organization_id,
            matter_id=document.matter_id,
            document_id=document.pk,
            pipeline_version=9,
            sha256="0" * 64,
            content="Slipped in.",
            view_blob_key="",
        )


def test_a_second_context_inside_one_is_refused(
    ada: User, dan: User, organization: Organization, other_organization: Organization
) -> None:
    with in_context(organization.pk, user=ada.pk):
        with pytest.raises(ContextError), in_context(other_organization.pk, user=dan.pk):
            raise AssertionError("dan must not be let in here")
        assert organizations_of(ada) == [organization]


def test_the_same_context_may_be_entered_again_and_undone_alone(
    ada: User, organization: Organization
) -> None:
    def fail() -> None:
        with in_context(organization.pk, user=ada.pk):
            Organization.objects.filter(pk=organization.pk).update(name="Changed inside")
            raise ZeroDivisionError

    with in_context(organization.pk, user=ada.pk):
        with pytest.raises(ZeroDivisionError):
            fail()
        assert Organization.objects.get().name == "Marlowe & Finch LLP"


def test_a_context_is_not_opened_inside_a_transaction_that_has_none(
    ada: User, organization: Organization
) -> None:
    with transaction.atomic(), pytest.raises(ContextError), in_context(organization.pk, user=ada.pk):
        raise AssertionError("the context would outlive its block")


def test_an_exclusion_beats_the_membership_of_an_administrator(
    ada: User, cleo: User, matter: Matter, document: Document, as_person: AsPerson
) -> None:
    with as_person(ada):
        Membership.objects.filter(user=cleo).update(role=Role.ADMINISTRATOR)
        MatterMember.objects.create(
            organization_id=matter.organization_id, matter=matter, user=cleo, role=MatterRole.LEAD
        )
    with as_person(cleo):
        assert matters_of(cleo) == []
        assert not DocumentText.objects.exists()
        with pytest.raises(NotFound):
            access_document(cleo, document.pk)


def test_a_person_taken_off_a_matter_sees_nothing_from_the_next_statement_on(
    ada: User, ben: User, matter: Matter, document: Document, as_person: AsPerson
) -> None:
    with as_person(ben):
        assert access_document(ben, document.pk) == document
    with as_person(ada):
        remove_member(matter, ben, by=ada)
    with as_person(ben), pytest.raises(NotFound):
        access_document(ben, document.pk)


def test_a_guest_delivers_and_reads_nothing(
    ada: User, matter: Matter, document: Document, organization: Organization, as_person: AsPerson
) -> None:
    guest = new_person("Gus")
    with as_person(ada):
        Membership.objects.create(organization=organization, user=guest, role=Role.GUEST)
        add_member(matter, guest, role=MatterRole.GUEST_UPLOADER, by=ada)
    with as_person(guest, organization):
        assert matters_of(guest) == []
        assert not Document.objects.exists()
        with pytest.raises(NotFound):
            access_matter(guest, matter.pk, to="upload")
        with within_matter(matter.pk):
            access_matter(guest, matter.pk, to="upload")
            bundle = open_bundle(matter, name="From the client", source="upload", by=guest)
            delivered = accept_stream(bundle, path="a.txt", chunks=[b"A side letter."], by=guest)
        assert not Document.objects.exists()
        with pytest.raises(NotFound):
            access_bundle(guest, bundle.pk)
    with as_person(ada):
        assert Document.objects.get(pk=delivered.pk).bundle_id == bundle.pk


def test_a_foreign_parent_and_a_missing_one_give_the_same_error(
    dan: User, other_matter: Matter, document: Document, as_person: AsPerson
) -> None:
    def refusal(parent: object) -> tuple[str, str]:
        with pytest.raises(Exception) as refused, as_person(dan):
            DocumentText.objects.create(
                id="01900000-0000-7000-8000-000000000001",
                organization_id=other_matter.organization_id,
                matter_id=other_matter.pk,
                document_id=parent,
                pipeline_version=1,
                sha256="0" * 64,
                content="Whose is this?",
                view_blob_key="",
            )
        return type(refused.value).__name__, str(refused.value).replace(str(parent), "PARENT")

    assert refusal(document.pk) == refusal(uuid7())
    assert refusal(document.pk)[0] == "IntegrityError"


def test_forbidden_and_unknown_are_the_same_answer(
    cleo: User, dan: User, matter: Matter, document: Document, other_matter: Matter, as_person: AsPerson
) -> None:
    for stranger in (cleo, dan):
        with as_person(stranger):
            answers = set()
            for key in (document.pk, uuid7()):
                with pytest.raises(NotFound) as refused:
                    access_document(stranger, key)
                answers.add(str(refused.value))
            for key in (matter.pk, uuid7()):
                with pytest.raises(NotFound) as refused:
                    access_matter(stranger, key)
                answers.add(str(refused.value))
            assert len(answers) == 1


def test_a_role_that_is_too_small_is_told_so(
    ada: User, ben: User, matter: Matter, as_person: AsPerson
) -> None:
    with as_person(ben):
        assert access_matter(ben, matter.pk, to="review") == matter
        with pytest.raises(NotAllowed):
            access_matter(ben, matter.pk, to="lead")


def _settings() -> tuple[str | None, ...]:
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        row = cursor.fetchone()
    return tuple(row or ())


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])

"""Who belongs to a firm, and the keys their programs use."""

from datetime import timedelta

import pytest
from django.utils import timezone

from review.accounts.models import User
from review.errors import Conflict, Invalid, NotAllowed, NotFound
from review.tenancy.access import access_as_administrator, access_membership, organizations_of
from review.tenancy.context import in_context
from review.tenancy.models import ApiToken, AuditEvent, Membership, Organization, Role
from review.tenancy.services import add_person
from review.tenancy.tokens import create_token, find_token, organization_named_in
from tests.cast import as_person, new_person


def test_whoever_founds_a_firm_administers_it(ada: User, organization: Organization) -> None:
    with as_person(ada):
        assert access_as_administrator(ada).role == Role.ADMINISTRATOR
        assert AuditEvent.objects.get(action="organization.created").actor_id == ada.pk


def test_a_member_is_no_administrator_and_a_stranger_is_nothing(
    ben: User, dan: User, organization: Organization, other_organization: Organization
) -> None:
    with as_person(ben):
        assert access_membership(ben).role == Role.MEMBER
        with pytest.raises(NotAllowed):
            access_as_administrator(ben)
        with pytest.raises(NotFound):
            access_membership(dan)


def test_a_person_joins_a_firm_once(ada: User, organization: Organization) -> None:
    eve = new_person("Eve")
    with as_person(ada):
        add_person(eve, role=Role.GUEST, by=ada, organization_id=organization.pk)
        with pytest.raises(Conflict, match="already belongs to this firm"):
            add_person(eve, role=Role.MEMBER, by=ada, organization_id=organization.pk)
        with pytest.raises(Invalid):
            add_person(new_person("Fay"), role="owner", by=ada, organization_id=organization.pk)  # type: ignore[arg-type]


def test_a_person_of_two_firms_sees_both_names_before_choosing(
    ada: User, dan: User, organization: Organization, other_organization: Organization
) -> None:
    with as_person(dan):
        add_person(ada, role=Role.MEMBER, by=dan, organization_id=other_organization.pk)
    with in_context(user=ada.pk):
        assert organizations_of(ada) == [organization, other_organization]
        assert Membership.objects.count() == 2


def test_a_key_opens_its_own_firm_and_is_not_stored(
    ada: User, organization: Organization, other_organization: Organization
) -> None:
    with as_person(ada):
        key = create_token(ada, organization.pk, name="nightly export")
        assert key not in str(list(ApiToken.objects.values_list()))
    assert organization_named_in(key) == organization.pk
    with in_context(organization.pk):
        token = find_token(key)
        assert token is not None
        assert token.user == ada
    with in_context(other_organization.pk):
        assert find_token(key) is None


@pytest.mark.parametrize(
    "key", ["", "engross", "engross_x_y", "other_0190_y", "engross__", "engross_zz_" + "a" * 43]
)
def test_what_is_no_key_names_no_firm(key: str) -> None:
    assert organization_named_in(key) is None


def test_a_key_ends_with_its_time_its_person_or_their_membership(
    ada: User, ben: User, organization: Organization
) -> None:
    with as_person(ada):
        key = create_token(ben, organization.pk, name="a program")
        assert find_token(key) is not None
        ApiToken.objects.filter(user=ben).update(expires_at=timezone.now() - timedelta(seconds=1))
        assert find_token(key) is None
        ApiToken.objects.filter(user=ben).update(expires_at=None)
        User.objects.filter(pk=ben.pk).update(is_active=False)
        assert find_token(key) is None
        User.objects.filter(pk=ben.pk).update(is_active=True)
        assert find_token(key) is not None
        Membership.objects.filter(user=ben).delete()
        assert find_token(key) is None

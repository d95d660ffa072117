"""Who is on a matter, who is kept from it, and how it is opened and described."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from time import sleep

import pytest
from django.db import connection

from review.accounts.models import User
from review.errors import Conflict, Invalid
from review.matters.access import role_on
from review.matters.models import Client, Matter, MatterMember, MatterRole
from review.matters.services import (
    add_member,
    change_brief,
    client_numbered,
    create_client,
    create_matter,
    exclude,
    lift_exclusion,
    remove_member,
)
from review.tenancy.models import AuditEvent, Organization
from tests.cast import as_person


def test_whoever_opens_a_matter_leads_it(ada: User, organization: Organization) -> None:
    with as_person(ada):
        client = create_client(name="Harrow Foods plc", number="88", by=ada, organization_id=organization.pk)
        matter = create_matter(client, name="Project Elm", number="88-1", by=ada, side="buyer")
        assert role_on(ada, matter.pk) == MatterRole.LEAD
        assert AuditEvent.objects.filter(action="matter.created", subject_id=matter.pk, actor=ada).exists()


def test_a_matter_needs_a_name_and_a_number(ada: User, organization: Organization) -> None:
    with as_person(ada):
        client = create_client(name="Harrow Foods plc", number="88", by=ada, organization_id=organization.pk)
        for name, number in (("", "1"), ("Project Elm", " ")):
            with pytest.raises(Invalid, match="needs a name and a client-matter number"):
                create_matter(client, name=name, number=number, by=ada)
        with pytest.raises(Invalid, match="has no colour"):
            create_matter(client, name="Project Elm", number="88-1", by=ada, colour="green")
        assert not Matter.objects.exists()


def test_a_client_is_known_by_its_number(ada: User, organization: Organization) -> None:
    with as_person(ada):
        first = client_numbered("88", name="Harrow Foods plc", by=ada, organization_id=organization.pk)
        again = client_numbered("88", name="Harrow Foods", by=ada, organization_id=organization.pk)
        assert again == first
        assert Client.objects.get().name == "Harrow Foods plc"
        with pytest.raises(Conflict, match="already a client with the number 88"):
            create_client(name="Another", number="88", by=ada, organization_id=organization.pk)


def test_two_firms_may_number_their_clients_alike(
    ada: User, dan: User, organization: Organization, other_organization: Organization
) -> None:
    for person, firm in ((ada, organization), (dan, other_organization)):
        with as_person(person):
            create_client(name="Harrow Foods plc", number="88", by=person, organization_id=firm.pk)
            assert Client.objects.filter(number="88").count() == 1


def test_the_brief_says_what_changed_and_not_what_it_says(ada: User, matter: Matter) -> None:
    with as_person(ada):
        change_brief(
            matter, by=ada, side="seller", closing_on=date(2026, 12, 1), scope="Change of control only."
        )
        stored = Matter.objects.get(pk=matter.pk)
        assert (stored.side, stored.closing_on) == ("seller", date(2026, 12, 1))
        event = AuditEvent.objects.get(action="matter.brief_changed")
        assert event.detail == {"fields": ["closing_on", "scope", "side"]}


def test_a_role_is_changed_by_adding_again(ada: User, ben: User, matter: Matter) -> None:
    with as_person(ada):
        add_member(matter, ben, role=MatterRole.LEAD, by=ada)
        assert role_on(ben, matter.pk) == MatterRole.LEAD


def test_a_stranger_to_the_firm_is_not_put_on_its_matter(
    ada: User, dan: User, matter: Matter, other_matter: Matter
) -> None:
    with as_person(ada):
        for refused in (
            lambda: add_member(matter, dan, role=MatterRole.REVIEWER, by=ada),
            lambda: exclude(matter, dan, reason="", by=ada),
        ):
            with pytest.raises(Invalid, match="does not belong to the firm"):
                refused()


def test_a_wall_stands_until_it_is_lifted(ada: User, cleo: User, matter: Matter) -> None:
    with as_person(ada):
        with pytest.raises(Conflict, match="An ethical wall keeps this person from the matter"):
            add_member(matter, cleo, role=MatterRole.REVIEWER, by=ada)
        lift_exclusion(matter, cleo, by=ada)
        add_member(matter, cleo, role=MatterRole.REVIEWER, by=ada)
        assert role_on(cleo, matter.pk) == MatterRole.REVIEWER
    with as_person(cleo):
        assert list(Matter.objects.all()) == [matter]


def test_a_wall_beats_a_membership_at_once(ada: User, ben: User, matter: Matter) -> None:
    with as_person(ada):
        exclude(matter, ben, reason="Married to the seller's counsel.", by=ada)
        assert role_on(ben, matter.pk) is None
    with as_person(ben):
        assert not Matter.objects.exists()


def test_nobody_walls_off_themselves(ada: User, matter: Matter) -> None:
    with as_person(ada), pytest.raises(Invalid, match="against yourself"):
        exclude(matter, ada, reason="", by=ada)


def test_a_matter_keeps_a_lead(ada: User, ben: User, matter: Matter) -> None:
    with as_person(ada):
        with pytest.raises(Conflict, match="A matter needs a lead"):
            remove_member(matter, ada, by=ada)
        add_member(matter, ben, role=MatterRole.LEAD, by=ada)
        remove_member(matter, ada, by=ada)
    with as_person(ben):
        assert role_on(ada, matter.pk) is None
        assert role_on(ben, matter.pk) == MatterRole.LEAD


def test_a_wall_says_who_built_it_and_why(ada: User, cleo: User, matter: Matter) -> None:
    with as_person(ada):
        wall = matter.exclusions.get()
        assert (wall.user_id, wall.recorded_by_id, wall.reason) == (cleo.pk, ada.pk, "Acted for the seller.")
        event = AuditEvent.objects.get(action="matter.person_excluded")
        assert event.detail == {"person": str(cleo.pk)}


def test_the_only_lead_cannot_be_made_a_reviewer(ada: User, matter: Matter) -> None:
    with as_person(ada):
        with pytest.raises(Conflict, match="needs a lead"):
            add_member(matter, ada, role=MatterRole.REVIEWER, by=ada)
        assert role_on(ada, matter.pk) == MatterRole.LEAD


def test_a_lead_behind_a_wall_does_not_count_as_the_matters_lead(
    ada: User, ben: User, matter: Matter
) -> None:
    with as_person(ada):
        add_member(matter, ben, role=MatterRole.LEAD, by=ada)
        exclude(matter, ben, reason="Acted for the seller.", by=ada)
        with pytest.raises(Conflict, match="needs a lead"):
            remove_member(matter, ada, by=ada)


def test_two_leads_who_leave_at_the_same_moment_do_not_both_leave(
    ada: User, ben: User, matter: Matter
) -> None:
    with as_person(ada):
        add_member(matter, ben, role=MatterRole.LEAD, by=ada)
    together = Barrier(2)

    def leave(person: User) -> bool:
        try:
            with as_person(person):
                MatterMember.objects.count()
                together.wait(10)
                remove_member(matter, person, by=person)
                sleep(0.3)
        except Conflict:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(leave, (ada, ben))) == [False, True]


def test_a_wall_built_twice_is_told_once_and_taking_off_a_stranger_not_at_all(
    ada: User, dan: User, cleo: User, matter: Matter
) -> None:
    with as_person(ada):
        exclude(matter, cleo, reason="Again.", by=ada)
        remove_member(matter, cleo, by=ada)
        told = AuditEvent.objects.filter(matter_id=matter.pk).values_list("action", flat=True)
        assert list(told).count("matter.person_excluded") == 1
        assert "matter.member_removed" not in told

"""Families: the rule ties documents in whatever order they come, people join and part them, nothing is rewritten."""

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from review.documents.families import (
    JoinedAlready,
    NoWordToUndo,
    PartedAlready,
    held_ties,
    join_family,
    part_family,
    undo_family,
)
from review.documents.models import FamilyTie
from review.errors import Invalid
from review.tenancy.models import AuditEvent
from tests import cast

WHO = 'Northwind Mills Limited ("Northwind") and Harrow Foods plc ("Harrow")'
MASTER = f"SUPPLY AGREEMENT\n\nThis Supply Agreement is made on 3 March 2021 between {WHO}.\n\n1. Term. Three years.\n"
AMENDMENT = f"""AMENDMENT NO. 1

This Amendment to the Supply Agreement dated 3 March 2021 is made on 4 May 2022 between {WHO}.

1. Term. Clause 1 is deleted.
"""


def deliver(bundle, ada, **contents):
    return {
        name: cast.deliver(bundle, ada, name=f"{name}.txt", content=words) for name, words in contents.items()
    }


@pytest.mark.parametrize("order", [("master", "amendment"), ("amendment", "master")])
def test_the_rule_ties_an_amendment_whichever_comes_first(order, bundle, matter, ada, as_person):
    texts = {"master": MASTER, "amendment": AMENDMENT}
    made = deliver(bundle, ada, **{name: texts[name] for name in order}, lease=cast.LEASE)
    with as_person(ada):
        (held,) = held_ties(matter.pk).values()
        assert (held.document_id, held.master_id, held.is_used) == (
            made["amendment"].pk,
            made["master"].pk,
            True,
        )
        assert (
            held.reason
            == "Calls itself Amendment No. 1 to the Supply Agreement of 3 March 2021; same parties."
        )
        assert FamilyTie.objects.count() == 1
        assert AuditEvent.objects.filter(action="family.sure", subject_id=made["amendment"].pk).count() == 1


def test_a_second_master_makes_the_tie_likely_and_both_words_stay(bundle, matter, ada, as_person):
    made = deliver(bundle, ada, master=MASTER, amendment=AMENDMENT, again=MASTER + "2. Law. English law.\n")
    with as_person(ada):
        held = held_ties(matter.pk)[made["amendment"].pk]
        assert (held.said, held.is_used) == ("likely", False)
        assert list(FamilyTie.objects.values_list("said", flat=True)) == ["sure", "likely"]


def test_people_join_part_and_undo_and_their_word_holds_before_the_rule(bundle, matter, ada, ben, as_person):
    made = deliver(bundle, ada, master=MASTER, amendment=AMENDMENT, lease=cast.LEASE)
    amendment, lease, master = made["amendment"], made["lease"], made["master"]
    with as_person(ben):
        part_family(amendment, by=ben, note="It is of another supply.")
        assert not held_ties(matter.pk)[amendment.pk].is_used
        with pytest.raises(PartedAlready):
            part_family(amendment, by=ben)
        join_family(amendment, lease, by=ben)
        held = held_ties(matter.pk)[amendment.pk]
        assert (held.master_id, held.said, held.said_by) == (lease.pk, "joined", "Ben")
        with pytest.raises(JoinedAlready):
            join_family(amendment, lease, by=ben)
        undo_family(amendment, by=ben)
        assert held_ties(matter.pk)[amendment.pk].said == "parted"
        undo_family(amendment, by=ben)
        assert held_ties(matter.pk)[amendment.pk].master_id == master.pk
        with pytest.raises(NoWordToUndo):
            undo_family(amendment, by=ben)
        actions = AuditEvent.objects.filter(subject_id=amendment.pk, action__startswith="family.").order_by(
            "at"
        )
        assert list(actions.values_list("action", flat=True)) == [
            "family.sure",
            "family.parted",
            "family.joined",
            "family.undone",
            "family.undone",
        ]


def test_a_person_s_word_outlives_later_deliveries(bundle, matter, ada, as_person):
    made = deliver(bundle, ada, master=MASTER, amendment=AMENDMENT)
    with as_person(ada):
        part_family(made["amendment"], by=ada)
    deliver(bundle, ada, again=MASTER + "2. Law. English law.\n")
    with as_person(ada):
        assert held_ties(matter.pk)[made["amendment"].pk].said == "parted"


def test_what_cannot_be_joined_is_refused_in_a_sentence(bundle, matter, ada, as_person, organization):
    made = deliver(bundle, ada, master=MASTER, amendment=AMENDMENT, lease=cast.LEASE)
    elsewhere = cast.open_matter(organization, ada, name="Project Elm", number="10023-0010")
    other = cast.deliver(cast.open_delivery(elsewhere, ada), ada, name="Other.txt", content=MASTER)
    with as_person(ada):
        for one, two in (
            (made["lease"], made["lease"]),
            (made["lease"], other),
            (made["master"], made["amendment"]),
        ):
            with pytest.raises(Invalid):
                join_family(one, two, by=ada)
        assert FamilyTie.objects.count() == 1


def test_a_tie_is_never_rewritten_and_never_crosses_a_matter(bundle, matter, ada, as_person, organization):
    made = deliver(bundle, ada, master=MASTER, amendment=AMENDMENT)
    elsewhere = cast.open_matter(organization, ada, name="Project Elm", number="10023-0010")
    other = cast.deliver(cast.open_delivery(elsewhere, ada), ada, name="Other.txt", content=MASTER)
    with as_person(ada):
        tie = FamilyTie.objects.get()
        assert tie.matter_id == matter.pk
        for change in (
            lambda: FamilyTie.objects.update(reason="x"),
            lambda: FamilyTie.objects.all().delete(),
        ):
            with pytest.raises(ProgrammingError), transaction.atomic():
                change()
    place = {"organization_id": matter.organization_id, "matter_id": matter.pk}
    with pytest.raises(IntegrityError), as_person(ada):
        FamilyTie.objects.create(**place, document=made["amendment"], master=other, ordinal=9, said="sure")

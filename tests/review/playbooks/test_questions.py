"""The firm's list of questions: who may change it, what each change does, and what is refused in words."""

from typing import Any

import pytest

from review.accounts.models import User
from review.errors import Invalid, NotAllowed, NotFound
from review.matters.models import Matter
from review.playbooks.access import access_question, access_questions
from review.playbooks.errors import NameTaken
from review.playbooks.models import Question
from review.playbooks.selectors import active_questions, all_questions
from review.playbooks.services import (
    Wording,
    add_question,
    move_question,
    restore_question,
    retire_question,
    reword_question,
)
from review.tenancy.models import AuditEvent, Membership, Role
from tests.cast import as_person, new_person, open_matter, own_question


def test_a_new_question_is_the_last_column_and_says_who_added_it(ada: User, organization: Any) -> None:
    own = own_question(ada)
    with as_person(ada):
        assert active_questions()[-1] == own
        assert (own.key, own.added_by, own.is_own, own.edition) == ("step-in-rights", ada, True, 1)
        assert AuditEvent.objects.get(action="question.added").subject_id == own.pk


def test_two_questions_may_not_share_a_name_but_keys_stay_apart(ada: User, organization: Any) -> None:
    first = own_question(ada)
    with as_person(ada), pytest.raises(NameTaken, match="already a question called STEP-in rights"):
        add_question(
            Wording.of("STEP-in rights", "Again.", "text"), by=ada, organization_id=first.organization_id
        )
    assert own_question(ada, name="Step in: rights!").key == "step-in-rights-2"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"name": "  "}, "Give the question a name"),
        ({"definition": ""}, "what is looked for"),
        ({"answer_type": "novel"}, "Choose what the answer is"),
        ({"examples": ["a", "b", "c", "d", "e", "f"]}, "at most 5 examples"),
        ({"name": "nul\0"}, "no document has"),
    ],
)
def test_what_is_missing_is_said(words: dict[str, Any], sentence: str) -> None:
    whole = {"name": "Step-in", "definition": "Whether one may.", "answer_type": "text", "examples": []}
    with pytest.raises(Invalid, match=sentence):
        Wording.of(**{**whole, **words})


def test_examples_are_kept_once_and_without_the_empty_ones() -> None:
    wording = Wording.of("Step-in", "Whether one may.", "text", ["", "One may.", " One   may. "])
    assert wording.examples == ("One may.",)


def test_the_words_of_a_clause_type_are_the_readers_own(ada: User, question: Question) -> None:
    with as_person(ada), pytest.raises(Invalid, match="trained on"):
        reword_question(question, Wording.of("Law", "Which law.", "text"), by=ada)


def test_a_retired_question_is_no_column_until_it_is_restored(ada: User, question: Question) -> None:
    with as_person(ada):
        retire_question(question, by=ada)
        retire_question(question, by=ada)
        assert question not in active_questions()
        assert question in all_questions()
        restore_question(question, by=ada)
        assert question in active_questions()
        assert AuditEvent.objects.filter(action="question.retired").count() == 1


def test_a_question_changes_places_with_its_neighbour_and_stops_at_the_end(
    ada: User, organization: Any
) -> None:
    own = own_question(ada)
    with as_person(ada):
        before = all_questions()
        move_question(own, "up", by=ada)
        assert all_questions()[-2:] == [before[-1], before[-2]]
        move_question(own, "down", by=ada)
        move_question(own, "down", by=ada)
        assert all_questions() == before


def test_an_administrator_and_a_lead_may_change_questions_and_a_reviewer_may_not(
    ada: User, ben: User, cleo: User, matter: Matter, organization: Any
) -> None:
    with as_person(ada):
        access_questions(ada, to="change")
    with as_person(ben):
        access_questions(ben)
        with pytest.raises(NotAllowed, match="administrator of the firm, or the lead"):
            access_questions(ben, to="change")
    open_matter(organization, cleo, name="Project Elm", number="10023-0009")
    with as_person(cleo):
        access_questions(cleo, to="change")


def test_a_guest_and_a_stranger_find_no_questions(
    ada: User, dan: User, organization: Any, other_organization: Any
) -> None:
    gus = new_person("Gus")
    own = own_question(ada)
    with as_person(ada):
        Membership.objects.create(organization=organization, user=gus, role=Role.GUEST)
    for outsider, firm in ((gus, organization), (dan, other_organization)):
        with as_person(outsider, firm), pytest.raises(NotFound):
            access_question(outsider, own.pk)

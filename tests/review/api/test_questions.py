"""Questions through the API: what the pages do, programs do."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from review.accounts.models import User
from review.documents.models import Document
from review.matters.models import Matter
from tests.cast import own_question
from tests.workers import work_off

STEP_IN = {
    "name": "Step-in rights",
    "definition": "Whether the customer may step in.",
    "answer_type": "yes_no",
}


def add(api: APIClient, **words: Any) -> Any:
    return api.post("/api/v1/questions/", {**STEP_IN, **words}, format="json")


def change(api: APIClient, question: str, **words: Any) -> Any:
    return api.patch(f"/api/v1/questions/{question}/", words, format="json")


def test_ada_adds_a_question_and_its_matter_is_asked(
    ada_api: APIClient, matter: Matter, document: Document
) -> None:
    added = add(ada_api, examples=["The customer may step in."])
    assert added.status_code == 201
    assert (added.json()["key"], added.json()["is_own"]) == ("step-in-rights", True)
    assert [each["key"] for each in ada_api.get("/api/v1/questions/").json()][-1] == "step-in-rights"
    assert ada_api.post(f"/api/v1/matters/{matter.pk}/read/").json() == {"due": 1}
    work_off(matter, "read")
    found = ada_api.get(f"/api/v1/findings/?matter={matter.pk}&clause_type=step-in-rights").json()
    assert [each["state"] for each in found["results"]] == ["unclear"]


def test_it_is_reworded_retired_listed_restored_and_moved(
    ada_api: APIClient, ada: User, organization: Any
) -> None:
    own = str(own_question(ada).pk)
    reworded = change(ada_api, own, definition="Who may step in.")
    assert (reworded.json()["definition"], reworded.json()["edition"]) == ("Who may step in.", 2)
    assert change(ada_api, own, is_active=False).json()["is_active"] is False
    assert own not in {each["id"] for each in ada_api.get("/api/v1/questions/").json()}
    assert own in {each["id"] for each in ada_api.get("/api/v1/questions/?retired=true").json()}
    assert change(ada_api, own, is_active=True, move="up").json()["position"] == 41


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ({"name": ""}, "name:"),
        ({"answer_type": "novel"}, "answer_type:"),
        ({"examples": ["x"] * 6}, "examples:"),
        ({"name": "Governing Law"}, "already a question called Governing Law"),
    ],
)
def test_a_bad_question_is_refused_in_words(
    ada_api: APIClient, organization: Any, words: dict[str, Any], part: str
) -> None:
    answer = add(ada_api, **words)
    assert answer.status_code == 400
    assert part in answer.json()["message"]


def test_a_reviewer_reads_them_and_changes_nothing(ben_api: APIClient, ada: User, matter: Matter) -> None:
    own = str(own_question(ada).pk)
    assert ben_api.get(f"/api/v1/questions/{own}/").status_code == 200
    assert add(ben_api).status_code == 403
    assert change(ben_api, own, is_active=False).status_code == 403


def test_dan_cannot_tell_that_another_firms_question_exists(
    dan_api: APIClient, ada: User, organization: Any, other_organization: Any
) -> None:
    own = str(own_question(ada).pk)
    unknown = dan_api.get("/api/v1/questions/01890000-0000-7000-8000-000000000000/")
    assert dan_api.get(f"/api/v1/questions/{own}/").json() == unknown.json()
    assert change(dan_api, own, is_active=False).status_code == 404

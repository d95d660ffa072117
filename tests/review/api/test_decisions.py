"""Every decision through the API: what it does, and what it refuses."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from review.documents.models import Document
from review.findings.models import Disposition, Finding
from review.matters.models import Matter
from review.tenancy.models import AuditEvent
from tests.cast import GOVERNING_LAW, find

LAW = "the laws of England and Wales"


def decide(api: APIClient, finding: Finding, verb: str, **body: Any) -> Any:
    return api.post(f"/api/v1/findings/{finding.pk}/{verb}/", body, format="json")


def test_ben_accepts_a_finding(ben_api: APIClient, finding: Finding) -> None:
    answer = decide(ben_api, finding, "accept", note="Clause 2.")

    assert answer.status_code == 200
    stands = answer.json()
    assert (stands["state"], stands["review_state"]) == ("found", "accepted")
    assert (stands["decided_by"], stands["reason"]) == ("Ben", "Clause 2.")
    assert [quote["quote"] for quote in stands["evidence"]] == [GOVERNING_LAW]


def test_a_second_reviewer_is_told_it_is_settled(
    ada_api: APIClient, ben_api: APIClient, finding: Finding
) -> None:
    decide(ada_api, finding, "accept")
    answer = decide(ben_api, finding, "accept")

    assert answer.status_code == 409
    assert answer.json() == {
        "code": "already_settled",
        "message": "This finding is settled already. Undo that decision to change it.",
    }


def test_ben_rejects_with_a_reason(ben_api: APIClient, finding: Finding) -> None:
    without = decide(ben_api, finding, "reject")
    assert (without.status_code, without.json()["code"]) == (400, "invalid")
    assert without.json()["message"] == "reason: This field is required."

    stands = decide(ben_api, finding, "reject", reason="This is the choice of forum.").json()
    assert (stands["review_state"], stands["reason"]) == ("rejected", "This is the choice of forum.")


def test_ben_edits_the_value_and_the_words(ben_api: APIClient, document: Document, finding: Finding) -> None:
    start = document.text.content.index(LAW)
    span = {"start": start, "end": start + len(LAW), "quote": LAW}

    stands = decide(ben_api, finding, "edit", value="England and Wales", spans=[span]).json()

    assert (stands["review_state"], stands["value"], stands["machine_value"]) == (
        "edited",
        "England and Wales",
        None,
    )
    (quote,) = stands["evidence"]
    assert (quote["start"], quote["end"], quote["quote"]) == (start, start + len(LAW), LAW)


def test_an_edit_with_words_that_are_not_there_is_refused_and_leaves_no_trace(
    ben_api: APIClient, document: Document, finding: Finding, ben: Any, as_person: Any
) -> None:
    start = document.text.content.index(LAW)
    span = {"start": start, "end": start + len(LAW), "quote": "the laws of France and Wales "}

    answer = decide(ben_api, finding, "edit", spans=[span])

    assert (answer.status_code, answer.json()["code"]) == (400, "not_the_source")
    with as_person(ben):
        assert not Disposition.objects.filter(finding=finding).exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"spans": []},
        {"spans": [{"start": 5, "end": 5}]},
        {"spans": [{"start": -1, "end": 4}]},
        {"spans": [{"start": 0, "end": 2_000_000_000}]},
        {"spans": "all"},
        {"value": ["England"]},
        {"value": "x" * 2001},
    ],
)
def test_an_edit_that_means_nothing_is_refused(
    ben_api: APIClient, finding: Finding, body: dict[str, Any]
) -> None:
    answer = decide(ben_api, finding, "edit", **body)
    assert answer.status_code == 400
    assert answer.json().keys() == {"code", "message"}


def test_a_value_has_the_type_of_its_question(ben_api: APIClient, document: Document) -> None:
    dated = find(document, "agreement-date", "3 March 2021")
    wrong = decide(ben_api, dated, "edit", value="3 March 2021")
    assert wrong.json()["message"].startswith('The value of this question is a date, "2027-03-31"')
    assert decide(ben_api, dated, "edit", value="2021-03-03").json()["value"] == "2021-03-03"
    partly = {"kind": "date", "date": "2021-03", "note": ""}
    assert decide(ben_api, dated, "edit", value=partly).json()["value"] == partly


def test_undo_takes_decisions_back_one_by_one(ben_api: APIClient, finding: Finding) -> None:
    decide(ben_api, finding, "accept")
    decide(ben_api, finding, "edit", value="England")
    assert decide(ben_api, finding, "undo").json()["review_state"] == "accepted"

    stands = decide(ben_api, finding, "undo").json()
    assert stands["review_state"] == "unreviewed"
    assert [(row["outcome"], row["undone"]) for row in stands["history"]] == [
        ("accepted", None),
        ("edited", None),
        ("undone", "edited"),
        ("undone", "accepted"),
    ]

    nothing = decide(ben_api, finding, "undo")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_undo")


def test_a_decision_is_verified_by_somebody_else(
    ada_api: APIClient, ben_api: APIClient, finding: Finding
) -> None:
    assert decide(ada_api, finding, "verify").status_code == 409
    decide(ben_api, finding, "accept")
    assert decide(ben_api, finding, "verify").status_code == 409
    stands = decide(ada_api, finding, "verify").json()
    assert (stands["review_state"], stands["decided_by"]) == ("verified", "Ada")


def test_comments_and_flags_stand_beside_a_finding(
    ada_api: APIClient, ben_api: APIClient, finding: Finding
) -> None:
    assert decide(ben_api, finding, "comments", body="Check the amendment.").status_code == 201
    assert decide(ben_api, finding, "comments", body="  ").status_code == 400
    said = ada_api.get(f"/api/v1/findings/{finding.pk}/comments/").json()["results"]
    assert [(remark["author"], remark["body"]) for remark in said] == [("Ben", "Check the amendment.")]

    assert decide(ben_api, finding, "flag").json() == {"is_up": True}
    assert ada_api.get(f"/api/v1/findings/{finding.pk}/").json()["flagged_by"] == ["Ben"]
    assert decide(ben_api, finding, "flag").json() == {"is_up": False}


def test_ben_adds_what_the_machine_missed(
    ben_api: APIClient, document: Document, ben: Any, as_person: Any
) -> None:
    words = "Neither party may assign this Agreement without the prior written consent of the other."
    start = document.text.content.index(words)
    answer = ben_api.post(
        "/api/v1/findings/",
        {
            "document": str(document.pk),
            "question": "anti-assignment",
            "spans": [{"start": start, "end": start + len(words), "quote": words}],
            "value": True,
        },
        format="json",
    )

    assert answer.status_code == 201
    added = answer.json()
    assert (added["origin"], added["state"], added["review_state"]) == ("person", "found", "accepted")
    assert (added["value"], added["evidence"][0]["quote"]) == (True, words)
    with as_person(ben):
        assert AuditEvent.objects.filter(action="finding.added", subject_id=added["id"]).count() == 1


def test_a_reader_of_the_matter_may_see_and_not_decide(
    ada: Any, ben: Any, matter: Matter, finding: Finding, ben_api: APIClient, as_person: Any
) -> None:
    from review.matters.models import MatterRole
    from review.matters.services import add_member

    with as_person(ada):
        add_member(matter, ben, role=MatterRole.READ_ONLY, by=ada)

    assert ben_api.get(f"/api/v1/findings/{finding.pk}/").status_code == 200
    for verb in ("accept", "undo", "verify", "flag"):
        answer = decide(ben_api, finding, verb)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")

"""What people settled in a matter, as a gold folder and as figures a knowledge lawyer approves a clause type by."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from review.findings.services import (
    ChosenSpan,
    accept_finding,
    add_finding,
    edit_finding,
    reject_finding,
    undo_decision,
    verify_finding,
)
from review.matters.models import AiTerms
from review.matters.services import record_ai_terms
from review.measurement.gold import JudgedCell, judged_cells
from review.measurement.measures import ENOUGH, Share, approvals_of, measured_for, measured_questions
from review.measurement.services import decide_use
from review.playbooks.models import Question
from review.tenancy.models import AuditEvent
from tests.cast import (
    AGREEMENT,
    GOVERNING_LAW,
    LEASE,
    as_job,
    as_person,
    deliver,
    find,
    open_delivery,
    open_matter,
)

CONSENT = "Neither party may assign this Agreement without the prior written consent of the other."


def cells(person: Any, matter: Any) -> dict[str, JudgedCell]:
    with as_person(person):
        names = dict(Question.objects.values_list("pk", "key"))
        return {names[cell.question_id]: cell for cell in judged_cells(matter)}


def span_of(words: str) -> ChosenSpan:
    return ChosenSpan(AGREEMENT.index(words), AGREEMENT.index(words) + len(words))


@pytest.fixture
def reviewed(ada: Any, ben: Any, document: Any) -> dict[str, Any]:
    """Six cells, each settled in another way; the last one by nobody."""
    found = {
        "governing-law": find(document, "governing-law", GOVERNING_LAW, value="England and Wales"),
        "expiration-date": find(
            document, "expiration-date", "This Agreement continues for three years from its date."
        ),
        "insurance": find(document, "insurance", "SUPPLY AGREEMENT"),
        "audit-rights": find(document, "audit-rights", None),
        "anti-assignment": find(document, "anti-assignment", None),
        "document-name": find(document, "document-name", "SUPPLY AGREEMENT"),
    }
    with as_person(ben):
        accept_finding(found["governing-law"], by=ben)
        edit_finding(found["expiration-date"], by=ben, spans=[span_of("three years from its date")])
        reject_finding(found["insurance"], by=ben, reason="A title.")
        accept_finding(found["audit-rights"], by=ben)
        question = Question.objects.get(key="anti-assignment")
        add_finding(document, question, by=ben, spans=[span_of(CONSENT)])
    with as_person(ada):
        verify_finding(found["governing-law"], by=ada)
    return found


def test_only_what_people_settled_is_gold(ada: Any, matter: Any, reviewed: Any) -> None:
    gold = cells(ada, matter)

    assert set(gold) == set(reviewed) - {"document-name"}
    assert [quote.quote for quote in gold["governing-law"].answers] == [GOVERNING_LAW]
    assert [quote.quote for quote in gold["expiration-date"].answers] == ["three years from its date"]
    assert (gold["insurance"].answers, gold["insurance"].has_answer) == ((), False)
    assert len(gold["insurance"].shown) == 1
    assert not gold["audit-rights"].has_answer
    assert [quote.quote for quote in gold["anti-assignment"].answers] == [CONSENT]
    assert gold["anti-assignment"].shown == ()


def test_a_decision_taken_back_is_nobodys_word(ada: Any, ben: Any, matter: Any, document: Any) -> None:
    finding = find(document, "governing-law", GOVERNING_LAW)
    with as_person(ben):
        accept_finding(finding, by=ben)
        undo_decision(finding, by=ben)
    assert cells(ada, matter) == {}


def test_a_not_found_that_people_reject_is_there_without_a_place(
    ben: Any, matter: Any, document: Any
) -> None:
    finding = find(document, "governing-law", None)
    with as_person(ben):
        reject_finding(finding, by=ben, reason="It is in the annex.")
    cell = cells(ben, matter)["governing-law"]
    assert (cell.answers, cell.without_place, cell.has_answer) == ((), True, True)


def test_an_addition_beside_unjudged_quotes_judges_nothing(ben: Any, matter: Any, document: Any) -> None:
    find(document, "anti-assignment", "SUPPLY AGREEMENT")
    with as_person(ben):
        add_finding(document, Question.objects.get(key="anti-assignment"), by=ben, spans=[span_of(CONSENT)])
    assert cells(ben, matter) == {}


# --- The gold folder -------------------------------------------------------------------------------------


def export(organization: Any, matter: Any, folder: Path, by: Any | None) -> None:
    named = ["--by", by.email] if by else []
    call_command(
        "export_gold",
        "--organization",
        str(organization.pk),
        "--matter",
        matter.number,
        "--out",
        folder,
        *named,
    )


def test_a_reviewed_matter_becomes_a_gold_folder_of_its_owner_alone(
    ben: Any, organization: Any, matter: Any, document: Any, reviewed: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "gold"
    export(organization, matter, folder, ben)

    (row,) = (json.loads(line) for line in (folder / "contracts.jsonl").read_text().splitlines())
    assert sorted(row["judged"]) == [
        "Anti-Assignment",
        "Audit Rights",
        "Expiration Date",
        "Governing Law",
        "Insurance",
    ]
    content = (folder / row["txt"]).read_bytes().decode()
    assert content == AGREEMENT
    assert {(s["category"], content[s["start"] : s["end"]]) for s in row["spans"]} == {
        ("Governing Law", GOVERNING_LAW),
        ("Expiration Date", "three years from its date"),
        ("Anti-Assignment", CONSENT),
    }
    assert row["answers"] == {"Governing Law": "England and Wales"}
    for path in (folder, folder / "txt"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    for path in (folder / "contracts.jsonl", folder / row["txt"]):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with as_person(ben):
        event = AuditEvent.objects.get(action="matter.gold_exported")
        assert (event.actor_id, event.detail) == (ben.pk, {"contracts": 1, "judged": 5})


def test_the_folder_is_what_the_evaluation_reads(
    ben: Any,
    organization: Any,
    matter: Any,
    reviewed: Any,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from inference.__main__ import main

    export(organization, matter, tmp_path / "gold", ben)
    capsys.readouterr()
    assert main(["eval", "--gold", str(tmp_path / "gold"), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert set(figures["by_type"]) == {
        "Governing Law",
        "Expiration Date",
        "Anti-Assignment",
        "Audit Rights",
        "Insurance",
    }
    assert figures["by_type"]["Governing Law"]["official"]["answers"] == 1


def test_an_operator_may_export_and_is_recorded_as_the_service(
    ada: Any, organization: Any, matter: Any, reviewed: Any, tmp_path: Path
) -> None:
    export(organization, matter, tmp_path / "gold", None)
    with as_person(ada):
        assert AuditEvent.objects.get(action="matter.gold_exported").actor_id is None


def test_walls_and_ai_terms_hold_for_gold(
    ada: Any, ben: Any, cleo: Any, dan: Any, organization: Any, matter: Any, reviewed: Any, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match=f"There is no matter {matter.number}"):
        export(organization, matter, tmp_path / "cleo", cleo)
    with pytest.raises(CommandError, match="belongs to no organization"):
        export(organization, matter, tmp_path / "dan", dan)
    with as_person(ada):
        record_ai_terms(matter, AiTerms.FORBIDDEN, by=ada)
    for by in (ben, None):
        with pytest.raises(CommandError, match="do not allow machine reading"):
            export(organization, matter, tmp_path / "gold", by)
    assert list(tmp_path.iterdir()) == []


def test_gold_is_never_mixed_into_a_folder_that_holds_something(
    ben: Any, organization: Any, matter: Any, reviewed: Any, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(CommandError, match="not empty"):
        export(organization, matter, tmp_path, ben)


# --- Figures and approvals -------------------------------------------------------------------------------


def test_each_clause_type_is_counted_over_the_cells_people_settled(ada: Any, reviewed: Any) -> None:
    with as_person(ada):
        measured = measured_for(ada)
        by_key = {each.question.key: each.measure for each in measured_questions(measured)}
    assert measured.matters == 1
    assert by_key["governing-law"].as_json() == {
        "judged": 1,
        "with_answer": 1,
        "shown": 1,
        "right": 1,
        "missed": 0,
    }
    assert by_key["insurance"].as_json() == {
        "judged": 1,
        "with_answer": 0,
        "shown": 1,
        "right": 0,
        "missed": 0,
    }
    assert by_key["anti-assignment"].as_json() == {
        "judged": 1,
        "with_answer": 1,
        "shown": 0,
        "right": 0,
        "missed": 1,
    }
    assert by_key["audit-rights"].as_json() == {
        "judged": 1,
        "with_answer": 0,
        "shown": 0,
        "right": 0,
        "missed": 0,
    }
    assert by_key["document-name"].judged == 0


def test_the_interval_is_wilsons_and_few_cells_are_not_enough() -> None:
    low, high = Share(8, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert not Share(8, 10).is_enough
    assert Share(16, ENOUGH).is_enough
    assert (Share(0, 0).share, Share(0, 0).interval) == (None, (0.0, 1.0))


def test_only_matters_the_person_may_see_are_counted(
    ada: Any, ben: Any, cleo: Any, dan: Any, organization: Any, other_organization: Any, reviewed: Any
) -> None:
    own = open_matter(organization, cleo, name="Project Elm", number="10023-0009")
    lease = deliver(open_delivery(own, cleo), cleo, name="Lease.txt", content=LEASE)
    finding = find(lease, "governing-law", "This Lease is governed by the law of Scotland.")
    with as_person(cleo):
        accept_finding(finding, by=cleo)
    for person, judged in ((ada, 5), (ben, 5), (cleo, 1), (dan, 0)):
        with as_person(person):
            assert sum(each.judged for each in measured_for(person).by_question.values()) == judged, (
                person.name
            )


def test_answers_of_an_earlier_reader_count_for_nothing(
    ada: Any, ben: Any, document: Any, reviewed: Any
) -> None:
    read_by(document, "new weights:new code")
    with as_person(ada):
        measured = measured_for(ada)
    assert (measured.reader_fingerprint, measured.by_question) == ("new weights:new code", {})
    assert measured.by_earlier_readers == 5


def read_by(document: Any, fingerprint: str) -> None:
    """A later run by another reader, about a question of its own."""
    from review.findings.models import ReviewRun

    with as_job(document):
        ReviewRun.objects.create(
            organization_id=document.organization_id,
            matter_id=document.matter_id,
            recipe_hash=fingerprint,
            reader="compact",
            reader_fingerprint=fingerprint,
            question_ids=[],
        )


def standing(person: Any, question: Any, fingerprint: str) -> tuple[str, str]:
    with as_person(person):
        approval = approvals_of([Question.objects.get(pk=question.pk)], fingerprint)[question.pk]
    return approval.state, approval.words


def test_an_approval_says_who_when_and_on_how_many_cells(ada: Any, question: Any, reviewed: Any) -> None:
    assert standing(ada, question, "weights:code") == ("never", "not yet approved")
    with as_person(ada):
        approval = decide_use(
            question, approved=True, measured=measured_for(ada), by=ada, note="Good enough."
        )
        event = AuditEvent.objects.get(action="question.approved")
        assert (event.actor_id, event.detail) == (ada.pk, {"question": "governing-law", "judged": 1})
    day = f"{approval.decided_at.day} {approval.decided_at:%b %Y}"
    assert standing(ada, question, "weights:code") == (
        "approved",
        f"approved {day} by Ada, measured on 1 judged cell",
    )


def test_an_approval_is_for_one_reader_and_one_wording(ada: Any, question: Any, reviewed: Any) -> None:
    with as_person(ada):
        decide_use(question, approved=True, measured=measured_for(ada), by=ada)
    assert standing(ada, question, "other weights:code")[0] == "earlier"
    assert standing(ada, question, "other weights:code")[1].startswith("approved for an earlier reader")
    with as_person(ada):
        Question.objects.filter(pk=question.pk).update(definition="Something else altogether.")
    assert standing(ada, question, "weights:code")[0] == "earlier"


def test_an_approval_is_taken_back_by_another_row(ada: Any, question: Any, reviewed: Any) -> None:
    from review.measurement.models import QuestionApproval

    with as_person(ada):
        for approved in (True, False):
            decide_use(question, approved=approved, measured=measured_for(ada), by=ada)
        assert QuestionApproval.objects.count() == 2
    assert standing(ada, question, "weights:code")[0] == "not_approved"

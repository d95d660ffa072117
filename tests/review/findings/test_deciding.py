"""What people decide about a finding: accepted, rejected, edited, verified, undone, added. All of it is appended."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection, connections

from review.accounts.models import User
from review.documents.models import Document
from review.errors import Conflict, Invalid, NotAllowed, NotFound
from review.findings.access import access_finding
from review.findings.errors import AlreadySettled, NothingToUndo, NotTheSource
from review.findings.models import Disposition, Finding, Outcome, ReviewState
from review.findings.selectors import Standing, current_findings, stale_findings, standings
from review.findings.services import (
    ChosenSpan,
    accept_finding,
    add_finding,
    edit_finding,
    reject_finding,
    undo_decision,
    verify_finding,
)
from review.ids import uuid7
from review.matters.models import Matter, MatterRole
from review.matters.services import add_member
from review.playbooks.models import Question
from review.tenancy.models import AuditEvent
from tests.cast import AGREEMENT, GOVERNING_LAW, as_person, deliver, find

AsPerson = Callable[..., AbstractContextManager[Any]]

ENGLAND = "laws of England and Wales"


def span_of(words: str) -> ChosenSpan:
    start = AGREEMENT.index(words)
    return ChosenSpan(start, start + len(words), words)


def standing(finding: Finding) -> Standing:
    return standings([finding])[finding.pk]


def test_ben_accepts_a_finding(ben: User, finding: Finding) -> None:
    with as_person(ben):
        accept_finding(finding, by=ben, note="As drafted.")
        stands = standing(finding)
        assert (stands.review_state, stands.decided_by, stands.reason) == ("accepted", "Ben", "As drafted.")
        assert [quote.quote for quote in stands.quotes] == [GOVERNING_LAW]
        event = AuditEvent.objects.get(action="finding.accepted")
        assert (event.actor_id, event.subject_id, event.matter_id) == (ben.pk, finding.pk, finding.matter_id)


def test_who_accepts_that_nothing_is_there_accepts_no_passage_that_addresses_a_machine(
    ben: User, document: Document
) -> None:
    absent = find(document, "exclusivity", GOVERNING_LAW, state="not_found", is_quiet=False)
    with as_person(ben):
        accept_finding(absent, by=ben)
        stands = standing(absent)
        assert (stands.review_state, stands.quotes) == ("accepted", ())
        assert [quote.quote for quote in stands.possible] == [GOVERNING_LAW]


def test_a_rejection_needs_its_reason(ben: User, finding: Finding) -> None:
    with as_person(ben):
        with pytest.raises(Invalid, match="Say in a few words why this is wrong"):
            reject_finding(finding, by=ben, reason="  ")
        reject_finding(finding, by=ben, reason="This is the notice clause.")
        assert standing(finding).review_state == ReviewState.REJECTED


def test_a_second_reviewer_is_told_it_is_settled(ada: User, ben: User, finding: Finding) -> None:
    with as_person(ben):
        accept_finding(finding, by=ben)
    with as_person(ada):
        for decide in (
            lambda: accept_finding(finding, by=ada),
            lambda: reject_finding(finding, by=ada, reason="Not so."),
            lambda: edit_finding(finding, by=ada, value={"text": "England"}),
        ):
            with pytest.raises(AlreadySettled):
                decide()
        assert Disposition.objects.filter(finding=finding).count() == 1


def test_of_two_who_settle_at_the_same_moment_one_is_told(ada: User, ben: User, finding: Finding) -> None:
    def settle_as_ben() -> None:
        try:
            with as_person(ben):
                reject_finding(finding, by=ben, reason="Not so.")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as pool:
        with as_person(ada):
            accept_finding(finding, by=ada)
            second = pool.submit(settle_as_ben)
            wait_until_somebody_waits_for_us()
        with pytest.raises(AlreadySettled):
            second.result(timeout=30)
    with as_person(ada):
        assert [each.outcome for each in Disposition.objects.filter(finding=finding)] == [Outcome.ACCEPTED]


def test_an_edit_keeps_the_value_and_the_quotes_that_the_person_chose(ben: User, finding: Finding) -> None:
    with as_person(ben):
        edit_finding(finding, by=ben, value={"text": "England and Wales"}, spans=[span_of(ENGLAND)])
        stands = standing(finding)
        assert stands.review_state == ReviewState.EDITED
        assert stands.value == {"text": "England and Wales"}
        assert [quote.quote for quote in stands.quotes] == [ENGLAND]


def test_an_edit_of_the_value_alone_keeps_the_quotes(ben: User, finding: Finding) -> None:
    with as_person(ben):
        edit_finding(finding, by=ben, value={"text": "England"})
        assert [quote.quote for quote in standing(finding).quotes] == [GOVERNING_LAW]


@pytest.mark.parametrize(
    "span",
    [
        ChosenSpan(10, 10),
        ChosenSpan(20, 10),
        ChosenSpan(-4, 3),
        ChosenSpan(0, len(AGREEMENT) + 1),
        ChosenSpan(0, 6, "LICENCE"),
        ChosenSpan(AGREEMENT.index("\n\n"), AGREEMENT.index("\n\n") + 2),
    ],
)
def test_words_that_are_not_the_source_are_refused(ben: User, finding: Finding, span: ChosenSpan) -> None:
    with as_person(ben):
        with pytest.raises(NotTheSource):
            edit_finding(finding, by=ben, spans=[span])
        assert standing(finding).review_state == ReviewState.UNREVIEWED
        assert not Disposition.objects.filter(finding=finding).exists()


def test_one_may_edit_ones_own_decision_again(ben: User, finding: Finding) -> None:
    with as_person(ben):
        edit_finding(finding, by=ben, value={"text": "Scotland"})
        edit_finding(finding, by=ben, value={"text": "England"})
        assert standing(finding).value == {"text": "England"}
        assert Disposition.objects.filter(finding=finding).count() == 2


def test_a_decision_is_verified_by_somebody_else(ada: User, ben: User, finding: Finding) -> None:
    with as_person(ben):
        with pytest.raises(Conflict, match="no decision to verify"):
            verify_finding(finding, by=ben)
        edit_finding(finding, by=ben, value={"text": "England"}, spans=[span_of(ENGLAND)])
        with pytest.raises(Conflict, match="somebody other than the person who made it"):
            verify_finding(finding, by=ben)
    with as_person(ada):
        verify_finding(finding, by=ada)
        stands = standing(finding)
        assert (stands.review_state, stands.value) == (ReviewState.VERIFIED, {"text": "England"})
        assert [quote.quote for quote in stands.quotes] == [ENGLAND]


def test_decisions_are_undone_one_by_one_down_to_none(ada: User, ben: User, finding: Finding) -> None:
    with as_person(ben):
        edit_finding(finding, by=ben, value={"text": "Scotland"})
        edit_finding(finding, by=ben, value={"text": "England"})
    with as_person(ada):
        verify_finding(finding, by=ada)
        seen = []
        for _ in range(3):
            undo_decision(finding, by=ada)
            stands = standing(finding)
            seen.append((stands.review_state, stands.value))
        assert seen == [
            (ReviewState.EDITED, {"text": "England"}),
            (ReviewState.EDITED, {"text": "Scotland"}),
            (ReviewState.UNREVIEWED, None),
        ]
        with pytest.raises(NothingToUndo):
            undo_decision(finding, by=ada)
        assert Disposition.objects.filter(finding=finding).count() == 6


def test_after_an_undo_somebody_else_may_decide(ada: User, ben: User, finding: Finding) -> None:
    with as_person(ben):
        accept_finding(finding, by=ben)
        undo_decision(finding, by=ben)
    with as_person(ada):
        reject_finding(finding, by=ada, reason="Superseded by the second amendment.")
        assert standing(finding).decided_by == "Ada"
        undo_decision(finding, by=ada)
        assert standing(finding).review_state == ReviewState.UNREVIEWED


def test_a_person_adds_what_the_machine_missed(ben: User, document: Document, question: Question) -> None:
    words = "limited to one million pounds"
    with as_person(ben):
        added = add_finding(document, question, by=ben, spans=[span_of(words)])
        stands = standing(added)
        assert (stands.review_state, stands.decided_by) == (ReviewState.ACCEPTED, "Ben")
        assert [quote.quote for quote in stands.quotes] == [words]
        with pytest.raises(Invalid, match="Select the words"):
            add_finding(document, question, by=ben, spans=[])
        with pytest.raises(NotTheSource):
            add_finding(document, question, by=ben, spans=[ChosenSpan(0, 6, "LICENCE")])
        assert Finding.objects.filter(origin="person").count() == 1


def test_a_decision_holds_for_a_new_run_that_found_the_same_words(
    ben: User, document: Document, finding: Finding
) -> None:
    with as_person(ben):
        edit_finding(finding, by=ben, value={"text": "England"}, spans=[span_of(ENGLAND)])
    again = find(document, "governing-law", GOVERNING_LAW)
    with as_person(ben):
        stands = standing(again)
        assert (stands.review_state, stands.value) == (ReviewState.EDITED, {"text": "England"})
        assert [quote.quote for quote in stands.quotes] == [ENGLAND]
        assert stale_findings(again) == []
        assert [each.pk for each in current_findings(document.matter_id)] == [again.pk]


def test_a_decision_on_other_words_is_shown_as_stale(ben: User, document: Document, finding: Finding) -> None:
    with as_person(ben):
        accept_finding(finding, by=ben)
    again = find(document, "governing-law", ENGLAND)
    with as_person(ben):
        assert standing(again).review_state == ReviewState.UNREVIEWED
        assert stale_findings(again) == [finding]


def test_an_undone_decision_is_not_carried_over(ben: User, document: Document, finding: Finding) -> None:
    with as_person(ben):
        accept_finding(finding, by=ben)
        undo_decision(finding, by=ben)
    again = find(document, "governing-law", GOVERNING_LAW)
    with as_person(ben):
        assert standing(again).review_state == ReviewState.UNREVIEWED


def test_cleo_and_dan_cannot_tell_it_exists(
    cleo: User, dan: User, finding: Finding, other_finding: Finding
) -> None:
    for stranger in (cleo, dan):
        with as_person(stranger):
            refusals = set()
            for key in (finding.pk, uuid7()):
                for purpose in ("read", "review", "lead"):
                    with pytest.raises(NotFound) as refused:
                        access_finding(stranger, key, to=purpose)
                    refusals.add(str(refused.value))
            assert len(refusals) == 1
    with as_person(dan):
        assert access_finding(dan, other_finding.pk) == other_finding


def test_a_reader_may_look_and_not_decide(
    ada: User, cleo: User, ben: User, matter: Matter, finding: Finding
) -> None:
    with as_person(ada):
        add_member(matter, ben, role=MatterRole.READ_ONLY, by=ada)
    with as_person(ben):
        assert access_finding(ben, finding.pk) == finding
        with pytest.raises(NotAllowed):
            access_finding(ben, finding.pk, to="review")


def test_two_documents_have_their_own_decisions(ada: User, bundle: Any, finding: Finding) -> None:
    copy = deliver(bundle, ada, name="Second copy.txt", content=AGREEMENT + "\nSigned twice.\n")
    other = find(copy, "governing-law", GOVERNING_LAW)
    with as_person(ada):
        accept_finding(finding, by=ada)
        assert standing(other).review_state == ReviewState.UNREVIEWED
        accept_finding(other, by=ada)


def wait_until_somebody_waits_for_us() -> None:
    """Return when another session is held up by the transaction that runs here."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            row = cursor.fetchone()
        if row and row[0]:
            return
        time.sleep(0.01)
    raise AssertionError("nobody waited: the second decision was not held up")


def test_a_rejection_that_was_verified_still_says_that_it_is_wrong(
    ada: User, ben: User, finding: Finding
) -> None:
    with as_person(ben):
        reject_finding(finding, by=ben, reason="It names the seat only.")
    with as_person(ada):
        verify_finding(finding, by=ada)
        stands = standing(finding)
        assert stands.review_state == ReviewState.VERIFIED
        assert stands.is_rejected
        assert stands.quotes == ()


def test_a_possible_quote_that_was_accepted_is_kept_when_it_is_verified(
    ada: User, ben: User, document: Document
) -> None:
    unsure = find(document, "governing-law", GOVERNING_LAW, state="unclear", is_quiet=False)
    with as_person(ben):
        accept_finding(unsure, by=ben)
    with as_person(ada):
        verify_finding(unsure, by=ada)
        assert [quote.quote for quote in standing(unsure).quotes] == [GOVERNING_LAW]


def test_a_second_edit_keeps_what_it_does_not_change(ben: User, finding: Finding) -> None:
    with as_person(ben):
        edit_finding(finding, by=ben, spans=[span_of(ENGLAND)])
        edit_finding(finding, by=ben, value={"text": "England"})
        assert [quote.quote for quote in standing(finding).quotes] == [ENGLAND]
        edit_finding(finding, by=ben, spans=[span_of(GOVERNING_LAW)])
        assert standing(finding).value == {"text": "England"}


def test_settling_twice_oneself_does_not_blame_another(ben: User, finding: Finding) -> None:
    with as_person(ben):
        accept_finding(finding, by=ben)
        with pytest.raises(AlreadySettled, match="You have already settled"):
            accept_finding(finding, by=ben)


def test_an_acceptance_does_not_pass_to_another_value(ben: User, document: Document) -> None:
    first = find(document, "governing-law", GOVERNING_LAW, value="England")
    with as_person(ben):
        accept_finding(first, by=ben)
    again = find(document, "governing-law", GOVERNING_LAW, value="Wales")
    with as_person(ben):
        assert standing(again).review_state == ReviewState.UNREVIEWED
        assert stale_findings(again) == [first]


def test_an_acceptance_does_not_pass_to_quotes_that_were_folded_away(ben: User, document: Document) -> None:
    first = find(document, "governing-law", GOVERNING_LAW, state="unclear", is_quiet=False)
    with as_person(ben):
        reject_finding(first, by=ben, reason="Not that.")
    again = find(document, "governing-law", GOVERNING_LAW)
    with as_person(ben):
        assert standing(again).review_state == ReviewState.UNREVIEWED


def test_decisions_that_are_carried_over_are_in_the_audit_trail(
    ben: User, document: Document, finding: Finding
) -> None:
    with as_person(ben):
        accept_finding(finding, by=ben)
    find(document, "governing-law", GOVERNING_LAW)
    with as_person(ben):
        event = AuditEvent.objects.get(action="document.decisions_carried_over")
        assert (event.subject_id, event.actor_id) == (document.pk, None)
        assert event.detail == {"decisions": 1}

"""The Ask box: a question in one's own words over a matter, its answers with quotes, and who may ask and see."""

import pytest
from django.test import Client as Browser
from rest_framework.test import APIClient

from review import engine
from review.accounts.models import User
from review.asking.access import access_inquiry
from review.asking.models import Inquiry
from review.asking.selectors import InquiryView, inquiries_of
from review.asking.services import AT_ONCE, ask_matter, cancel_inquiry
from review.documents.models import Document
from review.errors import Conflict, Invalid, NotAllowed, NotFound
from review.findings.models import Finding
from review.matters.models import AiTerms, Matter, MatterRole
from review.matters.services import AiForbidden, add_member, record_ai_terms
from review.readers.errors import NoWholeReader
from review.readers.models import ReaderProfile
from review.readings.models import CaseAnswer
from review.tenancy.models import AuditEvent
from tests.cast import as_job, as_person
from tests.workers import work_off

LAW = "Which law governs?"


def ask(matter: Matter, by: User, words: str = LAW) -> Inquiry:
    with as_person(by):
        return ask_matter(Matter.objects.select_related("client").get(pk=matter.pk), words, by=by)


def seen(matter: Matter, by: User) -> InquiryView:
    with as_person(by):
        return inquiries_of(matter)[0]


@pytest.fixture
def inquiry(matter: Matter, contracts: list[Document], profile: ReaderProfile, ben: User) -> Inquiry:
    """Ben's question, still waiting."""
    return ask(matter, ben)


def test_ben_asks_and_is_answered_in_the_words_of_the_documents(
    inquiry: Inquiry, matter: Matter, ada: User, ben: User
) -> None:
    assert seen(matter, ben).stage == "queued"
    assert work_off(matter, "inquire") == 1
    view = seen(matter, ada)
    assert (view.stage, view.inquiry.words, view.inquiry.asked_by) == ("answered", LAW, ben)
    (answer,) = view.answers
    quotes = list(answer.quotes.all())
    assert (view.state, bool(quotes)) == ("found", True)
    assert all(each.quote == each.text.content[each.start : each.end] for each in quotes)
    with as_job(matter):
        assert not Finding.objects.exists()
        assert AuditEvent.objects.filter(action="matter.asked", actor=ben, subject_id=inquiry.pk).count() == 1


def test_the_same_words_asked_again_are_answered_at_once_by_the_same_answer(
    inquiry: Inquiry, matter: Matter, ada: User, ben: User
) -> None:
    work_off(matter, "inquire")
    first = seen(matter, ben).answers
    ask(matter, ada, f"  {LAW} ")
    work_off(matter, "inquire")
    view = seen(matter, ada)
    assert (view.inquiry.asked_by, view.stage, view.answers) == (ada, "answered", first)
    with as_person(ada):
        assert view.figures.answers == 0
    with as_job(matter):
        assert CaseAnswer.objects.count() == 1


def test_a_second_question_finds_the_case_file_warm(inquiry: Inquiry, matter: Matter, ben: User) -> None:
    work_off(matter, "inquire")
    ask(matter, ben, "Who pays the rent?")
    work_off(matter, "inquire")
    (part,) = seen(matter, ben).run.parts
    assert (part.part.is_warm, part.part.prefill_seconds) == (True, 0.0)


@pytest.mark.parametrize("words", ["", " ? ", "x" * 2001, "Which\0 law?"])
def test_what_is_no_question_is_refused(
    matter: Matter, contracts: list[Document], profile: ReaderProfile, ben: User, words: str
) -> None:
    with pytest.raises(Invalid):
        ask(matter, ben, words)


def test_without_a_reader_or_against_the_terms_nobody_asks(
    matter: Matter, contracts: list[Document], ada: User, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(NoWholeReader):
        ask(matter, ada)
    request.getfixturevalue("profile")
    with as_person(ada):
        record_ai_terms(Matter.objects.get(pk=matter.pk), AiTerms.COMPACT_ONLY, by=ada)
    with pytest.raises(AiForbidden):
        ask(matter, ada)


def test_terms_that_change_while_it_waits_keep_it_unanswered(
    inquiry: Inquiry, matter: Matter, ada: User
) -> None:
    with as_person(ada):
        record_ai_terms(Matter.objects.get(pk=matter.pk), AiTerms.FORBIDDEN, by=ada)
    work_off(matter, "inquire")
    view = seen(matter, ada)
    assert (view.stage, view.answers) == ("forbidden", ())
    assert view.run.cause == "The AI terms of this client or matter do not allow machine reading."


def test_a_person_may_not_fill_the_queue(inquiry: Inquiry, matter: Matter, ben: User) -> None:
    for number in range(AT_ONCE - 1):
        ask(matter, ben, f"Question number {number}?")
    with pytest.raises(Conflict, match="5 of your questions are waiting"):
        ask(matter, ben, "One more?")


def test_a_question_is_called_off_once(inquiry: Inquiry, matter: Matter, ada: User) -> None:
    with as_person(ada):
        cancel_inquiry(access_inquiry(ada, inquiry.pk, to="review"), by=ada)
        with pytest.raises(Conflict):
            cancel_inquiry(access_inquiry(ada, inquiry.pk, to="review"), by=ada)
    assert work_off(matter, "inquire") == 0
    assert seen(matter, ada).stage == "cancelled"


def test_who_may_read_the_matter_sees_the_question_and_only_reviewers_ask(
    inquiry: Inquiry, matter: Matter, ada: User, cleo: User, dan: User, ben: User, other_organization: object
) -> None:
    with as_person(ada):
        add_member(matter, ben, role=MatterRole.READ_ONLY, by=ada)
    with as_person(ben):
        assert access_inquiry(ben, inquiry.pk) == inquiry
        with pytest.raises(NotAllowed):
            access_inquiry(ben, inquiry.pk, to="review")
    for stranger in (cleo, dan):
        with as_person(stranger), pytest.raises(NotFound):
            access_inquiry(stranger, inquiry.pk)


def test_the_page_asks_tells_the_stage_and_shows_quotes_that_open(
    ben_browser: Browser, matter: Matter, contracts: list[Document], profile: ReaderProfile
) -> None:
    address = f"/matters/{matter.pk}/ask/"
    assert "Nothing was asked yet" in ben_browser.get(address).content.decode()
    refused = ben_browser.post(address, {"question": "?"})
    assert refused.status_code == 422
    assert "Ask a question of 3 to 2,000 characters." in refused.content.decode()
    page = ben_browser.post(address, {"question": LAW}, follow=True).content.decode()
    assert LAW in page
    assert "Queued" in page
    assert "Waiting for a worker that reads whole case files." in page
    work_off(matter, "inquire")
    page = ben_browser.get(address).content.decode()
    assert "Answered" in page
    assert "Verbatim" in page
    assert any(f"/documents/{each.pk}/?start=" in page for each in contracts)


def test_the_stream_tells_each_question_and_ends_when_all_are_answered(
    inquiry: Inquiry, ben_browser: Browser, matter: Matter
) -> None:
    work_off(matter, "inquire")
    ben_browser.get(f"/matters/{matter.pk}/ask/")  # in which his browser learns his firm
    stream = ben_browser.get(f"/matters/{matter.pk}/ask/events")
    assert stream.headers["Content-Type"] == "text/event-stream"


def test_the_api_asks_and_tells_the_answer(
    ben_api: APIClient, cleo_api: APIClient, matter: Matter, contracts: list[Document], profile: ReaderProfile
) -> None:
    asked = ben_api.post(f"/api/v1/matters/{matter.pk}/asked/", {"question": LAW}, format="json")
    assert (asked.status_code, asked.json()["stage"], asked.json()["state"]) == (202, "queued", "")
    work_off(matter, "inquire")
    address = f"/api/v1/asked/{asked.json()['id']}/"
    told = ben_api.get(address).json()
    assert (told["stage"], told["state"]) == ("answered", "found")
    assert told["answers"][0]["quotes"][0]["document"] in {str(each.pk) for each in contracts}
    assert told["figures"]["answers"] == 1
    assert told["figures"]["cost"].startswith("GBP")
    assert ben_api.get(f"/api/v1/matters/{matter.pk}/asked/").json()[0]["id"] == told["id"]
    assert cleo_api.get(address).status_code == 404
    assert ben_api.post(f"{address}cancel/").status_code == 409


def test_what_was_read_of_a_matter_can_be_let_go_of(inquiry: Inquiry, matter: Matter, ben: User) -> None:
    work_off(matter, "inquire")
    engine.forget_cases(str(matter.organization_id), str(matter.pk))
    ask(matter, ben, "Who pays the rent?")
    work_off(matter, "inquire")
    assert not seen(matter, ben).run.parts[0].part.is_warm

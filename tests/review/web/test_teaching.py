"""Whether decisions may teach other matters is recorded on the brief, and told on the page of the question."""

from django.test import Client as Browser
from rest_framework.test import APIClient

from review.accounts.models import User
from review.documents.models import Document
from review.findings.models import FirmHead, LessonWithdrawal
from review.matters.models import Matter
from review.matters.services import may_teach
from review.tenancy.models import AuditEvent
from tests.cast import as_person
from tests.teaching import let_teach
from tests.workers import work_off


def page_of(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_lead_records_it_for_client_and_matter(ada_browser: Browser, ada: User, matter: Matter) -> None:
    brief = f"/matters/{matter.pk}/brief/"
    assert "as long as nothing is recorded" in page_of(ada_browser, brief)
    for whose in ("matter", "client"):
        answer = ada_browser.post(f"/matters/{matter.pk}/teaching/", {"may_teach": "yes", "whose": whose})
        assert answer.headers["Location"] == f"{brief}#teaching"
    shown = page_of(ada_browser, brief)
    assert "as long as nothing is recorded" not in shown
    assert shown.count("Yes<span") == 2
    with as_person(ada):
        assert may_teach(Matter.objects.select_related("client").get(pk=matter.pk))
        assert AuditEvent.objects.filter(action="ai_terms.teaching_recorded").count() == 2


def test_a_reviewer_does_not_record_it_and_nonsense_is_refused(
    ada_browser: Browser, ben_browser: Browser, cleo_browser: Browser, matter: Matter
) -> None:
    path = f"/matters/{matter.pk}/teaching/"
    assert ben_browser.post(path, {"may_teach": "yes", "whose": "matter"}).status_code == 403
    assert cleo_browser.post(path, {"may_teach": "yes", "whose": "matter"}).status_code == 404
    answer = ada_browser.post(path, {"may_teach": "perhaps", "whose": "matter"})
    assert "Choose yes or no, and for whom it was agreed." in answer.content.decode()


def test_the_page_of_the_question_says_which_head_answers_where(
    ada_browser: Browser,
    ada: User,
    matter: Matter,
    taught: FirmHead,
    late: Document,
) -> None:
    path = f"/questions/{taught.question_id}/"
    shown = page_of(ada_browser, path)
    assert "The firm&#x27;s head answers here." in shown
    assert "Learned from 20 accepted and 20 rejected findings of 2 matters of the firm." in shown
    assert "Cross-validated over matters" in shown
    assert "Decisions here stay in this matter." in shown
    assert "Elm" not in shown, "another person's matter is not named"
    let_teach(matter, ada, allowed=False)
    shown = page_of(ada_browser, path)
    assert "No head answers here" in shown
    assert "Withdrawn on" in shown
    assert (
        "The permission to teach was withdrawn: 20 judged passages of one matter went, and the firm&#x27;s head"
        " with them. No other has been learned since." in shown
    )
    work_off(matter, "fit_firm")
    assert "What was left was tried, and not kept: learning together needs" in page_of(ada_browser, path)


def test_programs_record_it_and_are_told_the_same(
    ada_api: APIClient,
    ada: User,
    matter: Matter,
    taught: FirmHead,
    late: Document,
) -> None:
    learned = ada_api.get(f"/api/v1/questions/{taught.question_id}/learned/").json()
    who = {each["matter"]: (each["answering"], each["may_teach"]) for each in learned["matters"]}
    assert who == {str(matter.pk): ("firm", True), str(late.matter_id): ("firm", False)}
    assert (learned["together"]["matters"], learned["together"]["is_kept"]) == (2, True)
    assert learned["taken_back"] == []
    path = f"/api/v1/matters/{matter.pk}/terms/"
    agreed = ada_api.post(path, {"of": "client", "may_teach": False}, format="json").json()
    assert (agreed["may_teach"], agreed["matter"]["may_teach"]) == (False, True)
    assert (agreed["client"]["may_teach"], agreed["client"]["may_teach_recorded_by"]) == (False, str(ada.pk))
    assert ada_api.get(path).json() == agreed
    learned = ada_api.get(f"/api/v1/questions/{taught.question_id}/learned/").json()
    assert {each["answering"] for each in learned["matters"]} == {"none"}
    (receipt,) = learned["taken_back"]
    assert (receipt["why"], receipt["passages"], receipt["head"]) == ("permission", 20, str(taught.pk))
    with as_person(ada):
        assert LessonWithdrawal.objects.count() == 1


def test_programs_forbid_machine_reading_and_what_was_taught_goes(
    ada_api: APIClient,
    matter: Matter,
    taught: FirmHead,
) -> None:
    path = f"/api/v1/matters/{matter.pk}/terms/"
    agreed = ada_api.post(path, {"of": "matter", "ai_terms": "forbidden"}, format="json").json()
    assert (agreed["ai_terms"], agreed["may_teach"]) == ("forbidden", False)
    learned = ada_api.get(f"/api/v1/questions/{taught.question_id}/learned/").json()
    assert [each["why"] for each in learned["taken_back"]] == ["forbidden"]

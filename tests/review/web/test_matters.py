"""Matters in the browser: the list, opening one, its home, its brief and what was agreed about AI."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from tests.cast import GOVERNING_LAW, as_person, deliver, find, new_person

Opens = Callable[[Any], Browser]


def test_ada_sees_her_matter_in_the_list(ada_browser: Browser, matter: Any) -> None:
    page = ada_browser.get("/").content.decode()

    assert "Project Harrow" in page
    assert "10023-0007" in page


def test_cleo_and_dan_do_not_see_it(cleo_browser: Browser, dan_browser: Browser, matter: Any) -> None:
    assert "Harrow" not in cleo_browser.get("/").content.decode()
    assert "Harrow" not in dan_browser.get("/").content.decode()


def test_a_visitor_is_asked_to_sign_in_and_comes_back(style_sheets: None, matter: Any) -> None:
    answer = Browser().get(f"/matters/{matter.pk}/")

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/accounts/login/?next=/matters/{matter.pk}/"


def test_a_fragment_for_a_visitor_is_a_plain_401(style_sheets: None, matter: Any) -> None:
    assert Browser().get(f"/matters/{matter.pk}/grid/", headers={"HX-Request": "true"}).status_code == 401


def test_ada_opens_a_matter_for_a_new_client(ada_browser: Browser, ada: Any) -> None:
    sent = {"client_name": "Norvik", "client_number": "10442", "name": "Lantern", "number": "10442-7"}

    answer = ada_browser.post("/matters/new/", sent)

    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/upload/")
    assert "Lantern" in ada_browser.get("/").content.decode()


def test_a_matter_without_a_number_is_sent_back_with_the_reason(ada_browser: Browser) -> None:
    answer = ada_browser.post("/matters/new/", {"client_name": "N", "client_number": "1", "name": "Lantern"})

    assert answer.status_code == 422
    assert "This field is required." in answer.content.decode()


def test_the_home_counts_what_there_is(ada_browser: Browser, matter: Any, finding: Any) -> None:
    page = ada_browser.get(f"/matters/{matter.pk}/").content.decode()

    assert "<dt>Documents</dt><dd>1</dd>" in page
    assert "<dt>Pages</dt><dd>1</dd>" in page
    assert "1 <small>of 1 answers</small>" in page
    assert "delivered files" in page


def test_the_machine_done_is_not_counted_as_settled(ada_browser: Browser, matter: Any, finding: Any) -> None:
    url = f"/matters/{matter.pk}/"
    assert "Machine done 1" in ada_browser.get(url).content.decode()
    assert "Settled by people 0" in ada_browser.get(url).content.decode()

    ada_browser.post(f"/findings/{finding.pk}/accept/")

    assert "Settled by people 1" in ada_browser.get(url).content.decode()


def test_an_identical_copy_is_not_expected_to_be_reviewed_again(
    ada_browser: Browser, ada: Any, matter: Any, bundle: Any, document: Any, finding: Any
) -> None:
    copy = deliver(bundle, ada, name="Supply agreement (copy).txt", content=document.text.content)
    find(copy, "governing-law", GOVERNING_LAW)

    page = ada_browser.get(f"/matters/{matter.pk}/").content.decode()

    assert "Of 41: 1 read by the machine" in page
    assert "1 <small>of 1 answers</small>" in page


def test_the_lead_changes_the_brief(ada_browser: Browser, ada: Any, matter: Any) -> None:
    sent = {"name": "Project Harrow", "number": "10023-0007", "side": "buyer", "structure": "share"}

    answer = ada_browser.post(f"/matters/{matter.pk}/brief/", sent)

    assert answer.status_code == 302
    assert "Buyer, share purchase" in ada_browser.get(f"/matters/{matter.pk}/").content.decode()


def test_a_reviewer_reads_the_brief_and_may_not_change_it(ben_browser: Browser, matter: Any) -> None:
    url = f"/matters/{matter.pk}/brief/"

    assert "Save the brief" not in ben_browser.get(url).content.decode()
    assert ben_browser.post(url, {"name": "Mine", "number": "1"}).status_code == 403


def test_forbidden_by_the_client_stops_reading_in_clear_words(
    ada_browser: Browser, matter: Any, document: Any
) -> None:
    ada_browser.post(f"/matters/{matter.pk}/ai-terms/", {"ai_terms": "forbidden", "of": "client"})

    answer = ada_browser.post(f"/matters/{matter.pk}/read/")

    assert answer.status_code == 409
    assert "do not allow machine reading" in answer.content.decode()
    assert "recorded by Ada" in ada_browser.get(f"/matters/{matter.pk}/brief/").content.decode()


def test_read_now_makes_every_readable_document_due(ben_browser: Browser, matter: Any, document: Any) -> None:
    answer = ben_browser.post(f"/matters/{matter.pk}/read/", follow=True)

    assert "One document will be read." in answer.content.decode()


def test_a_person_of_two_firms_chooses_one(
    browser: Opens, matter: Any, other_matter: Any, organization: Any, other_organization: Any, dan: Any
) -> None:
    from review.tenancy.models import Role
    from review.tenancy.services import add_person

    ada_of_both = new_person("Ada")
    for firm, lead in ((organization, None), (other_organization, dan)):
        from review.tenancy.context import in_context

        with in_context(firm.pk):
            add_person(ada_of_both, role=Role.MEMBER, by=lead or dan, organization_id=firm.pk)
    both = browser(ada_of_both)

    sent_to_choose = both.get("/matters/new/")
    assert sent_to_choose.headers["Location"] == "/organizations/?next=/matters/new/"
    chooser = both.get("/organizations/").content.decode()
    assert "Marlowe &amp; Finch LLP" in chooser
    assert "Quill Partners" in chooser

    chosen = both.post(
        "/organizations/", {"organization": str(other_organization.pk), "next": "/matters/new/"}
    )

    assert chosen.headers["Location"] == "/matters/new/"
    assert "Quill Partners" in both.get("/").content.decode()


def test_nobody_chooses_a_firm_they_are_not_of(
    ada_browser: Browser, other_organization: Any, organization: Any
) -> None:
    answer = ada_browser.post("/organizations/", {"organization": str(other_organization.pk)})

    assert answer.status_code == 404


def test_a_next_address_outside_the_service_is_not_followed(ada_browser: Browser, organization: Any) -> None:
    sent = {"organization": str(organization.pk), "next": "https://elsewhere.example/"}

    assert ada_browser.post("/organizations/", sent).headers["Location"] == "/"


def test_the_lead_adds_and_removes_a_person(
    ada_browser: Browser, browser: Opens, matter: Any, organization: Any, ada: Any
) -> None:
    from review.tenancy.models import Role
    from review.tenancy.services import add_person

    eve = new_person("Eve")
    with as_person(ada, organization):
        add_person(eve, role=Role.MEMBER, by=ada, organization_id=organization.pk)
    url = f"/matters/{matter.pk}/"

    ada_browser.post(f"{url}people/add/", {"person": str(eve.pk), "role": "read_only"})
    assert browser(eve).get(url).status_code == 200
    ada_browser.post(f"{url}people/{eve.pk}/remove/")
    assert browser(eve).get(url).status_code == 404


def test_a_wall_is_built_and_lifted(
    ada_browser: Browser, ben_browser: Browser, matter: Any, ben: Any
) -> None:
    url = f"/matters/{matter.pk}/"

    ada_browser.post(f"{url}walls/add/", {"person": str(ben.pk), "reason": "Acts for the target."})
    assert ben_browser.get(url).status_code == 404
    assert "Acts for the target." in ada_browser.get(f"{url}people/").content.decode()
    ada_browser.post(f"{url}walls/{ben.pk}/lift/")
    assert ben_browser.get(url).status_code == 200


def test_the_last_lead_cannot_be_taken_off(ada_browser: Browser, ada: Any, matter: Any) -> None:
    answer = ada_browser.post(f"/matters/{matter.pk}/people/{ada.pk}/remove/")

    assert answer.status_code == 409
    assert "Make somebody else lead first." in answer.content.decode()


@pytest.mark.parametrize("page", ["", "grid/", "documents/", "people/", "brief/", "upload/", "progress/"])
def test_what_is_behind_the_wall_looks_like_what_does_not_exist(
    cleo_browser: Browser, dan_browser: Browser, matter: Any, page: str
) -> None:
    for stranger in (cleo_browser, dan_browser):
        behind = stranger.get(f"/matters/{matter.pk}/{page}")
        unknown = stranger.get(f"/matters/01890000-0000-7000-8000-000000000000/{page}")

        assert behind.status_code == unknown.status_code == 404
        assert _without_tokens(behind.content) == _without_tokens(unknown.content)


def _without_tokens(page: bytes) -> str:
    import re

    return re.sub(r'(nonce="|csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]*', r"\1", page.decode())

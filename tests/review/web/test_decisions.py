"""Deciding in the browser: each answer is the piece of page that changed, and plain forms work as well."""

from typing import Any
from urllib.parse import unquote

from django.test import Client as Browser

from tests.cast import GOVERNING_LAW

ON_PAGE = "http://testserver"


def htmx(target: str, page: str) -> dict[str, str]:
    return {"HX-Request": "true", "HX-Target": target, "HX-Current-URL": ON_PAGE + page}


def cell_of(finding: Any) -> str:
    return f"cell-{finding.document_id}-{finding.question.key}"


def test_a_key_in_the_grid_is_answered_with_the_cell(ben_browser: Browser, matter: Any, finding: Any) -> None:
    grid = f"/matters/{matter.pk}/grid/"

    answer = ben_browser.post(f"/findings/{finding.pk}/accept/", headers=htmx(cell_of(finding), grid))

    cell = answer.content.decode()
    assert cell.startswith('<div role="gridcell"')
    assert "is-accepted" in cell
    assert f'id="{cell_of(finding)}"' in cell
    assert "hx-swap-oob" not in cell


def test_a_button_in_the_drawer_changes_the_cell_too(ben_browser: Browser, matter: Any, finding: Any) -> None:
    grid = f"/matters/{matter.pk}/grid/"

    answer = ben_browser.post(f"/findings/{finding.pk}/accept/", headers=htmx("cell-drawer", grid))

    page = answer.content.decode()
    assert 'id="cell-drawer"' in page
    assert "Undo" in page
    assert f'<div role="gridcell" id="{cell_of(finding)}"' in page


def test_a_key_in_the_viewer_is_answered_with_the_item(
    ben_browser: Browser, finding: Any, document: Any
) -> None:
    target = htmx(f"finding-{finding.pk}", f"/documents/{document.pk}/")

    answer = ben_browser.post(f"/findings/{finding.pk}/accept/", headers=target)

    item = answer.content.decode().strip()
    assert item.startswith(f'<li id="finding-{finding.pk}"')
    assert "Accepted" in item
    assert answer.headers["HX-Trigger-After-Settle"] == "highlights:changed"


def test_a_plain_form_goes_back_to_the_page_of_the_cell(
    ben_browser: Browser, matter: Any, finding: Any
) -> None:
    answer = ben_browser.post(f"/findings/{finding.pk}/accept/")

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/matters/{matter.pk}/cells/{finding.document_id}/governing-law/"
    assert "Accepted" in ben_browser.get(answer.headers["Location"]).content.decode()


def test_a_rejection_wants_a_reason(ben_browser: Browser, finding: Any) -> None:
    refused = ben_browser.post(f"/findings/{finding.pk}/reject/", headers={"HX-Request": "true"})
    assert refused.status_code == 400
    assert unquote(refused.headers["X-Engross-Sentence"]) == "Say in a few words why this is wrong."

    page = ben_browser.post(f"/findings/{finding.pk}/reject/", {"note": "Not operative"}, follow=True)

    assert "Not operative" in page.content.decode()


def test_the_second_reviewer_is_told_it_is_settled(
    ada_browser: Browser, ben_browser: Browser, finding: Any
) -> None:
    ada_browser.post(f"/findings/{finding.pk}/accept/")

    answer = ben_browser.post(f"/findings/{finding.pk}/accept/")

    assert answer.status_code == 409
    assert "settled" in answer.content.decode()


def test_an_undo_brings_the_finding_back(ben_browser: Browser, finding: Any) -> None:
    ben_browser.post(f"/findings/{finding.pk}/accept/")

    page = ben_browser.post(f"/findings/{finding.pk}/undo/", follow=True).content.decode()

    assert "Unreviewed" in page
    assert "took the decision back" in page


def test_only_somebody_else_verifies(ada_browser: Browser, ben_browser: Browser, finding: Any) -> None:
    ben_browser.post(f"/findings/{finding.pk}/accept/")

    assert ben_browser.post(f"/findings/{finding.pk}/verify/").status_code == 409
    assert "Verified" in ada_browser.post(f"/findings/{finding.pk}/verify/", follow=True).content.decode()


def test_a_comment_and_a_flag_stand_beside_the_finding(ben_browser: Browser, finding: Any) -> None:
    ben_browser.post(f"/findings/{finding.pk}/comment/", {"body": "Ask <the> client."})
    page = ben_browser.post(f"/findings/{finding.pk}/flag/", follow=True).content.decode()

    assert "Ask &lt;the&gt; client." in page
    assert "Take the flag down" in page


def test_a_date_is_stored_as_a_date_or_refused(ben_browser: Browser, document: Any, matter: Any) -> None:
    from tests.cast import find

    dated = find(document, "agreement-date", "3 March 2021")

    assert ben_browser.post(f"/findings/{dated.pk}/edit/", {"value": "in spring"}).status_code == 400
    page = ben_browser.post(f"/findings/{dated.pk}/edit/", {"value": "2021-03-03"}, follow=True)
    assert "3 Mar 2021" in page.content.decode()


def select(document: Any, words: str) -> dict[str, Any]:
    start = document.text.content.index(words)
    return {"document": str(document.pk), "start": start, "end": start + len(words)}


def test_selected_words_become_a_finding(ben_browser: Browser, matter: Any, document: Any) -> None:
    words = "The liability of each party is limited to one million pounds."
    sent = {"as": "question:cap-on-liability", **select(document, words)}

    answer = ben_browser.post(
        f"/matters/{matter.pk}/findings/add/", sent, headers=htmx("findings", f"/documents/{document.pk}/")
    )

    page = answer.content.decode()
    assert words in page
    assert "Cap On Liability" in page
    assert "added by Ben" in page
    assert "highlights:changed" in answer.headers["HX-Trigger-After-Settle"]


def test_selected_words_take_the_place_of_a_findings(
    ben_browser: Browser, matter: Any, document: Any, finding: Any
) -> None:
    sent = {"as": f"finding:{finding.pk}", **select(document, "the laws of England and Wales")}

    page = ben_browser.post(f"/matters/{matter.pk}/findings/add/", sent, follow=True).content.decode()

    assert '<span class="finding-quote">the laws of England and Wales</span>' in page
    assert f'<span class="finding-quote">{GOVERNING_LAW}</span>' not in page


def test_words_that_are_not_in_the_text_are_refused(ben_browser: Browser, matter: Any, document: Any) -> None:
    sent = {"as": "question:insurance", "document": str(document.pk), "start": 5, "end": 999_999}

    answer = ben_browser.post(f"/matters/{matter.pk}/findings/add/", sent)

    assert answer.status_code == 400
    assert "Select them again." in answer.content.decode()


def test_a_reader_decides_nothing(
    ada_browser: Browser, ben_browser: Browser, matter: Any, ben: Any, finding: Any
) -> None:
    ada_browser.post(f"/matters/{matter.pk}/people/add/", {"person": str(ben.pk), "role": "read_only"})
    cell = f"/matters/{matter.pk}/cells/{finding.document_id}/governing-law/"

    assert "Accept" not in ben_browser.get(cell).content.decode()
    assert ben_browser.post(f"/findings/{finding.pk}/accept/").status_code == 403


def test_cleo_and_dan_cannot_tell_it_exists(
    cleo_browser: Browser, dan_browser: Browser, finding: Any
) -> None:
    for stranger in (cleo_browser, dan_browser):
        for verb in ("accept", "reject", "edit", "verify", "undo", "flag", "comment"):
            answer = stranger.post(
                f"/findings/{finding.pk}/{verb}/", {"note": "x", "value": "x", "body": "x"}
            )
            assert answer.status_code == 404

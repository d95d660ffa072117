"""The review grid: what a cell shows, fifty rows at a time, and how many queries that takes."""

import re
from typing import Any

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from tests.cast import GOVERNING_LAW, as_job, deliver, find, open_matter

FRAGMENT = {"HX-Request": "true"}


def rows_in(page: str) -> list[str]:
    return re.findall(r'class="document-name"[^>]*>([^<]*)', page)


def cell_in(page: str, document: Any, question: str) -> str:
    found = re.search(
        rf'<div role="gridcell"[^>]*id="cell-{document.pk}-{question}".*?</div>', page, re.DOTALL
    )
    assert found is not None
    return found[0]


def test_a_cell_shows_what_was_found_and_that_nobody_looked(
    ben_browser: Browser, matter: Any, document: Any, finding: Any
) -> None:
    cell = cell_in(ben_browser.get(f"/matters/{matter.pk}/grid/").content.decode(), document, "governing-law")

    assert "is-found is-unreviewed" in cell
    assert GOVERNING_LAW[:60] in cell
    assert f'data-finding="{finding.pk}"' in cell
    assert f'data-action-base="/findings/{finding.pk}/"' in cell


def test_a_question_nobody_answered_has_no_finding(
    ben_browser: Browser, matter: Any, document: Any, finding: Any
) -> None:
    page = ben_browser.get(f"/matters/{matter.pk}/grid/?columns=insurance").content.decode()

    assert "data-finding" not in cell_in(page, document, "insurance")


def test_an_edited_cell_shows_the_value_a_person_gave(
    ben_browser: Browser, matter: Any, document: Any, finding: Any
) -> None:
    ben_browser.post(f"/findings/{finding.pk}/edit/", {"value": "England"})

    cell = cell_in(ben_browser.get(f"/matters/{matter.pk}/grid/").content.decode(), document, "governing-law")

    assert "is-edited" in cell
    assert ">England and Wales<" in cell


def test_a_decision_on_other_words_makes_the_new_reading_stale(
    ben_browser: Browser, matter: Any, document: Any, finding: Any
) -> None:
    ben_browser.post(f"/findings/{finding.pk}/accept/")
    find(document, "governing-law", "the laws of England and Wales")

    cell = cell_in(ben_browser.get(f"/matters/{matter.pk}/grid/").content.decode(), document, "governing-law")

    assert "is-unreviewed is-stale" in cell


def test_rows_are_narrowed_by_state_review_state_and_name(
    ben_browser: Browser, matter: Any, bundle: Any, ben: Any, document: Any, finding: Any
) -> None:
    other = deliver(bundle, ben, name="Note.txt", content="A note about nothing in particular.")
    find(other, "governing-law", None)
    grid = f"/matters/{matter.pk}/grid/"

    assert rows_in(ben_browser.get(grid).content.decode()) == ["Note.txt", "Supply agreement.txt"]
    assert rows_in(ben_browser.get(f"{grid}?state=found").content.decode()) == ["Supply agreement.txt"]
    assert rows_in(ben_browser.get(f"{grid}?state=not_found").content.decode()) == ["Note.txt"]
    assert rows_in(ben_browser.get(f"{grid}?q=note").content.decode()) == ["Note.txt"]
    ben_browser.post(f"/findings/{finding.pk}/accept/")
    assert rows_in(ben_browser.get(f"{grid}?review_state=accepted").content.decode()) == [
        "Supply agreement.txt"
    ]
    assert rows_in(ben_browser.get(f"{grid}?review_state=verified").content.decode()) == []


def test_odd_filters_are_not_a_failure(ben_browser: Browser, matter: Any, document: Any) -> None:
    answer = ben_browser.get(f"/matters/{matter.pk}/grid/?state=x&clause=y&columns=z&after=%00&shown=,")

    assert answer.status_code == 200


def test_all_columns_are_shown_on_demand_and_few_at_first(
    ben_browser: Browser, matter: Any, document: Any
) -> None:
    grid = f"/matters/{matter.pk}/grid/"

    assert ben_browser.get(grid).content.decode().count('role="columnheader"') == 11
    assert ben_browser.get(f"{grid}?columns=all").content.decode().count('role="columnheader"') == 42
    assert ben_browser.get(f"{grid}?clause=insurance").content.decode().count('role="columnheader"') == 2


def add_documents(matter: Any, bundle: Any, number: int) -> None:
    from review.documents.models import Document, DocumentState

    with as_job(matter):
        Document.objects.bulk_create(
            Document(
                organization_id=matter.organization_id,
                matter=matter,
                bundle=bundle,
                path=f"Schedule/{at:03d}.pdf",
                name=f"{at:03d}.pdf",
                state=DocumentState.READY,
            )
            for at in range(number)
        )


def test_every_document_comes_once_in_blocks_of_fifty(ben_browser: Browser, matter: Any, bundle: Any) -> None:
    add_documents(matter, bundle, 120)
    page = ben_browser.get(f"/matters/{matter.pk}/grid/").content.decode()
    seen, blocks = rows_in(page), 1

    while more := re.search(r'data-block hx-get="([^"]+)"', page):
        page = ben_browser.get(more[1].replace("&amp;", "&"), headers=FRAGMENT).content.decode()
        assert "<html" not in page
        seen += rows_in(page)
        blocks += 1

    assert seen == [f"{at:03d}.pdf" for at in range(120)]
    assert blocks == 3


def test_more_rows_take_no_more_queries(
    ben_browser: Browser, ben: Any, matter: Any, bundle: Any, document: Any, finding: Any
) -> None:
    grid = f"/matters/{matter.pk}/grid/?columns=all"
    ben_browser.get(grid)
    with CaptureQueriesContext(connection) as few:
        ben_browser.get(grid)
    add_documents(matter, bundle, 45)
    with CaptureQueriesContext(connection) as many:
        ben_browser.get(grid)

    assert len(many) == len(few)


def test_the_drawer_proves_what_was_not_found(ben_browser: Browser, matter: Any, document: Any) -> None:
    find(document, "insurance", None)

    drawer = ben_browser.get(
        f"/matters/{matter.pk}/cells/{document.pk}/insurance/", headers=FRAGMENT
    ).content.decode()

    assert "All of it was read" in drawer
    assert "I found it" in drawer
    assert "<html" not in drawer


def test_the_drawer_shows_the_quote_in_its_sentence_with_its_place(
    ben_browser: Browser, matter: Any, document: Any, finding: Any
) -> None:
    start = document.text.content.index(GOVERNING_LAW)
    drawer = ben_browser.get(f"/matters/{matter.pk}/cells/{document.pk}/governing-law/").content.decode()

    assert f"<mark>{GOVERNING_LAW}</mark>" in drawer
    assert f"characters {start} to {start + len(GOVERNING_LAW)}" in drawer
    assert "Page 1" in drawer
    assert "Neither party may assign" in drawer


def test_a_cell_of_another_matter_is_not_there(
    ben_browser: Browser, ben: Any, organization: Any, matter: Any, document: Any, finding: Any
) -> None:
    own = open_matter(organization, ben, name="Project Own", number="9-1")

    assert ben_browser.get(f"/matters/{own.pk}/cells/{document.pk}/governing-law/").status_code == 404
    assert ben_browser.get(f"/matters/{matter.pk}/cells/{document.pk}/no-such-question/").status_code == 404


def test_an_identical_copy_is_folded_away_until_it_is_asked_for(
    ada_browser: Browser, ada: Any, matter: Any, bundle: Any, document: Any
) -> None:
    deliver(bundle, ada, name="Supply agreement (copy).txt", content=document.text.content)
    page = ada_browser.get(f"/matters/{matter.pk}/grid/").content.decode()
    assert "Supply agreement (copy).txt" not in page
    assert "1 identical copy folded away" in page
    page = ada_browser.get(f"/matters/{matter.pk}/grid/?copies=shown").content.decode()
    assert "Supply agreement (copy).txt" in page
    assert "<span>Copy</span>" in page

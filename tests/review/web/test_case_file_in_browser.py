"""A case file in Chromium: a reader is chosen, an estimate read, a run watched, answers opened, a question asked.

The reader is a tiny model that means nothing, or the trained one in the folder that ENGROSS_STAND_IN names.
"""

import shutil
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.cast import (
    AGREEMENT,
    LEASE,
    PASSWORD,
    deliver,
    new_person,
    open_delivery,
    open_firm,
    open_matter,
    own_question,
)
from tests.readers import stand_in

from .live_service import live_service
from .test_in_browser import FLAGS, PATIENCE, READ_WITHIN, Day, faults_of, listen, picture

# A model that means nothing does not find something in every one.
ASKED = ("Who may end it?", "Which law governs?", "Who pays the rent?", "Who may assign the agreement?")
OWN = 9  # beside the 41 clause types: fifty columns
LETTER = "SIDE LETTER\n\nNorthwind Mills Limited may not assign the Agreement to a competitor of Harrow Foods plc.\n"


@pytest.fixture(scope="module")
def day() -> Iterator[Day]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed")
    expect.set_options(timeout=PATIENCE)
    stand_in()
    ada = new_person("Ada", password=PASSWORD)
    firm = open_firm("Marlowe & Finch LLP", ada)
    matter = open_matter(firm, ada, name="Project Harrow", number="10023-0007")
    bundle = open_delivery(matter, ada)
    for name, content in (
        ("Supply agreement.txt", AGREEMENT),
        ("Warehouse lease.txt", LEASE),
        ("Side letter.txt", LETTER),
    ):
        deliver(bundle, ada, name=name, content=content)
    for number in range(1, OWN + 1):
        own_question(ada, name=f"Own question {number}", definition=f"What is said of subject {number}.")
    with live_service() as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield Day(address, ada.email, chromium)
        chromium.close()


@pytest.fixture(scope="module")
def signed_in(day: Day) -> Iterator[BrowserContext]:
    context = day.chromium.new_context(base_url=day.address, viewport={"width": 1440, "height": 900})
    context.set_default_navigation_timeout(READ_WITHIN)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Email").fill(day.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Matters")).to_be_visible()
    page.close()
    yield context
    context.close()


@pytest.fixture
def page(signed_in: BrowserContext) -> Iterator[Page]:
    page = signed_in.new_page()
    complaints = listen(page)
    yield page
    page.close()
    assert complaints == []


@pytest.fixture(scope="module")
def matter(signed_in: BrowserContext) -> str:
    """The address of the matter, whose lead has added a reader and chosen it."""
    page = signed_in.new_page()
    page.goto("/readers/new/?kind=engine")
    page.get_by_label("Name").fill("Stand-in")
    page.get_by_label("Model", exact=True).select_option("stand-in")
    page.get_by_label("Computes in").select_option("float32")
    page.get_by_label("Tokens taken in at a time").fill("64")
    page.get_by_label("Questions side by side").fill("4")
    page.get_by_label("Tokens of a reason").fill("6")
    page.get_by_label("Price of a device hour").fill("2.40")
    page.get_by_label("Currency").fill("GBP")
    page.get_by_role("button", name="Add the reader").click()
    expect(page.get_by_text("Nothing has been read with it yet.")).to_be_visible()
    page.goto("/")
    page.get_by_role("link", name="Project Harrow").first.click()
    address = page.url
    page.goto(f"{address}brief/")
    page.get_by_label("Reader of this matter").select_option("Stand-in")
    page.get_by_role("button", name="Choose").click()
    expect(page.get_by_text("Stand-in reads this matter.")).to_be_visible()
    page.close()
    return address


@pytest.fixture(scope="module")
def run(signed_in: BrowserContext, matter: str) -> str:
    """The address of a run of fifty columns that was estimated, started and watched to its end."""
    page = signed_in.new_page()
    complaints = listen(page)
    page.goto(f"{matter}runs/new/")
    expect(page.get_by_text("50 questions")).to_be_visible()
    expect(page.get_by_text("this reader has not been measured yet")).to_be_visible()
    picture(page, "case-estimate")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/runs/*/")
    expect(page.get_by_text("Questions answered")).to_be_visible()
    expect(page.get_by_role("table").get_by_text("Asking", exact=True)).to_be_visible(timeout=READ_WITHIN)
    expect(page.locator('[data-progress-text="rate"]')).to_contain_text("questions a minute")
    picture(page, "case-run-under-way")
    expect(page.get_by_text("All was answered.")).to_be_visible(
        timeout=READ_WITHIN
    )  # the page goes on by itself
    expect(page.get_by_text("50 of 50").first).to_be_visible()
    address = page.url
    page.close()
    assert complaints == []
    return address


@pytest.fixture(scope="module")
def asked(signed_in: BrowserContext, matter: str, run: str) -> str:
    """The words of the last of some questions that were asked in the box and answered while the page was open."""
    page = signed_in.new_page()
    complaints = listen(page)
    page.goto(f"{matter}ask/")
    for words in ASKED:
        page.get_by_label("Your question").fill(words)
        page.get_by_role("button", name="Ask", exact=True).click()
        question = page.get_by_role("article", name=words)
        expect(question).to_be_visible()
        expect(question.get_by_text("Answered", exact=True)).to_be_visible(timeout=READ_WITHIN)  # no reload
    page.close()
    assert complaints == []
    return ASKED[-1]


def test_the_grid_shows_what_was_found_in_each_document_and_the_drawer_what_it_cost(
    page: Page, matter: str, run: str
) -> None:
    page.goto(f"{matter}grid/?state=found&columns=all")
    cell = page.locator('[role="gridcell"].is-found').first
    cell.click()
    page.keyboard.press("Enter")
    drawer = page.locator("#cell-drawer")
    expect(drawer.get_by_text("Verbatim").first).to_be_visible()
    expect(drawer.get_by_text("What this answer took")).to_be_visible()
    expect(drawer.get_by_text("for all 3 documents together")).to_be_visible()
    drawer.get_by_text("What this answer took").scroll_into_view_if_needed()
    picture(page, "case-drawer")


def test_a_quote_of_an_answer_opens_the_document_at_its_words(page: Page, matter: str, asked: str) -> None:
    page.goto(f"{matter}ask/")
    expect(page.get_by_role("article", name=asked)).to_be_visible()
    quote = page.locator("article figure.quote").first
    words = quote.locator("mark").inner_text()
    quote.get_by_role("link", name="Open in viewer").click()
    page.wait_for_url("**/documents/*/?start=*")
    start, end = (int(part.split("=")[1]) for part in page.url.split("?")[1].split("&")[:2])
    text = page.goto(page.url.split("?")[0] + "text/")
    assert text is not None
    assert end > start
    assert words.split()[0] in page.content()


def test_a_second_run_is_warm_and_costs_only_the_new_column(page: Page, matter: str, run: str) -> None:
    page.goto(f"{matter}questions/new/")
    page.get_by_label("Name").fill("Late question")
    page.get_by_label("What is looked for").fill("Whether anything was asked too late.")
    page.get_by_role("button", name="Add it").first.click()
    page.goto(f"{matter}runs/new/")
    expect(page.get_by_text("1 question", exact=True)).to_be_visible()
    expect(page.get_by_text("50 answered by earlier runs cost nothing")).to_be_visible()
    expect(page.get_by_role("button", name="Start for about GBP")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("All was answered.")).to_be_visible(timeout=READ_WITHIN)
    expect(page.get_by_text("Warm", exact=True).last).to_be_visible()
    expect(page.get_by_text("50 from earlier runs").first).to_be_visible()
    picture(page, "case-second-run")


PAGES = {
    "readers": "/readers/",
    "new-reader": "/readers/new/?kind=engine",
    "new-server": "/readers/new/?kind=remote",
    "case-runs": "{matter}runs/",
    "case-new-run": "{matter}runs/new/",
    "case-run": "{run}",
    "case-ask": "{matter}ask/",
    "case-grid": "{matter}grid/",
    "case-brief": "{matter}brief/",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_at_both_widths(
    day: Day, signed_in: BrowserContext, matter: str, run: str, asked: str, scheme: Literal["light", "dark"]
) -> None:
    context = day.chromium.new_context(
        base_url=day.address,
        storage_state=signed_in.storage_state(),
        color_scheme=scheme,
        viewport={"width": 1440, "height": 900},
        reduced_motion="reduce",
    )
    page = context.new_page()
    complaints = listen(page)
    faults = {}
    for name, address in PAGES.items():
        page.goto(address.format(matter=matter, run=run))
        for width in (1440, 1024):
            page.set_viewport_size({"width": width, "height": 900})
            picture(page, f"{name}-{scheme}-{width}")
            if found := faults_of(page):
                faults[f"{name} at {width}"] = found
            if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                faults[f"{name} at {width}, width"] = ["it scrolls sideways"]
    context.close()
    assert faults == {}
    assert complaints == []

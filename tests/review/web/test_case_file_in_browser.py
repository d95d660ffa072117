"""A case file in Chromium: the trained stand-in reads four uploaded agreements once and is asked fifty questions.

Every answer is checked against the agreements; then a free question, and a second run that finds the reading warm.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pymupdf
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect, sync_playwright

from review.accounts.models import User
from review.playbooks.models import Question
from review.readings.models import CaseAnswer, CasePart
from tests.agreements import ABSENT, LATER, THERE, Room, add_columns
from tests.cast import PASSWORD, as_person, new_person, open_firm
from tests.readers import stand_in

from .live_service import live_service
from .looks import faults_of_every_look, picture
from .test_in_browser import FLAGS, PATIENCE, READ_WITHIN, Day, cell, listen, open_matter

FIFTY = THERE + ABSENT
RIGHT_AT_LEAST = 49  # of fifty; the stand-in was right 800 times of 800 when it was measured


@dataclass(frozen=True)
class Firm:
    """Who signs in, and what is uploaded."""

    ada: User
    room: Room


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Firm:
    ada = new_person("Ada", password=PASSWORD)
    open_firm("Marlowe & Finch LLP", ada)
    return Firm(ada, Room.written(tmp_path_factory.mktemp("agreements")))


@pytest.fixture(scope="module")
def day(firm: Firm) -> Iterator[Day]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed")
    expect.set_options(timeout=PATIENCE)
    stand_in()
    with live_service() as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        with pytest.MonkeyPatch.context() as patch:
            # Playwright has a loop in this thread, and Django thinks that we could block it; nobody waits for it.
            patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")
            yield Day(address, firm.ada.email, chromium)
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
def matter(signed_in: BrowserContext, firm: Firm) -> str:
    """The address of a matter that was opened, given its files, and whose lead added a reader and chose it."""
    page = signed_in.new_page()
    open_matter(page, client=("10023", "Harrow Foods plc"), matter=("10023-7", "Project Harrow"))
    page.locator("[data-upload-files]").set_input_files(firm.room.files)
    page.get_by_role("button", name=f"Upload {len(firm.room.files)} files").click()
    page.wait_for_url("**/documents/", timeout=READ_WITHIN)
    address = page.url.removesuffix("documents/")
    page.goto("/readers/new/?kind=engine")
    page.get_by_label("Name").fill("Stand-in")
    page.get_by_label("Model", exact=True).select_option("stand-in")
    page.get_by_label("Computes in").select_option("float32")
    page.get_by_label("Tokens taken in at a time").fill("128")
    page.get_by_label("Questions side by side").fill("4")
    page.get_by_label("Tokens of a reason").fill("0")
    page.get_by_label("Price of a device hour").fill("2.40")
    page.get_by_label("Currency").fill("GBP")
    page.get_by_role("button", name="Add the reader").click()
    expect(page.get_by_text("Nothing has been read with it yet.")).to_be_visible()
    page.goto(f"{address}brief/")
    page.get_by_label("Reader of this matter").select_option("Stand-in")
    page.get_by_role("button", name="Choose").click()
    expect(page.get_by_text("Stand-in reads this matter.")).to_be_visible()
    page.close()
    return address


@pytest.fixture(scope="module")
def run(signed_in: BrowserContext, firm: Firm, matter: str) -> str:
    """The address of a run of fifty columns that was estimated, started and watched to its end."""
    add_columns(firm.ada, firm.room.names)
    page = signed_in.new_page()
    complaints = listen(page)
    page.goto(f"{matter}runs/new/")
    page.get_by_role("link", name="The firm’s own").click()
    expect(page.get_by_text(f"{FIFTY} questions")).to_be_visible()
    expect(page.get_by_text("this reader has not been measured yet")).to_be_visible()
    picture(page, "case-estimate")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/runs/*/")
    expect(page.get_by_text("Questions answered")).to_be_visible()
    expect(page.get_by_role("table").get_by_text("Asking", exact=True)).to_be_visible(timeout=READ_WITHIN)
    expect(page.locator('[data-progress-text="rate"]')).to_contain_text("questions a minute")
    picture(page, "case-run-under-way")
    expect(page.get_by_text("All was answered.")).to_be_visible(timeout=READ_WITHIN)  # it goes on by itself
    address = page.url
    page.close()
    assert complaints == []
    return address


@pytest.fixture(scope="module")
def free(firm: Firm) -> str:
    """A question of a person's own about a clause of the printed agreement that no column asks for."""
    return f"What does clause {firm.room.unasked[-1].name} say?"


@pytest.fixture(scope="module")
def asked(signed_in: BrowserContext, matter: str, run: str, free: str) -> str:
    """The address of the box, where that question was answered while the page was open."""
    page = signed_in.new_page()
    complaints = listen(page)
    page.goto(f"{matter}ask/")
    page.get_by_label("Your question").fill(free)
    page.get_by_role("button", name="Ask", exact=True).click()
    question = page.get_by_role("article", name=free)
    expect(question.get_by_text("Answered", exact=True)).to_be_visible(timeout=READ_WITHIN)  # no reload
    picture(page, "case-ask-answered")
    page.close()
    assert complaints == []
    return f"{matter}ask/"


def parts_of(firm: Firm, run: str) -> list[CasePart]:
    with as_person(firm.ada):
        return list(CasePart.objects.filter(run_id=_last_id(run)))


def _last_id(address: str) -> UUID:
    return UUID(address.rstrip("/").rsplit("/", 1)[1])


def wrong_answers(firm: Firm, run: str) -> list[str]:
    """The columns of a run whose stored answer is not what the agreements say, quote, document and all."""
    with as_person(firm.ada):
        answers = CaseAnswer.objects.filter(part__run_id=_last_id(run)).select_related("question")
        wrong = [answer.question.name for answer in answers if not firm.room.is_answered_by(answer)]
        return [f"{FIFTY - len(answers)} without an answer", *wrong] if len(answers) < FIFTY else wrong


def test_the_case_file_is_read_once_for_fifty_questions(page: Page, firm: Firm, run: str) -> None:
    (part,) = parts_of(firm, run)
    assert part.tokens_read == part.tokens > 1_500
    assert not part.is_warm
    with as_person(firm.ada):
        answers = CaseAnswer.objects.filter(part=part)
        assert set(answers.values_list("prefill_tokens", flat=True)) == {part.tokens}
        shares = sum(answers.values_list("prefill_seconds", flat=True))
    assert shares == pytest.approx(part.prefill_seconds, rel=0.05)  # one reading, shared by all fifty

    page.goto(run)
    row = page.get_by_role("table").get_by_role("row").nth(1)
    expect(row).to_contain_text("4 documents")
    expect(page.locator(".progress-line").first).to_contain_text(f"{part.tokens:,} of {part.tokens:,}")
    expect(row).to_contain_text(f"{part.tokens:,} of {part.tokens:,}")
    expect(row).to_contain_text("Read for this run")
    expect(row).to_contain_text(f"{FIFTY} of {FIFTY}")
    expect(page.get_by_role("link", name="Grid").last).to_have_attribute(
        "href", re.compile("columns=clause-")
    )
    expect(page.locator('[data-progress-text="rate"]')).to_contain_text(re.compile(r"\d+ questions a minute"))


def test_every_answer_is_the_clause_it_was_asked_for(firm: Firm, run: str) -> None:
    wrong = wrong_answers(firm, run)
    print(f"{FIFTY - len(wrong)} of {FIFTY} answers right")
    assert len(wrong) <= FIFTY - RIGHT_AT_LEAST, wrong


def column(page: Page, firm: Firm, matter: str, name: str) -> Locator:
    """The cell of a clause in the row of the document it stands in, in the grid of all columns."""
    with as_person(firm.ada):
        key = Question.objects.get(name=f"Clause {name}").key
    page.goto(f"{matter}grid/?clause={key}")
    return cell(page, firm.room.file_of(name) or firm.room.files[0].name, key)


def test_the_grid_shows_what_was_found_and_the_drawer_its_quote_and_cost(
    page: Page, firm: Firm, matter: str, run: str
) -> None:
    clause = firm.room.asked[0]
    found = column(page, firm, matter, clause.name)
    expect(found).to_contain_text(clause.text[:20])
    found.focus()
    page.keyboard.press("Enter")
    drawer = page.locator("#cell-drawer")
    expect(drawer.locator("mark").first).to_have_text(clause.text)
    expect(drawer.get_by_text("Verbatim").first).to_be_visible()
    (part,) = parts_of(firm, run)
    expect(drawer).to_contain_text(f"stood on {part.tokens:,}")
    expect(drawer).to_contain_text("of them its share of reading")
    expect(drawer).to_contain_text("for all 4 documents together")
    expect(drawer).to_contain_text("GBP")
    picture(page, "case-drawer")
    drawer.get_by_text("What this answer took").scroll_into_view_if_needed()
    picture(page, "case-drawer-figures")


def test_a_clause_that_is_not_there_is_not_found_in_any_document(
    page: Page, firm: Firm, matter: str, run: str
) -> None:
    absent = firm.room.names[-1]
    column(page, firm, matter, absent)
    cells = page.locator('[role="gridcell"][data-question]:visible')
    expect(cells).to_have_count(len(firm.room.files))
    for number in range(len(firm.room.files)):
        expect(cells.nth(number)).to_contain_text("Not found")


def test_a_free_question_is_answered_with_the_quote_that_opens_the_right_words(
    page: Page, firm: Firm, asked: str, free: str
) -> None:
    clause = firm.room.unasked[-1]
    page.goto(asked)
    answer = page.get_by_role("article", name=free)
    expect(answer.get_by_text(clause.text)).to_have_count(1)  # a value that is its quote is not said twice
    quote = answer.locator("figure.quote")
    expect(quote.locator("mark")).to_have_text(clause.text)
    quote.get_by_role("link", name="Open in viewer").click()
    page.wait_for_url("**/documents/*/?start=*")
    selected = page.locator('[data-page="1"] .selection-box')
    expect(selected.first).to_be_visible()
    expect(page.locator('[data-page="1"].has-image')).to_be_attached(timeout=READ_WITHIN)
    assert _words_under(firm, selected) == clause.text
    picture(page, "case-quote-in-viewer")


def test_the_whole_matter_is_asked_with_the_keyboard_alone(page: Page, firm: Firm, asked: str) -> None:
    clause = firm.room.unasked[0]
    words = f"What does clause {clause.name} say?"
    page.goto(asked)
    page.get_by_label("Your question").focus()
    page.keyboard.type(words)
    page.get_by_label("Each case file by itself").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Across the whole matter")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    answer = page.get_by_role("article", name=words)
    expect(answer.get_by_text("Across the whole matter")).to_be_visible()
    expect(answer.get_by_text("Answered", exact=True)).to_be_visible(timeout=READ_WITHIN)
    expect(answer.locator("figure.quote mark")).to_have_text(clause.text)
    expect(answer.get_by_text("1 family cited:")).to_be_visible()
    picture(page, "case-ask-across")


def _words_under(firm: Firm, boxes: Locator) -> str:
    """The printed words whose middle lies in these boxes, by what PyMuPDF itself reads in the file."""
    sides = boxes.evaluate_all(
        "all => all.map(box => { const b = box.getBBox(); return [b.x, b.y, b.x + b.width, b.y + b.height]; })"
    )
    with pymupdf.open(firm.room.files[-1]) as pdf:
        words = pdf[0].get_text("words")
    middles = [((x0 + x1) / 2, (y0 + y1) / 2, word) for x0, y0, x1, y1, word, *_ in words]
    return " ".join(
        word for x, y, word in middles if any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in sides)
    )


def test_a_second_run_finds_the_reading_warm_and_asks_only_what_is_new(
    page: Page, firm: Firm, matter: str, run: str
) -> None:
    new = [*(clause.name for clause in firm.room.unasked[: LATER - 1]), firm.room.agreements.absent[ABSENT]]
    add_columns(firm.ada, new)
    page.goto(f"{matter}runs/new/?columns=own")
    expect(page.get_by_text(f"{LATER} questions", exact=True)).to_be_visible()
    expect(page.get_by_text(f"{FIFTY} answered by earlier runs cost nothing")).to_be_visible()
    expect(page.get_by_text("1 case file warm in memory")).to_be_visible()
    page.get_by_role("button", name="Start for about GBP").click()
    expect(page.get_by_text("All was answered.")).to_be_visible(timeout=READ_WITHIN)
    row = page.get_by_role("table").get_by_role("row").nth(1)
    expect(row.get_by_text("Warm", exact=True)).to_be_visible()
    expect(row).to_contain_text("0 s")
    expect(row).to_contain_text(f"{FIFTY} from earlier runs")
    expect(page.get_by_text(f"These {FIFTY + LATER} columns: 0 s of reading")).to_be_visible()
    picture(page, "case-second-run")

    (part,) = parts_of(firm, page.url)
    assert (part.is_warm, part.prefill_seconds, part.reused) == (True, 0, FIFTY)
    with as_person(firm.ada):
        answers = list(CaseAnswer.objects.filter(part=part).select_related("question"))
        assert [answer.prefill_seconds for answer in answers] == [0.0] * LATER
        assert all(firm.room.is_answered_by(answer) for answer in answers)


PAGES = {
    "readers": "/readers/",
    "new-reader": "/readers/new/?kind=engine",
    "new-server": "/readers/new/?kind=remote",
    "case-runs": "{matter}runs/",
    "case-new-run": "{matter}runs/new/",
    "case-run": "{run}",
    "case-ask": "{asked}",
    "case-grid": "{matter}grid/",
    "case-brief": "{matter}brief/",
    "case-cell": "{cell}",
}


def test_the_pages_are_accessible_at_both_widths_light_and_dark(
    page: Page, firm: Firm, matter: str, run: str, asked: str
) -> None:
    found = column(page, firm, matter, firm.room.asked[0].name)
    places = {"matter": matter, "run": run, "asked": asked, "cell": found.get_attribute("data-drawer-url")}
    faults = {}
    for name, address in PAGES.items():
        page.goto(address.format(**places))
        faults |= faults_of_every_look(page, name)
    assert faults == {}

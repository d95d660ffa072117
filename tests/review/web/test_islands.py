"""The parts of the pages that think in the browser, tried in Chromium on the small site of tests/web_islands."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from .looks import COLOUR_RULES, RULES, faults_of, show_in

ROOT = Path(__file__).resolve().parents[3]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.web_islands.serve"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


@pytest.fixture
def site(server: str) -> str:
    """The small site as if nobody had been there."""
    urlopen(f"{server}/start-again").close()
    return server


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    """A page under the service's own policy; a refused script or style, or an error, fails the test."""
    complaints: list[str] = []
    context = chromium.new_context(base_url=site, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None,
    )
    yield page
    context.close()
    assert complaints == []


def here(page: Page) -> tuple[str, str]:
    """Document and question of the cell that has the keyboard."""
    found = page.evaluate(
        "[document.activeElement.dataset.document, document.activeElement.dataset.question]"
    )
    return found[0], found[1]


def start_grid(page: Page) -> None:
    page.goto("/grid")
    page.locator('[role="gridcell"]').first.focus()


# --- The grid ---------------------------------------------------------------------------------------


def test_arrows_move_between_cells_and_only_one_is_a_tab_stop(page: Page) -> None:
    start_grid(page)
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    assert here(page) == ("1", "Agreement date")
    assert page.locator('[data-grid] [tabindex="0"]').count() == 1
    page.keyboard.press("Control+End")
    assert here(page)[1] == "Audit rights"
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.role") == "rowheader"


def test_going_down_past_the_last_row_fetches_the_next_fifty_and_goes_on(page: Page) -> None:
    start_grid(page)
    page.evaluate("document.querySelectorAll('[role=row]')[50].querySelector('[role=gridcell]').focus()")
    assert here(page)[0] == "49"
    page.keyboard.press("ArrowDown")
    expect(page.locator('[role="gridcell"][data-document="50"]').first).to_be_focused()


def test_a_accepts_the_cell_and_the_keyboard_stays_on_it(page: Page) -> None:
    start_grid(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("a")
    settled = page.locator('[data-document="1"][data-question="Agreement date"]')
    expect(settled).to_contain_text("Accepted")
    expect(settled).to_be_focused()
    page.keyboard.press("u")
    expect(settled).to_contain_text("Unreviewed")


def test_r_asks_for_a_reason_and_escape_changes_nothing(page: Page) -> None:
    start_grid(page)
    cell = page.locator('[data-document="1"][data-question="Parties"]')
    page.keyboard.press("ArrowDown")
    page.keyboard.press("r")
    expect(page.locator("#reason")).to_be_visible()
    page.keyboard.press("Escape")
    expect(cell).to_contain_text("Unreviewed")
    cell.focus()
    page.keyboard.press("r")
    page.keyboard.type("Wrong party")
    with page.expect_request(lambda request: request.url.endswith("/grid/1/0/reject/")) as posted:
        page.keyboard.press("Enter")
    assert "note=Wrong%20party" in (posted.value.post_data or "")
    expect(cell).to_contain_text("Rejected")


def test_the_drawer_opens_beside_the_row_follows_the_place_and_closes(page: Page) -> None:
    start_grid(page)
    page.keyboard.press("Space")
    expect(page.locator("#drawer h2")).to_have_text("Parties")
    cell, drawer = (
        page.locator('[aria-selected="true"]').bounding_box(),
        page.locator("#drawer").bounding_box(),
    )
    assert cell is not None
    assert drawer is not None
    assert cell["x"] + cell["width"] <= drawer["x"]
    page.keyboard.press("ArrowRight")
    expect(page.locator("#drawer h2")).to_have_text("Agreement date")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()
    assert here(page) == ("0", "Agreement date")


def test_a_drawer_closed_right_after_a_move_stays_closed(page: Page) -> None:
    start_grid(page)
    page.keyboard.press("Space")
    expect(page.locator("#drawer h2")).to_have_text("Parties")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")

    page.wait_for_timeout(500)  # longer than the drawer waits before it follows the place

    expect(page.locator("#drawer")).to_be_hidden()
    assert here(page) == ("0", "Agreement date")


def test_e_brings_the_keyboard_into_the_value_and_letters_there_are_letters(page: Page) -> None:
    start_grid(page)
    page.keyboard.press("e")
    expect(page.locator("[data-edit-value]")).to_be_focused()
    page.keyboard.type("avr")
    expect(page.locator("[data-edit-value]")).to_have_value("avr")
    expect(page.locator("#reason")).to_be_hidden()


def test_a_click_on_a_value_opens_the_drawer_though_it_is_a_link(page: Page) -> None:
    start_grid(page)
    page.locator('[data-document="2"] .cell-value').first.click()
    expect(page.locator("#drawer h2")).to_have_text("Parties")
    assert page.url.endswith("/grid")


def test_n_goes_to_the_next_cell_nobody_has_looked_at(page: Page) -> None:
    start_grid(page)
    page.keyboard.press("n")
    assert here(page) == ("0", "Governing law")


def test_question_mark_shows_the_keys_and_no_key_means_two_things(page: Page) -> None:
    start_grid(page)
    page.keyboard.press("?")
    expect(page.locator("#key-help")).to_contain_text("Reject, with a reason")
    keys = page.evaluate("import('/static/js/key_map.js').then((map) => map.KEYS)")
    for place in ("grid", "viewer", "backtest"):
        reserved = [
            key for each in keys for key in each["keys"] if place in each["in"] or "everywhere" in each["in"]
        ]
        assert len(reserved) == len(set(reserved))


# --- The viewer -------------------------------------------------------------------------------------


def start_viewer(page: Page) -> None:
    page.goto("/viewer")
    expect(page.locator('[data-page="1"] .text-layer text').first).to_contain_text("Distribution Agreement")


def at_words(page: Page, number: int, words: str) -> tuple[float, float, float, float]:
    """Window coordinates of the first and the last of some words of a page, from the same JSON the pane reads."""
    fetched = page.evaluate(f"fetch('/viewer/words/{number}').then((answer) => answer.json())")
    section = page.locator(f'[data-page="{number}"]')
    begin = int(section.get_attribute("data-start") or 0)
    found = begin + fetched["content"].index(words)
    inside = [word for word in fetched["words"] if word[0] >= found and word[1] <= found + len(words)]
    box = section.bounding_box()
    assert box is not None
    unit = box["width"] / float(section.get_attribute("data-width") or 1)

    def middle(word: list[float]) -> tuple[float, float]:
        return box["x"] + (word[2] + word[4]) / 2 * unit, box["y"] + (word[3] + word[5]) / 2 * unit

    return *middle(inside[0]), *middle(inside[-1])


def hear(page: Page, event: str) -> None:
    page.evaluate(f"document.addEventListener('{event}', (heard) => (window.heard = heard.detail))")


def test_dragging_over_words_selects_them_whole_with_offsets_in_code_points(page: Page) -> None:
    start_viewer(page)
    hear(page, "span:selected")
    x0, y0, x1, y1 = at_words(page, 1, "shall not sell, license")
    page.mouse.move(x0, y0)
    page.mouse.down()
    page.mouse.move(x1, y1, steps=5)
    page.mouse.up()
    heard = page.evaluate("window.heard")
    fetched = page.evaluate("fetch('/viewer/words/1').then((answer) => answer.json())")
    assert heard["text"] == "shall not sell, license"
    assert fetched["content"][heard["start"] : heard["end"]] == "shall not sell, license"
    expect(page.locator("[data-span-text]")).to_have_text("shall not sell, license")
    expect(page.locator("[data-span-form] [name=start]")).to_have_value(str(heard["start"]))


def test_shift_and_arrows_select_word_by_word(page: Page) -> None:
    start_viewer(page)
    hear(page, "span:selected")
    page.locator("document-pane").focus()
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    assert page.evaluate("window.heard.text") == "Distribution Agreement · page"
    page.keyboard.press("Shift+ArrowLeft")
    assert page.evaluate("window.heard.text") == "Distribution Agreement ·"
    page.keyboard.press("Escape")
    expect(page.locator("[data-span-form]")).to_be_hidden()


def test_a_finding_chosen_in_the_list_is_emphasised_on_its_words(page: Page) -> None:
    start_viewer(page)
    page.locator(".finding-open", has_text="Change of control").click()
    current = page.locator(".mark-group.is-current")
    expect(current).to_have_attribute("data-finding", "control")
    box = current.locator(".mark-box").first.bounding_box()
    x0, y0, _, _ = at_words(page, 7, "the Supplier may terminate")
    assert box is not None
    assert box["x"] <= x0 <= box["x"] + box["width"]
    assert box["y"] <= y0 <= box["y"] + box["height"]


def test_n_and_p_walk_the_findings_and_the_list_follows(page: Page) -> None:
    start_viewer(page)
    for _ in range(3):
        page.keyboard.press("n")
    chosen = page.locator('[data-findings-list] [aria-current="true"]')
    expect(chosen).to_have_attribute("data-finding", "control")
    page.keyboard.press("p")
    expect(chosen).to_have_attribute("data-finding", "renewal")
    page.keyboard.press("a")
    expect(chosen).to_contain_text("Accepted")


def test_a_mark_clicked_on_the_page_moves_the_list(page: Page) -> None:
    start_viewer(page)
    page.locator('[data-finding="exclusivity"] .mark-tick').click()
    expect(page.locator('[data-findings-list] [aria-current="true"]')).to_have_attribute(
        "data-finding", "exclusivity"
    )


def test_at_most_seven_of_forty_pages_are_mounted_and_none_changes_height(page: Page) -> None:
    start_viewer(page)
    before = page.evaluate("document.querySelector('document-pane').scrollHeight")
    page.evaluate("document.querySelector('document-pane').scrollTop = 20000")
    expect(page.locator('[data-page="20"] .text-layer text').first).to_contain_text("Distribution Agreement")
    assert page.locator(".page-overlay").count() == 7
    assert page.evaluate("document.querySelector('document-pane').scrollHeight") == before


def test_zoom_keeps_marks_on_their_words(page: Page) -> None:
    start_viewer(page)
    page.keyboard.press("n")
    page.keyboard.press("+")
    page.keyboard.press("+")
    expect(page.locator("[data-pane-zoom]")).to_have_text("110 %")
    box = page.locator(".mark-group.is-current .mark-box").first.bounding_box()
    x0, y0, _, _ = at_words(page, 1, "shall not sell")
    assert box is not None
    assert box["x"] <= x0 <= box["x"] + box["width"]
    assert box["y"] <= y0 <= box["y"] + box["height"]


def test_y_copies_the_quote_with_its_citation(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    start_viewer(page)
    hear(page, "quote:copy")
    page.keyboard.press("n")
    page.keyboard.press("y")
    expect(page.locator("#messages")).to_contain_text("copied with its citation")
    copied = page.evaluate("window.heard.text")
    assert re.fullmatch(
        r"“shall not sell, license or otherwise make available the Products” "
        r"\(Distribution Agreement, page 1, characters \d+ to \d+\)",
        copied,
    )


def test_a_page_still_being_drawn_shows_its_text_and_then_its_picture(page: Page) -> None:
    start_viewer(page)
    second = page.locator('[data-page="2"]')
    expect(second.locator(".text-layer text").first).to_contain_text("Distribution Agreement")
    expect(second).to_have_class("has-image")


def test_a_link_to_words_that_are_no_finding_selects_them(page: Page) -> None:
    page.goto("/viewer")
    fetched = page.evaluate("fetch('/viewer/words/5').then((answer) => answer.json())")
    begin = int(page.locator('[data-page="5"]').get_attribute("data-start") or 0)
    start = begin + fetched["content"].index("Neither party may assign")
    page.goto(f"/viewer?start={start}&end={start + len('Neither party may assign')}")
    expect(page.locator("[data-span-text]")).to_have_text("Neither party may assign")
    expect(page.locator("[data-pane-page]")).to_have_text("5")


def test_the_server_may_say_which_finding_is_current_and_drop_the_selection(page: Page) -> None:
    start_viewer(page)
    page.locator("document-pane").focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".selection-box")).to_have_count(1)
    page.evaluate("""() => {
        const say = (name, detail) => document.body.dispatchEvent(new CustomEvent(name, {bubbles: true, detail}));
        say("span:cleared"); say("finding:chosen", {finding: "exclusivity"});
    }""")
    expect(page.locator(".selection-box")).to_have_count(0)
    expect(page.locator(".mark-group.is-current")).to_have_attribute("data-finding", "exclusivity")


# --- The upload -------------------------------------------------------------------------------------


def uploaded(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("fetch('/uploaded').then((answer) => answer.json())")
    return found


def test_files_go_up_in_chunks_and_a_broken_one_goes_on_where_it_stopped(page: Page) -> None:
    page.goto("/upload")
    big = bytes(range(256)) * 4096 * 9  # 9 MiB: three chunks
    files = [("weak-line.pdf", big), ("lease.txt", b"The lease runs to 2031."), ("empty.txt", b"")]
    page.locator("[data-upload-files]").set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": body} for name, body in files]
    )
    page.get_by_role("button", name="Upload 3 files").click()
    expect(page.locator("#messages")).to_contain_text("Everything was received")
    stored = uploaded(page)
    assert [(each["path"], each["size"], each["sum"]) for each in stored["files"]] == [
        (name, len(body), sum(body) % 65521) for name, body in files
    ]
    assert stored["finished"] == ["00000000-0000-0000-0000-00000000004d"]
    assert max(put["bytes"] for put in stored["puts"]) <= 4 * 1024 * 1024


def test_a_refused_file_says_why_and_does_not_hold_the_others_up(page: Page) -> None:
    page.goto("/upload")
    page.locator("[data-upload-files]").set_input_files(
        [
            {"name": "refused.pdf", "mimeType": "application/pdf", "buffer": b"x"},
            {"name": "lease.txt", "mimeType": "text/plain", "buffer": b"y"},
        ]
    )
    page.get_by_role("button", name="Upload 2 files").click()
    refused, lease = page.locator("[data-upload-rows] tr").all()
    expect(refused).to_contain_text("larger than the firm allows")
    expect(refused.get_by_role("button", name="Try again")).to_be_visible()
    expect(lease).to_contain_text("Received")
    refused.get_by_role("button", name="Leave out").click()
    expect(page.locator("#messages")).to_contain_text("Everything was received")


def test_a_folder_keeps_its_paths(page: Page, tmp_path: Path) -> None:
    folder = tmp_path / "data room" / "1 Corporate"
    folder.mkdir(parents=True)
    (folder / "articles.txt").write_text("Articles of association.", encoding="utf-8")
    page.goto("/upload")
    page.locator("[data-upload-folder]").set_input_files(tmp_path / "data room")
    expect(page.locator("[data-upload-rows]")).to_contain_text("data room/1 Corporate/articles.txt")


def test_the_upload_form_is_a_plain_form_without_scripts(chromium: Browser, site: str) -> None:
    context = chromium.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/upload")
    expect(page.locator('input[type="file"][name="files"]')).to_be_visible()
    expect(page.get_by_role("button", name="Upload")).to_be_enabled()
    assert page.locator("form[data-upload]").get_attribute("enctype") == "multipart/form-data"
    context.close()


# --- All pages --------------------------------------------------------------------------------------


def test_progress_follows_the_events_to_their_end(page: Page) -> None:
    page.goto("/progress")
    expect(page.locator("[data-progress-text=done]")).to_have_text("20")
    expect(page.locator("[data-progress-text=left]")).to_have_text("0 to go")
    assert page.evaluate("document.querySelector('[data-progress-value]').value") == 20


def test_the_chosen_appearance_is_kept(page: Page) -> None:
    page.goto("/parts")
    page.locator("summary[title='Ada Marsh']").click()
    page.get_by_role("button", name="Dark").click()
    page.goto("/upload")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 22, 26)"


@pytest.mark.parametrize(
    "address",
    [
        "/parts",
        "/grid",
        "/viewer",
        "/upload",
        "/progress",
        "/sign-in?wrong",
        "/two-step/on",
        "/two-step/codes",
        "/not-here",
    ],
)
def test_no_page_breaks_a_rule_of_accessibility(chromium: Browser, site: str, address: str) -> None:
    context = chromium.new_context(base_url=site, bypass_csp=True)
    page = context.new_page()
    page.goto(address)
    if address == "/grid":
        page.locator('[role="gridcell"]').nth(3).click()
        expect(page.locator("#drawer h2")).to_be_visible()
    if address == "/viewer":
        expect(page.locator('[data-page="1"] .text-layer text').first).to_be_attached()
        page.keyboard.press("n")
    broken = faults_of(page, [*RULES, "best-practice"])
    show_in(page, "dark")
    in_the_dark = faults_of(page, COLOUR_RULES)
    context.close()
    assert (broken, in_the_dark) == ([], [])


def test_words_that_cannot_be_read_in_the_dark_alone_are_noticed(chromium: Browser, site: str) -> None:
    context = chromium.new_context(base_url=site, bypass_csp=True)
    page = context.new_page()
    page.goto("/not-here")
    page.add_style_tag(content="@media (prefers-color-scheme: dark) { h1 { color: #33363c !important } }")
    broken = faults_of(page, RULES)
    show_in(page, "dark")
    in_the_dark = faults_of(page, COLOUR_RULES)
    context.close()
    assert broken == []
    assert [fault.partition(":")[0] for fault in in_the_dark] == ["color-contrast"]


def test_the_vendored_files_are_those_in_the_manifest() -> None:
    checked = subprocess.run(
        [sys.executable, str(ROOT / "deploy/vendor/refresh.py"), "--check"], capture_output=True, text=True
    )
    assert checked.stderr == ""
    assert checked.returncode == 0


def test_every_module_another_imports_is_in_the_import_map() -> None:
    listed = (ROOT / "templates/components/importmap.html").read_text(encoding="utf-8")
    imported = {
        name
        for module in (ROOT / "review/web/static/js").glob("*.js")
        for name in re.findall(r'(?:from|import) "\./(\w+\.js)"', module.read_text(encoding="utf-8"))
    }
    assert imported == set(re.findall(r"prefix \}\}js/(\w+\.js)", listed))


def test_no_markup_of_ours_carries_an_inline_style_or_script() -> None:
    written = [*ROOT.glob("templates/**/*.html")]
    inline = re.compile(
        r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*(?:src=|type=\"importmap\"|type=\"application/json\"))"
    )
    assert [
        str(file.relative_to(ROOT)) for file in written if inline.search(file.read_text(encoding="utf-8"))
    ] == []

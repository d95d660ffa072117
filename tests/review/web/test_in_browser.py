"""A day of review in Chromium: sign in, upload, watch, review by keyboard, mark words, export. Nothing is pretended."""

import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pymupdf
import pytest
from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from deploy.sample.build import bundle as files_of_the_room
from tests.cast import PASSWORD, new_person, open_firm

from .live_service import live_service
from .looks import faults_of_every_look, picture

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 30_000  # milliseconds for a busy machine to show what was asked for
READ_WITHIN = 120_000  # milliseconds for a busy machine to read two contracts

LAW = (
    "This Agreement shall be governed by and construed in accordance with the laws of the State of Delaware."
)
ASSIGNMENT = (
    "Neither party may assign this Agreement, in whole or in part, "
    "without the prior written consent of the other."
)
CAP = (
    "In no event shall the total liability of either party under this Agreement exceed the fees paid in the preceding "
    "twelve months."
)
SUPPLY = f"""\
SUPPLY AGREEMENT

This Supply Agreement is made as of March 3, 2025 by and between Halden Mills Inc. and Osprey Foods LLC.

1. Term
The initial term of this Agreement begins on the date above and ends on March 2, 2028.

2. Assignment
{ASSIGNMENT}

3. Limitation of liability
{CAP}

4. Insurance
The Supplier shall maintain commercial general liability insurance of not less than two million dollars per occurrence.

5. Governing law
{LAW}
"""
LICENCE = """\
SOFTWARE LICENSE AGREEMENT

This Software License Agreement is entered into on June 1, 2024 by Corvid Systems Ltd and Osprey Foods LLC.

1. Grant
Corvid grants Osprey a non-exclusive, non-transferable license to use the Software during the term of this Agreement.

2. Termination
Either party may terminate this Agreement for convenience upon ninety days' prior written notice.

3. Governing law
This Agreement shall be governed by the laws of England and Wales.
"""


def as_pdf(contract: str) -> bytes:
    """A contract printed on letter paper, a paragraph a block."""
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=612, height=792)
        top = 72.0
        for paragraph in contract.strip().split("\n"):
            box = pymupdf.Rect(72, top, 540, 760)
            left = page.insert_textbox(box, paragraph, fontsize=11, fontname="tiro", lineheight=1.3)
            top += box.height - left + 4 if paragraph else 8
        return bytes(pdf.tobytes(no_new_id=True))


@dataclass(frozen=True)
class Day:
    """Where the service is, who signs in, and the matter once it has been opened."""

    address: str
    email: str
    chromium: Browser


@pytest.fixture(scope="module")
def day() -> Iterator[Day]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed")
    expect.set_options(timeout=PATIENCE)
    ada = new_person("Ada", password=PASSWORD)
    open_firm("Marlowe & Finch LLP", ada)
    with live_service() as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield Day(address, ada.email, chromium)
        chromium.close()


@pytest.fixture(scope="module")
def signed_in(day: Day) -> Iterator[BrowserContext]:
    """Ada's browser, signed in through the sign-in page."""
    context = day.chromium.new_context(base_url=day.address, viewport={"width": 1440, "height": 900})
    context.set_default_navigation_timeout(READ_WITHIN)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Email").fill(day.email)
    page.get_by_label("Password").fill(PASSWORD)
    picture(page, "sign-in")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Matters")).to_be_visible()
    page.close()
    yield context
    context.close()


@pytest.fixture(scope="module")
def matter(signed_in: BrowserContext, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a matter whose zip was delivered through the upload page and has been read."""
    folder = tmp_path_factory.mktemp("delivery")
    with zipfile.ZipFile(folder / "data room.zip", "w") as room:
        room.writestr("01 Supply/Supply agreement.pdf", as_pdf(SUPPLY))
        room.writestr("02 Software/License.pdf", as_pdf(LICENCE))
    (folder / "damaged.pdf").write_bytes(b"%PDF-1.7 and nothing of a PDF after it")
    page = signed_in.new_page()
    open_matter(page, client=("10442", "Norvik Holdings"), matter=("10442-7", "Project Lantern"))
    page.locator("[data-upload-files]").set_input_files([folder / "data room.zip", folder / "damaged.pdf"])
    expect(page.locator("[data-upload-rows] tr")).to_have_count(2)
    picture(page, "upload")
    page.get_by_role("button", name="Upload 2 files").click()
    expect(page.get_by_text("The delivery was received.")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Documents read")).to_be_visible()
    picture(page, "reading")
    page.wait_for_url("**/documents/", timeout=READ_WITHIN)  # the live progress goes on to the list by itself
    address = page.url.removesuffix("documents/")
    page.close()
    return address


def open_matter(page: Page, *, client: tuple[str, str], matter: tuple[str, str]) -> None:
    """Open a matter by the form, client and matter each with number and name; the upload page follows."""
    page.goto("/matters/new/")
    for label, words in (("Client number", client[0]), ("Client-matter number", matter[0])):
        page.get_by_label(label).fill(words)
    page.locator("[name=client_name]").fill(client[1])
    page.locator("[name=name]").fill(matter[1])
    page.get_by_role("button", name="Open the matter").click()
    expect(page.get_by_role("button", name="Choose files")).to_be_visible()  # the script has taken over


@pytest.fixture(scope="module")
def past_review(signed_in: BrowserContext, matter: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a back-test that was uploaded, mapped and compared through its pages."""
    file = tmp_path_factory.mktemp("past") / "Review of 2021.csv"
    file.write_text(
        "File,Governing law,Anti-assignment,Insurance\n"
        f'Supply agreement.pdf,Delaware,"{ASSIGNMENT}",n/a\n'
        "License,Scotland,n/a,n/a\nSide letter.pdf,England,n/a,n/a\n"
    )
    page = signed_in.new_page()
    page.goto(f"{matter}backtests/")
    page.get_by_label("The spreadsheet its reviewers made").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_label("What File is")).to_have_value("document", timeout=READ_WITHIN)
    expect(page.get_by_label("What Governing law is")).to_have_value("governing-law")
    page.get_by_role("button", name="Compare with the findings").click()
    expect(page.get_by_role("heading", name="By question")).to_be_visible(timeout=READ_WITHIN)
    address = page.url
    page.close()
    return address


@pytest.fixture
def page(signed_in: BrowserContext, matter: str) -> Iterator[Page]:
    """A page in which a refused script or style, or an error of a module, fails the test."""
    page = signed_in.new_page()
    complaints = listen(page)
    yield page
    page.close()
    assert complaints == []


def listen(page: Page) -> list[str]:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 500 else None)
    return complaints


def cell(page: Page, document: str, question: str) -> Locator:
    row = page.locator('[role="row"]', has=page.get_by_role("link", name=document))
    return row.locator(f'[data-question="{question}"]')


def open_document(page: Page, matter: str, name: str) -> None:
    page.goto(f"{matter}documents/")
    page.get_by_role("link", name=name).click()
    expect(page.locator('[data-page="1"] .text-layer text').first).to_be_attached()
    expect(page.locator('[data-page="1"] .mark-group').first).to_be_attached()


def test_every_file_has_a_state_and_its_cause(page: Page, matter: str) -> None:
    page.goto(f"{matter}documents/")

    for name, states in (
        ("Supply agreement.pdf", "Read"),
        ("License.pdf", "Read"),
        ("damaged.pdf", "Refused"),
    ):
        expect(page.locator("tr", has_text=name).last).to_contain_text(states)
    expect(page.locator("#problems")).to_contain_text("This PDF is damaged and cannot be opened.")
    expect(page.locator("tr", has_text="01 Supply")).to_be_visible()


def test_a_cell_is_accepted_undone_and_rejected_by_keyboard(page: Page, matter: str) -> None:
    page.goto(f"{matter}grid/")
    law = cell(page, "Supply agreement.pdf", "governing-law")
    expect(law).to_contain_text("Delaware")
    law.focus()

    page.keyboard.press("a")
    expect(law).to_contain_text("Accepted")
    expect(law).to_be_focused()
    page.keyboard.press("u")
    expect(law).to_contain_text("Unreviewed")
    page.keyboard.press("r")
    page.keyboard.type("Not operative")
    page.keyboard.press("Enter")
    expect(law).to_contain_text("Rejected")
    page.keyboard.press("u")
    expect(law).to_contain_text("Unreviewed")


def test_the_drawer_shows_the_very_words_beside_the_row_and_takes_an_edit(page: Page, matter: str) -> None:
    page.goto(f"{matter}grid/?columns=all")
    assignment = cell(page, "Supply agreement.pdf", "anti-assignment")
    assignment.focus()
    page.keyboard.press("Enter")

    expect(page.locator("#drawer mark").first).to_contain_text("without the prior written consent")
    expect(page.locator("#drawer")).to_contain_text("Page 1")
    beside, drawer = assignment.bounding_box(), page.locator("#drawer").bounding_box()
    assert beside is not None
    assert drawer is not None
    assert beside["x"] + beside["width"] <= drawer["x"]
    picture(page, "drawer")
    page.keyboard.press("e")
    page.locator("[data-edit-value]").select_option("No")
    page.get_by_role("button", name="Save the value").click()
    expect(assignment).to_contain_text("No")
    expect(assignment).to_contain_text("Edited")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()
    expect(assignment).to_be_focused()


def test_a_question_added_in_the_grid_is_answered_for_what_was_read_already(page: Page, matter: str) -> None:
    page.goto(f"{matter}grid/")
    page.get_by_role("link", name="Add a column").click()
    page.get_by_label("Name").fill("Convenience")
    page.get_by_label("What is looked for").fill("Whether a party may terminate for convenience upon notice.")
    page.get_by_text("Examples").click()
    page.get_by_label("Example 1").fill("Either party may terminate this Agreement for convenience.")
    page.get_by_role("button", name="Add it and ask 2 documents").click()
    expect(page.get_by_text("The column Convenience was added. 2 documents will be asked.")).to_be_visible()

    added = cell(page, "License.pdf", "convenience")
    for _ in range(60):
        if added.inner_text().startswith("Unclear"):
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(added).to_contain_text("Unclear")
    added.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#drawer mark").first).to_contain_text("may terminate this Agreement for convenience")
    expect(page.locator("#drawer")).to_contain_text("It is not a chance to be right")
    page.keyboard.press("a")
    expect(added).to_contain_text("Accepted")


def test_questions_are_moved_by_keyboard_and_the_keyboard_stays(page: Page) -> None:
    page.goto("/questions/")
    page.get_by_role("button", name="Move Insurance up").focus()
    before = page.locator("tbody tr").evaluate_all(
        "rows => rows.findIndex(row => row.innerText.includes('Insurance'))"
    )
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move Insurance up")).to_be_focused()
    after = page.locator("tbody tr").evaluate_all(
        "rows => rows.findIndex(row => row.innerText.includes('Insurance'))"
    )
    assert after == before - 1


def test_a_comment_is_left_from_the_keyboard(page: Page, matter: str) -> None:
    page.goto(f"{matter}grid/?columns=all")
    cell(page, "License.pdf", "governing-law").focus()

    page.keyboard.press("c")
    expect(page.locator("[data-comment]").first).to_be_focused()
    page.keyboard.type("Ask Corvid about the courts.")
    page.get_by_role("button", name="Comment").click()

    expect(page.locator("#drawer")).to_contain_text("Ask Corvid about the courts.")


def words_under(page: Page, boxes: list[list[float]]) -> str:
    """The words of page 1 whose middle lies in one of these boxes, by what PyMuPDF itself reads in the file."""
    with pymupdf.open(stream=as_pdf(SUPPLY), filetype="pdf") as pdf:
        words = pdf[0].get_text("words")
    inside = [
        word[4]
        for word in words
        if any(
            x0 <= (word[0] + word[2]) / 2 <= x1 and y0 <= (word[1] + word[3]) / 2 <= y1
            for x0, y0, x1, y1 in boxes
        )
    ]
    return " ".join(inside)


def marked_boxes(page: Page, finding: str) -> list[list[float]]:
    """The boxes of a finding's marks on page 1, in PDF points."""
    boxes = page.locator(f'[data-page="1"] .mark-group[data-finding="{finding}"] .mark-box')
    return [
        [float(value) for value in box]
        for box in boxes.evaluate_all(
            "all => all.map(box => { const b = box.getBBox(); return [b.x, b.y, b.x + b.width, b.y + b.height]; })"
        )
    ]


def test_the_mark_in_the_viewer_lies_on_the_right_words(page: Page, matter: str) -> None:
    open_document(page, matter, "Supply agreement.pdf")
    item = page.locator("#findings li", has_text="Governing Law")
    item.locator(".finding-open").click()

    expect(item).to_have_attribute("aria-current", "true")
    expect(page.locator('[data-page="1"].has-image')).to_be_attached(timeout=60_000)
    finding = item.get_attribute("data-finding") or ""
    assert LAW in words_under(page, marked_boxes(page, finding))
    picture(page, "viewer")


def test_both_sides_move_together_and_keys_settle(page: Page, matter: str) -> None:
    open_document(page, matter, "License.pdf")
    page.locator("document-pane").focus()

    page.keyboard.press("n")
    current = page.locator('#findings li[aria-current="true"]')
    expect(current).to_have_count(1)
    expect(page.locator(".mark-group.is-current").first).to_be_attached()
    page.keyboard.press("a")
    expect(current).to_contain_text("Accepted")
    page.keyboard.press("u")
    expect(current).to_contain_text("Unreviewed")


def test_selected_words_become_a_finding_and_its_mark(page: Page, matter: str) -> None:
    open_document(page, matter, "Supply agreement.pdf")
    line = page.locator(
        '[data-page="1"] .text-layer text', has_text="The Supplier shall maintain"
    ).bounding_box()
    assert line is not None
    middle = line["y"] + line["height"] / 2
    page.mouse.move(line["x"] + 2, middle)
    page.mouse.down()
    page.mouse.move(line["x"] + line["width"] - 2, middle, steps=8)
    page.mouse.up()

    expect(page.locator("[data-span-form]")).to_be_visible()
    picture(page, "selection")
    page.locator("#span-as").select_option("question:covenant-not-to-sue")
    page.get_by_role("button", name="Add finding").click()

    added = page.locator("#findings li", has_text="Covenant Not To Sue")
    expect(added).to_contain_text("added by Ada")
    expect(page.locator("[data-span-form]")).to_be_hidden()
    finding = added.get_attribute("data-finding") or ""
    expect(page.locator(f'.mark-group[data-finding="{finding}"]').first).to_be_attached()
    assert words_under(page, marked_boxes(page, finding)).startswith("The Supplier shall maintain")


def test_the_matter_leaves_as_excel_and_word(page: Page, matter: str, signed_in: BrowserContext) -> None:
    import docx
    import openpyxl

    page.goto(matter)
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as excel:
        page.get_by_role("link", name="Excel: findings and sources").click()
    with page.expect_download() as word:
        page.get_by_role("link", name="Word: red-flag report").click()

    book = openpyxl.load_workbook(BytesIO(excel.value.path().read_bytes()))
    quotes = [str(value) for row in book["Sources"].iter_rows(values_only=True) for value in row]
    assert any(LAW in quote for quote in quotes)
    report = docx.Document(BytesIO(word.value.path().read_bytes()))
    assert "Project Lantern" in "\n".join(paragraph.text for paragraph in report.paragraphs)


def test_a_past_review_is_compared_and_ruled_by_keyboard(page: Page, past_review: str) -> None:
    page.goto(past_review)
    law = page.locator("[data-line]", has_text="Governing Law in License.pdf")
    expect(law).to_contain_text("They differ")
    expect(law).to_contain_text("Scotland")
    expect(law).to_contain_text("laws of England and Wales")

    page.keyboard.press("n")
    here = page.locator("[data-line]:focus")
    expect(here).to_have_count(1)
    line = page.locator(f"#{here.get_attribute('id')}")
    page.keyboard.press("1")
    expect(line.get_by_role("button", name="The reader was right")).to_have_attribute("aria-pressed", "true")
    expect(line).to_be_focused()
    page.keyboard.press("4")
    expect(line.get_by_role("button", name="Undecided")).to_have_attribute("aria-pressed", "true")

    law.get_by_role("link", name="laws of England and Wales").click()
    expect(page.locator("document-pane")).to_be_visible()


def test_everything_works_without_scripts(day: Day, matter: str, signed_in: BrowserContext) -> None:
    plain = day.chromium.new_context(
        base_url=day.address, java_script_enabled=False, storage_state=signed_in.storage_state()
    )
    page = plain.new_page()
    page.goto(f"{matter}grid/?clause=governing-law")
    cell(page, "License.pdf", "governing-law").get_by_role("link").click()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Accept")).to_be_visible()

    page.goto(f"{matter}upload/")
    letter = {
        "name": "letter.txt",
        "mimeType": "text/plain",
        "buffer": b"This letter is governed by the laws of Ireland.",
    }
    page.locator("[name=files]").set_input_files([letter])  # type: ignore[list-item]
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("The delivery was received.")).to_be_visible()
    plain.close()


def test_a_clause_of_the_sample_room_is_open_beside_its_page(
    day: Day, signed_in: BrowserContext, tmp_path: Path
) -> None:
    """The picture of the README: ENGROSS_SCREENSHOT names the file it is written to."""
    name = "1.2.1 Exclusive Reseller Agreement - Dunmore.pdf"
    files = {path: content for path, content in files_of_the_room().items() if path.endswith(".pdf")}
    context = day.chromium.new_context(
        base_url=day.address,
        storage_state=signed_in.storage_state(),
        viewport={"width": 1280, "height": 800},
        device_scale_factor=1.5,
    )
    page = context.new_page()
    complaints = listen(page)
    open_matter(page, client=("10234", "Kestrel Holdings plc"), matter=("10234-0007", "Project Kestrel"))
    sent: list[FilePayload] = [
        {"name": Path(path).name, "mimeType": "application/pdf", "buffer": content}
        for path, content in files.items()
        if "Commercial" in path
    ]
    page.locator("[data-upload-files]").set_input_files(sent)
    page.get_by_role("button", name=f"Upload {len(sent)} files").click()
    page.wait_for_url("**/documents/", timeout=READ_WITHIN)

    open_document(page, page.url.removesuffix("documents/"), name)
    item = page.locator("#findings li", has_text="Change Of Control").first
    item.locator(".finding-open").click()
    expect(item).to_have_attribute("aria-current", "true")
    expect(page.locator('[data-page="4"].has-image')).to_be_attached(timeout=60_000)
    expect(page.locator('[data-page="4"] .mark-group.is-current').first).to_be_attached()
    assert "If the Company undergoes a Change of Control" in " ".join(item.inner_text().split())
    if written_to := os.environ.get("ENGROSS_SCREENSHOT"):
        page.wait_for_timeout(1500)  # the pages beside it are drawn as well
        picture = Image.open(BytesIO(page.screenshot(caret="initial"))).convert("RGB")
        picture.quantize(256, dither=Image.Dither.NONE).save(written_to, optimize=True)
    context.close()
    assert complaints == []


PAGES = {
    "matters": "/",
    "new-matter": "/matters/new/",
    "jobs": "/jobs/",
    "home": "{matter}",
    "brief": "{matter}brief/",
    "people": "{matter}people/",
    "questions": "/questions/",
    "new-question": "/questions/new/",
    "add-column": "{matter}questions/new/",
    "upload-page": "{matter}upload/",
    "documents": "{matter}documents/",
    "progress": "{matter}progress/",
    "grid": "{matter}grid/",
    "cell": "{cell}",
    "viewer-page": "{document}",
    "text": "{document}text/",
    "backtests": "{matter}backtests/",
    "backtest-columns": "{past_review}?columns=yes",
    "backtest-result": "{past_review}?show=all",
    "measured": "/measured/",
    "not-here": "/matters/01890000-0000-7000-8000-000000000000/",
}


def test_every_page_is_accessible_at_both_widths_light_and_dark(
    page: Page, matter: str, past_review: str
) -> None:
    page.goto(f"{matter}grid/")
    places = {
        "matter": matter,
        "past_review": past_review,
        "cell": cell(page, "License.pdf", "governing-law").get_attribute("data-drawer-url"),
        "document": page.get_by_role("link", name="Supply agreement.pdf").get_attribute("href"),
    }
    faults = {}
    for name, address in PAGES.items():
        page.goto(address.format(**places))
        if name == "viewer-page":
            expect(page.locator('[data-page="1"].has-image')).to_be_attached(timeout=60_000)
        faults |= faults_of_every_look(page, name)
    assert faults == {}

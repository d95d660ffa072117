"""The families of a delivery looked at in Chromium, parted and taken back."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.review.documents.test_families import AMENDMENT, MASTER

from .looks import picture
from .test_in_browser import READ_WITHIN, day, listen, open_matter, signed_in

__all__ = ["day", "signed_in"]


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1024, "dark")])
def test_an_amendment_is_shown_with_its_master_and_parted(
    signed_in: BrowserContext, tmp_path: Path, width: int, scheme: str
) -> None:
    page = signed_in.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    complaints = listen(page)
    number = f"family-{width}"
    open_matter(page, client=(f"C-{number}", "Norvik Holdings"), matter=(number, f"Project Anchor {width}"))
    with zipfile.ZipFile(tmp_path / "Room.zip", "w") as room:
        for name, words in {"Master.txt": MASTER, "Amendment.txt": AMENDMENT}.items():
            room.writestr(f"Supply/{name}", words)
    page.locator("[data-upload-files]").set_input_files(tmp_path / "Room.zip")
    page.get_by_role("button", name="Upload 1 file").click()
    page.wait_for_url("**/documents/", timeout=READ_WITHIN)
    section = page.get_by_role("region", name="Families")
    expect(section.get_by_role("button", name="Part Amendment.txt from Master.txt")).to_be_visible(
        timeout=READ_WITHIN
    )
    assert _ways_in(page) == [0, 20, 40, 40]  # archive, folder and two files, whatever is said beside a name
    page.get_by_text("Join a document to another").click()
    picture(page, f"families-{number}")
    section.get_by_role("button", name="Part Amendment.txt from Master.txt").click()
    expect(section.get_by_text("Parted by")).to_be_visible()
    picture(page, f"families-parted-{number}")
    section.get_by_role("button", name="Undo the parting of Amendment.txt").click()
    expect(section.get_by_text("Parted by")).to_have_count(0)
    assert complaints == []


def _ways_in(page: Page) -> list[int]:
    """How far each line of the tree is set in, in pixels."""
    edges = page.locator("#tree th .icon.mt-1").evaluate_all(
        "all => all.map(icon => icon.getBoundingClientRect().x)"
    )
    return [round(edge - edges[0]) for edge in edges]

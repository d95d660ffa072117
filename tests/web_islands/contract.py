"""A short supply agreement written for these checks, laid out by PyMuPDF as real pages with real word boxes."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import pymupdf

ASTRAL = (
    "\U00010400 "  # two code points, three UTF-16 units: an offset counted the JavaScript way is off by one
)
CLAUSES = [
    (
        "1. Definitions",
        "In this Agreement “Territory” means the Kingdom of Norway and the Kingdom of Denmark, and “Products” means "
        "the refrigeration units listed in Schedule 1, as amended by the parties in writing from time to time.",
    ),
    (
        "2. Exclusivity",
        "During the Term the Supplier shall not sell, license or otherwise make available the Products in the "
        "Territory to any person other than the Distributor, whether directly or through an affiliate.",
    ),
    (
        "3. Term",
        "This Agreement starts on 1 March 2024 and continues for five years. It then renews for successive periods of "
        "one year unless either party gives ninety days’ written notice before the end of the current period.",
    ),
    (
        "4. Change of control",
        "If a competitor of the Supplier acquires control of the Distributor, the Supplier may terminate this "
        "Agreement on thirty days’ written notice given within six months of the acquisition.",
    ),
    (
        "5. Limitation of liability",
        "Except for wilful misconduct, the total liability of either party in any year shall not exceed the price paid "
        "for Products delivered in that year.",
    ),
    (
        "6. Assignment",
        "Neither party may assign this Agreement without the prior written consent of the other, which shall not be "
        "unreasonably withheld or delayed.",
    ),
    (
        "7. Governing law",
        "This Agreement is governed by the laws of Norway. The courts of Oslo have exclusive jurisdiction.",
    ),
]
PAGES = 40
FOUND = {  # clause number -> (finding, clause type, the words that prove it)
    2: ("exclusivity", "Exclusivity", "shall not sell, license or otherwise make available the Products"),
    3: ("renewal", "Renewal term", "renews for successive periods of one year"),
    4: (
        "control",
        "Change of control",
        "the Supplier may terminate this Agreement on thirty days’ written notice",
    ),
    5: ("cap", "Cap on liability", "shall not exceed the price paid for Products delivered in that year"),
    7: ("law", "Governing law", "governed by the laws of Norway"),
}


@dataclass(frozen=True)
class Sheet:
    """One page: its picture, its words and where its text begins in the document (code points)."""

    number: int
    width: float
    height: float
    start: int
    content: str
    words: list[list[Any]]
    image: bytes


def _write(page: pymupdf.Page, number: int) -> None:
    page.insert_text(
        (72, 60),
        f"Distribution Agreement · page {number}",
        fontsize=9,
        fontname="tiro",
        color=(0.4, 0.4, 0.4),
    )
    y = 96.0
    for title, body in CLAUSES:
        page.insert_text((72, y), title, fontsize=12, fontname="tibo")
        box = pymupdf.Rect(72, y + 8, 523, y + 120)
        left = page.insert_textbox(
            box,
            body.replace("“", '"').replace("”", '"').replace("’", "'"),
            fontsize=11,
            fontname="tiro",
            lineheight=1.4,
        )
        y += 8 + (112 - left) + 24


def _sheet(page: pymupdf.Page, number: int, start: int) -> Sheet:
    content, words = ASTRAL, []
    last: tuple[int, int] | None = None
    line = -1
    for x0, y0, x1, y1, word, block, row, _ in page.get_text("words"):
        if (block, row) != last:
            line += 1
            content += "\n" if last else ""
        else:
            content += " "
        last = (block, row)
        begin = start + len(content)
        content += word
        words.append([begin, begin + len(word), round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2), line])
    image = page.get_pixmap(dpi=144).tobytes("png")
    return Sheet(number, page.rect.width, page.rect.height, start, content + "\n", words, image)


@cache
def sheets() -> list[Sheet]:
    """All pages, in order."""
    document = pymupdf.open()
    made: list[Sheet] = []
    start = 0
    for number in range(1, PAGES + 1):
        page = document.new_page(width=595, height=842)
        _write(page, number)
        made.append(_sheet(page, number, start))
        start += len(made[-1].content)
    return made


def plain(words: str) -> str:
    return words.replace("“", '"').replace("”", '"').replace("’", "'")


def highlights() -> list[dict[str, Any]]:
    """A finding for each proved clause, spread over the pages, in page order."""
    made: list[dict[str, Any]] = []
    for index, (_, (finding, clause, quote)) in enumerate(sorted(FOUND.items())):
        sheet = sheets()[index * 3]
        flat = sheet.content.replace("\n", " ")
        start = sheet.start + flat.index(plain(quote))
        end = start + len(quote)
        inside = [word for word in sheet.words if word[0] >= start and word[1] <= end + 1]
        boxes: dict[int, list[float]] = {}
        for _, _, x0, y0, x1, y1, line in inside:
            box = boxes.setdefault(line, [sheet.number, x0, y0, x1, y1])
            boxes[line] = [sheet.number, min(box[1], x0), min(box[2], y0), max(box[3], x1), max(box[4], y1)]
        made.append(
            {
                "finding": finding,
                "evidence": f"{finding}-1",
                "clause": clause,
                "tick": index + 1,
                "hue": index,
                "boxes": list(boxes.values()),
                "state": "rejected" if finding == "cap" else "found",
                "quote": plain(quote),
                "start": start,
                "end": end,
            }
        )
    return made

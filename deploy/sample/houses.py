"""The drafting houses of the sample: how each firm's contracts look on paper."""

from dataclasses import dataclass, replace

A4 = (595.0, 842.0)
LETTER = (612.0, 792.0)


@dataclass(frozen=True)
class House:
    """Lengths are in points; `headers` and `footers` are left, centre and right, and may name {page} and {pages}."""

    family: str = "times"
    size: float = 11
    leading: float = 14
    page: tuple[float, float] = A4
    margins: tuple[float, float, float, float] = (72, 72, 72, 72)  # left, right, top, bottom
    is_justified: bool = True
    hang: float = 36  # from a number to its words, and from one level to the next
    gap: float = 7  # after a paragraph
    gutter: float = 20  # between columns
    title_size: float = 14
    heading: str = "bold caps"  # any of: bold, caps, centre, underline
    indents_first_line: bool = False  # instead of hanging the number
    signs: str = "deed"  # or "by"
    headers: tuple[str, str, str] = ("", "", "")
    footers: tuple[str, str, str] = ("", "{page}", "")
    has_cover: bool = False  # a first page without header and footer
    has_rules: bool = False  # a thin line under the header and over the footer
    has_line_numbers: bool = False
    bates: tuple[str, int] | None = None  # prefix and first number


ENGLISH_CITY = House(
    has_cover=True,
    headers=("", "", "Confidential – Execution Version"),
    footers=("BMS/QHI/MSA/2019", "{page}", "Project reference 88214.6"),
    has_rules=True,
)
ENGLISH_AMENDMENT = replace(
    ENGLISH_CITY,
    has_cover=False,
    size=11.5,
    leading=15,
    has_rules=False,
    footers=("", "- {page} -", ""),
    heading="bold",
)
ENGLISH_LETTER = House(
    size=11.5, leading=15, margins=(85, 85, 80, 80), gap=9, heading="bold", footers=("", "", ""), hang=30
)
WORK_ORDER = House(
    family="helvetica",
    size=9.5,
    leading=13,
    is_justified=False,
    heading="bold",
    hang=32,
    title_size=13,
    headers=("Braxholm Managed Services", "", "Statement of Work"),
    footers=("Commercial in confidence", "", "Page {page} of {pages}"),
    has_rules=True,
)
NEW_YORK = House(
    page=LETTER,
    size=11,
    leading=13.5,
    heading="bold caps centre",
    hang=36,
    signs="by",
    footers=("", "{page}", ""),
    headers=("", "", "EXECUTION COPY"),
)
DELAWARE = House(
    family="helvetica",
    page=LETTER,
    size=8.4,
    leading=10.6,
    margins=(48, 48, 60, 54),
    hang=22,
    gap=4.5,
    heading="bold",
    signs="by",
    title_size=12,
    headers=("Pellworth Analytics Corp.", "", "Form SLA-7 (Rev. 03/2020)"),
    footers=("Software License Agreement", "", "{page} / {pages}"),
    has_rules=True,
)
SINGAPORE = House(
    family="helvetica",
    size=10,
    leading=13.6,
    margins=(80, 70, 80, 72),
    heading="bold underline",
    hang=34,
    title_size=12,
    headers=("PRIVATE & CONFIDENTIAL", "", ""),
    footers=("", "", "Page {page} of {pages}"),
)
PROPERTY = House(
    has_cover=True,
    size=10.5,
    leading=14.2,
    heading="bold caps",
    margins=(78, 72, 70, 82),
    hang=34,
    headers=("", "", ""),
    footers=("", "{page}", ""),
    bates=("QHI-DR", 4471),
)
BANK = House(
    page=LETTER,
    family="times",
    size=11,
    leading=22 * 0.62,
    margins=(90, 64, 72, 72),
    heading="bold underline",
    indents_first_line=True,
    signs="by",
    headers=("", "", "Cadwell & Storrs LLP draft of 3/28/2022 – Final"),
    footers=("NYDOCS 4418820.7", "{page}", ""),
    has_line_numbers=True,
)
TYPEWRITER = House(
    family="courier",
    size=10.5,
    leading=15,
    margins=(82, 70, 84, 80),
    is_justified=False,
    heading="caps underline",
    hang=38,
    title_size=10.5,
    footers=("", "{page}.", ""),
)
GERMAN = House(
    family="helvetica",
    size=10,
    leading=13.5,
    heading="bold centre",
    hang=26,
    footers=("", "", "Seite {page} von {pages}"),
)
BOARD = House(
    family="helvetica",
    size=10,
    leading=14,
    heading="bold",
    headers=("STRICTLY PRIVATE", "", "Board paper 24/31"),
)

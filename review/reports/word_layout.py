"""How our Word files look: typefaces, colours, running heads. Knows python-docx, not matters."""

from typing import Any

from docx import Document as new_document
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Length, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from .word_table import RULE
from .words import printable

INK = RGBColor(0x1A, 0x1F, 0x2B)
NAVY = RGBColor(0x1F, 0x3A, 0x5F)
GREY = RGBColor(0x5B, 0x65, 0x74)
SANS, SERIF = "Arial", "Times New Roman"


def new_report(*, title: str, author: str, subject: str) -> Document:
    """An empty A4 document with our styles."""
    report = new_document()
    properties = report.core_properties
    properties.title, properties.author, properties.subject = title[:250], author[:250], subject[:250]
    properties.language, properties.comments = "en-GB", ""
    normal = report.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    _set(normal, SANS, 9.5, INK, after=6, line=1.15)
    _restyle(report, "Title", SERIF, 34, NAVY, after=4)
    _restyle(report, "Heading 1", SERIF, 20, NAVY, before=20, after=8)
    _restyle(report, "Heading 2", SANS, 11, NAVY, before=14, after=5, bold=True)
    _add(report, "Lead", SERIF, 17, GREY, after=18)
    _add(report, "Firm", SANS, 10, NAVY, after=150, bold=True)
    _add(report, "Cell", SANS, 8.5, INK, after=2, line=1.1)
    _add(report, "Cell head", SANS, 8, RGBColor(0xFF, 0xFF, 0xFF), after=0, bold=True)
    _add(report, "Quote text", SERIF, 10, INK, after=1, line=1.1)
    _add(report, "Source", SANS, 7.5, GREY, after=5)
    _add(report, "Running", SANS, 7.5, GREY, after=0)
    return report


def lay_out(section: Section, *, landscape: bool) -> None:
    """A4 with our margins, upright or across."""
    short, long = Cm(21), Cm(29.7)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.left_margin = section.right_margin = Cm(1.9 if landscape else 2.4)
    section.top_margin, section.bottom_margin = Cm(2.3), Cm(2.0)
    section.header_distance = section.footer_distance = Cm(1.0)


def running_heads(section: Section, *, head: tuple[str, str], foot: str) -> None:
    """A head with two ends, and a foot with the page and the number of pages."""
    assert section.page_width is not None
    assert section.left_margin is not None
    assert section.right_margin is not None
    width = Length(section.page_width - section.left_margin - section.right_margin)
    section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
    for paragraph, words in (
        (section.header.paragraphs[0], head),
        (section.footer.paragraphs[0], (foot, "")),
    ):
        paragraph.style = "Running"
        paragraph.paragraph_format.tab_stops.clear_all()
        paragraph.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run(f"{printable(words[0])}\t{printable(words[1])}")
    end = section.footer.paragraphs[0]
    end.add_run("Page ")
    _field(end, "PAGE")
    end.add_run(" of ")
    _field(end, "NUMPAGES")
    _border(section.header.paragraphs[0], "bottom")


def chapter(report: Document, words: str, *, new_page: bool = False, at_top: bool = False) -> None:
    """A numbered heading, on a new page if wanted, or where a page begins anyway."""
    heading = report.add_heading(words, 1)
    if new_page:
        heading.paragraph_format.page_break_before = True
    if new_page or at_top:
        heading.paragraph_format.space_before = Pt(0)


def notice(report: Document, words: str, *, fill: str, lead: str = "") -> None:
    """A boxed paragraph that cannot be overlooked."""
    paragraph = report.add_paragraph()
    if lead:
        paragraph.add_run(f"{printable(lead)} ").bold = True
    paragraph.add_run(printable(words))
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(8)
    for side in ("top", "left", "bottom", "right"):
        _border(paragraph, side, space="6")
    shading = _element("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shading.set(qn(f"w:{name}"), value)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        shading, "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _restyle(report: Document, name: str, font: str, size: float, colour: RGBColor, **rest: Any) -> None:
    style = report.styles[name]
    assert isinstance(style, ParagraphStyle)
    for border in style.element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
    _set(style, font, size, colour, **rest)


def _add(report: Document, name: str, font: str, size: float, colour: RGBColor, **rest: Any) -> None:
    style = report.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    style.base_style = report.styles["Normal"]
    _set(style, font, size, colour, **rest)


def _set(
    style: ParagraphStyle,
    font: str,
    size: float,
    colour: RGBColor,
    *,
    before: float = 0,
    after: float = 0,
    line: float = 1.0,
    bold: bool = False,
) -> None:
    style.font.name, style.font.size, style.font.bold = font, Pt(size), bold
    style.font.color.rgb = colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):  # the template's theme fonts would win over ours
        if "Theme" in name:
            del fonts.attrib[name]
    for name in ("w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), font)
    form = style.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), line


def _field(paragraph: Paragraph, instruction: str) -> None:
    """A field that the reader's program fills in, such as the page number."""
    run = paragraph.add_run()
    for kind in ("begin", None, "end"):
        if kind is None:
            code = _element("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = f" {instruction} "
            run._r.append(code)
        else:
            mark = _element("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def _border(paragraph: Paragraph, side: str, *, space: str = "4") -> None:
    properties = paragraph._p.get_or_add_pPr()
    borders: Any = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = _element("w:pBdr")
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )
    borders.append(_line(side, space))


def _element(name: str) -> Any:
    """A bare element; python-docx has no class for the ones used here."""
    return OxmlElement(name)


def _line(side: str, space: str) -> Any:
    line = _element(f"w:{side}")
    for name, value in (("val", "single"), ("sz", "4"), ("space", space), ("color", RULE)):
        line.set(qn(f"w:{name}"), value)
    return line

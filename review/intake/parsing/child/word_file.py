"""A Word file: tracked changes settled first, then one PDF for the text and for the viewer alike."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

from lxml import etree

from review.intake.parsing.archives import ArchiveLimits, Entry, EntryProblem, open_zip
from review.intake.parsing.types import Limits, ParsedDocument

from .hidden_runs import hidden_styles, hidden_words, mark_runs
from .layout import LETTER, lay_out
from .mupdf import pymupdf
from .office import convert_to_pdf, soffice
from .pdf import read_pages
from .progress import Progress
from .refusal import Refusal
from .revisions import count, local, settle, text_of
from .unseen_marks import on_their_pages, unmarked

_STORY = re.compile(r"word/(document\d*|header\d*|footer\d*|footnotes|endnotes)\.xml")
_ORDER = ("header", "document", "footnotes", "endnotes", "footer")
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_FETCHING_FIELD = re.compile(r"\b(INCLUDETEXT|INCLUDEPICTURE|LINK|DDE|DDEAUTO|IMPORT|RD)\b", re.IGNORECASE)
_LARGEST_PART = 128 << 20
_MOST_HIDDEN = 300  # passages of one file


def read_word_file(path: Path, limits: Limits, progress: Progress) -> ParsedDocument:
    """The text with all changes accepted, how many there were, and the text without them. Raises Refusal."""
    parts = _parts(path, limits)
    stories = {name: _parse(data) for name, data in parts.items() if _STORY.fullmatch(name)}
    if not any("document" in name for name in stories):
        raise Refusal("corrupt", "This Word file has no document in it.")
    changes = _count_all(stories)
    original = None
    if changes:
        before = {name: _parse(parts[name]) for name in stories}
        for root in before.values():
            settle(root, accept=False)
        original = _text(before)
    for root in stories.values():
        settle(root, accept=True)
    progress.step()
    parsed = _paged(parts, stories, limits, progress)
    return replace(parsed, kind="docx", banner={**changes, **parsed.banner}, original_content=original)


def _paged(
    parts: dict[str, bytes], stories: dict[str, etree._Element], limits: Limits, progress: Progress
) -> ParsedDocument:
    """Pages by LibreOffice where it is installed and willing, else by ourselves."""
    styles = hidden_styles(_parse(parts["word/styles.xml"]) if "word/styles.xml" in parts else None)
    if soffice() is not None:
        view = convert_to_pdf(_settled_copy(parts, stories), limits, progress)
        if view is not None:
            with pymupdf.open(stream=view, filetype="pdf") as document:
                parsed = read_pages(document, "docx", limits, progress)
                hidden = [each for root in stories.values() for each in hidden_words(root, styles)]
                return replace(parsed, view_pdf=view, unseen=(*parsed.unseen, *hidden[:_MOST_HIDDEN]))
    for root in stories.values():
        mark_runs(root, styles)
    text, unseen = unmarked(_text(stories))
    if not text.strip():
        raise Refusal("no_text", "There is no text in this Word file.")
    view, pages = lay_out(text, LETTER, progress)
    return ParsedDocument(
        kind="docx",
        content=text,
        pages=pages,
        view_pdf=view,
        banner={"laid_out_simply": True},
        unseen=on_their_pages(unseen[:_MOST_HIDDEN], pages),
    )


def _parts(path: Path, limits: Limits) -> dict[str, bytes]:
    """Everything in the file, by name, with the caps of an archive. Raises Refusal."""
    parts: dict[str, bytes] = {}
    caps = ArchiveLimits(
        entries=5000, entry_bytes=_LARGEST_PART, total_bytes=limits.unpacked_bytes, ratio=1000
    )
    try:
        for entry in open_zip(path, caps):
            if isinstance(entry, Entry):
                with entry.open() as file:
                    parts["/".join(entry.path_parts)] = file.read()
            elif entry.cause_code != "skipped":
                raise EntryProblem.Raised(entry)
    except EntryProblem.Raised as raised:
        problem = raised.problem
        if problem.cause_code == "over_limit":
            raise Refusal("over_limit", "This Word file unfolds to far more than its size.") from None
        raise Refusal("corrupt", "This Word file is damaged and cannot be opened.") from None
    return parts


def _parse(data: bytes) -> etree._Element:
    """XML without entities, fetching nothing. Raises Refusal."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise Refusal("corrupt", "This Word file is damaged: its text cannot be read.") from None
    if root.getroottree().docinfo.doctype:
        raise Refusal(
            "corrupt", "This Word file declares entities, which no Word file does; it was not opened."
        )
    return root


def _count_all(stories: dict[str, etree._Element]) -> dict[str, int]:
    total: dict[str, int] = {}
    for root in stories.values():
        for name, number in count(root).items():
            total[name] = total.get(name, 0) + number
    return total


def _text(stories: dict[str, etree._Element]) -> str:
    """Headers, body, notes, footers, an empty line between them; the same header is said once."""
    found: dict[str, None] = {}
    for kind in _ORDER:
        for name in sorted(stories):
            if name.startswith(f"word/{kind}") and (text := text_of(stories[name]).strip("\n")).strip():
                found[text.replace("\x00", "")] = None
    return "\n\n".join(found)


def _settled_copy(parts: dict[str, bytes], stories: dict[str, etree._Element]) -> bytes:
    """The same file with changes accepted, and with nothing that would fetch from a disk or a network."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for name, data in parts.items():
            if name in stories:
                _silence_fields(stories[name])
                data = etree.tostring(stories[name], xml_declaration=True, encoding="UTF-8", standalone=True)
            elif name.endswith(".rels"):
                data = _without_links_out(data)
            elif "vbaProject" in name:
                continue
            copy.writestr(name, data)
    return out.getvalue()


def _silence_fields(root: etree._Element) -> None:
    for node in root.iter(etree.Element):
        if local(node) == "instrText" and _FETCHING_FIELD.search(node.text or ""):
            node.text = ""
        elif local(node) == "fldSimple":
            for key, value in node.attrib.items():
                if _FETCHING_FIELD.search(str(value)):
                    node.attrib[key] = ""


def _without_links_out(data: bytes) -> bytes:
    root = _parse(data)
    for relation in list(root.iter(_RELATIONS)):
        is_hyperlink = str(relation.get("Type", "")).endswith("/hyperlink")
        if relation.get("TargetMode") == "External" and not is_hyperlink:
            relation.set("Target", "about:blank")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

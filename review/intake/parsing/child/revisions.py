"""Tracked changes in WordprocessingML, settled one way or the other, and the text of the result.

Word keeps a change as markup around runs (w:ins, w:del, w:moveFrom, w:moveTo), as a mark on the end of a paragraph,
and as a mark on a table row or cell. Readers that do not settle them drop insertions or show deletions as live text.
"""

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FORMER_FORMATS = {
    "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "tblGridChange", "trPrChange",
    "tcPrChange", "numberingChange",
}  # fmt: skip
_RANGES = {
    "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "customXmlInsRangeStart",
    "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd", "customXmlMoveFromRangeStart",
    "customXmlMoveFromRangeEnd", "customXmlMoveToRangeStart", "customXmlMoveToRangeEnd",
}  # fmt: skip
_NEW, _OLD = ("ins", "moveTo"), ("del", "moveFrom")
_COUNTED = {"ins": "insertions", "del": "deletions", "moveTo": "moves"}
_SETTINGS_OF = {"rPr", "trPr", "tcPr", "pPr"}


def local(node: etree._Element) -> str:
    """An element's name without its namespace; empty for comments and for other vocabularies."""
    tag = node.tag
    if isinstance(tag, str):
        for namespace in (_W, _STRICT):
            if tag.startswith(namespace):
                return tag[len(namespace) :]
    return ""


def count(root: etree._Element) -> dict[str, int]:
    """Insertions, deletions and moves as a reader would count them: neighbours of one kind are one change."""
    found: dict[str, int] = {}
    for node in root.iter(etree.Element):
        name = local(node)
        if name in _COUNTED and not _continues(node, name):
            found[_COUNTED[name]] = found.get(_COUNTED[name], 0) + 1
        elif name in _FORMER_FORMATS:
            found["format_changes"] = found.get("format_changes", 0) + 1
    return found


def _continues(node: etree._Element, name: str) -> bool:
    """Whether the change began earlier: in the element before, or as text of the paragraph whose end is marked."""
    parent = node.getparent()
    if parent is None:
        return False
    if local(parent) == "rPr":
        paragraph = _above(node, "p")
        return paragraph is not None and any(
            local(child) == name and child is not node for child in paragraph.iter(etree.Element)
        )
    before = node.getprevious()
    while before is not None and local(before) in _RANGES | {"bookmarkStart", "bookmarkEnd", "proofErr"}:
        before = before.getprevious()
    if before is not None:
        return local(before) == name
    return False


def _above(node: etree._Element, name: str) -> etree._Element | None:
    above = node.getparent()
    while above is not None and local(above) != name:
        above = above.getparent()
    return above


def settle(root: etree._Element, *, accept: bool) -> None:
    """Accept all changes, or undo them all, in place."""
    kept, dropped = (_NEW, _OLD) if accept else (_OLD, _NEW)
    _settle_rows_and_cells(root, dropped, accept=accept)
    ending = [p for p in root.iter(etree.Element) if local(p) == "p" and _mark(p, dropped)]
    for node in list(root.iter(etree.Element)):
        name = local(node)
        if name in _FORMER_FORMATS or name in _RANGES or name in dropped:
            _remove(node)
        elif name in kept:
            if local(node.getparent()) in _SETTINGS_OF:  # type: ignore[arg-type]
                _remove(node)
            else:
                _unwrap(node)
    for paragraph in reversed(ending):
        _join_with_next(paragraph)
    for node in root.iter(etree.Element):
        if local(node) in {"delText", "delInstrText"}:
            node.tag = str(node.tag).replace("delText", "t").replace("delInstrText", "instrText")


def _settle_rows_and_cells(root: etree._Element, dropped: tuple[str, ...], *, accept: bool) -> None:
    dropped_cells = ("cellDel",) if accept else ("cellIns",)
    for node in list(root.iter(etree.Element)):
        name = local(node)
        if (name == "tr" and _setting(node, "trPr", dropped)) or (
            name == "tc" and _setting(node, "tcPr", dropped_cells)
        ):
            _remove(node)
    for table in [node for node in root.iter(etree.Element) if local(node) == "tbl"]:
        if not any(local(child) == "tr" for child in table.iter(etree.Element)):
            _remove(table)


def _setting(node: etree._Element, settings: str, names: tuple[str, ...]) -> bool:
    return any(local(child) == settings and any(local(mark) in names for mark in child) for child in node)


def _mark(paragraph: etree._Element, names: tuple[str, ...]) -> bool:
    """Whether the end of this paragraph is itself a change of these kinds."""
    return any(local(child) == "pPr" and _setting(child, "rPr", names) for child in paragraph)


def _join_with_next(paragraph: etree._Element) -> None:
    """A paragraph without its end runs on into the next; without a next, only an emptied one goes."""
    after = paragraph.getnext()
    while after is not None and local(after) in {"bookmarkStart", "bookmarkEnd"}:
        after = after.getnext()
    content = [child for child in paragraph if local(child) != "pPr"]
    if after is None or local(after) != "p":
        parent = paragraph.getparent()
        others = parent is not None and any(local(child) == "p" for child in parent if child is not paragraph)
        if not content and others:
            _remove(paragraph)
        return
    at = 1 if len(after) and local(after[0]) == "pPr" else 0
    for offset, child in enumerate(content):
        after.insert(at + offset, child)
    _remove(paragraph)


def _unwrap(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is None:
        return
    at = parent.index(node)
    for offset, child in enumerate(list(node)):
        parent.insert(at + offset, child)
    parent.remove(node)


def _remove(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def text_of(root: etree._Element) -> str:
    """The words of a settled part: one line a paragraph, cells of a row parted by tabs."""
    lines: list[str] = []
    _collect(root, lines)
    return "\n".join(lines)


def _collect(node: etree._Element, lines: list[str]) -> None:
    for child in node:
        name = local(child)
        if name == "p":
            lines.append(_paragraph_text(child))
        elif name == "tr":
            cells = []
            for cell in (part for part in child.iter(etree.Element) if local(part) == "tc"):
                inside: list[str] = []
                _collect(cell, inside)
                cells.append(" ".join(line for line in inside if line))
            lines.append("\t".join(cells))
        elif name != "sectPr":
            _collect(child, lines)


def _paragraph_text(paragraph: etree._Element) -> str:
    pieces = []
    for node in paragraph.iter(etree.Element):
        name = local(node)
        if name == "t":
            pieces.append(node.text or "")
        elif name == "tab" and local(node.getparent()) == "r":  # type: ignore[arg-type]
            pieces.append("\t")
        elif name in {"br", "cr"}:
            pieces.append("\n")
        elif name == "noBreakHyphen":
            pieces.append("-")
    return "".join(pieces)

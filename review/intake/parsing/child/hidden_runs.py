"""Runs of a Word file that are set not to be seen: hidden, white, or too small.

LibreOffice prints no hidden runs, so their words stand in no text, and white or tiny ones are told on its pages like
those of any PDF. Without it the runs are marked in the XML, and the marks become offsets when the text is made.
"""

from collections.abc import Iterator
from itertools import groupby

from lxml import etree

from review.intake.parsing.types import Unseen, UnseenKind

from .revisions import local
from .unseen_marks import marked, says_something, without_marks

_SMALLEST = 6  # half points
_PALE = 0xD1  # of 255
_LONGEST = 2000  # code points
_OFF = {"0", "false", "off", "none"}


def hidden_styles(styles: etree._Element | None) -> frozenset[str]:
    """The ids of the styles whose words are hidden."""
    if styles is None:
        return frozenset()
    return frozenset(
        _value(style, "styleId")
        for style in styles.iter(etree.Element)
        if local(style) == "style" and any(_is_on(node, "vanish") for node in style.iter(etree.Element))
    )


def hidden_words(root: etree._Element, styles: frozenset[str]) -> Iterator[Unseen]:
    """The hidden words of a part, a paragraph at a time; they stand in no text."""
    runs = [run for run in _runs(root) if _kind(run, styles) == "hidden"]
    for _, of_one in groupby(runs, key=_paragraph):
        words = "".join(node.text or "" for run in of_one for node in run if local(node) == "t")
        if says_something(words):
            yield Unseen("hidden", 0, words=words.replace("\x00", "")[:_LONGEST])


def mark_runs(root: etree._Element, styles: frozenset[str]) -> None:
    """Put marks around the words of every run that is not seen, in place."""
    for run in _runs(root):
        kind = _kind(run, styles)
        texts = [node for node in run if local(node) == "t"]
        for node in texts:
            node.text = without_marks(node.text or "")
        if kind:
            for node in texts:
                node.text = marked(node.text or "", kind)


def _runs(root: etree._Element) -> Iterator[etree._Element]:
    return (node for node in root.iter(etree.Element) if local(node) == "r")


def _kind(run: etree._Element, styles: frozenset[str]) -> UnseenKind | None:
    settings = [node for part in run if local(part) == "rPr" for node in part]
    for node in settings:
        if local(node) == "vanish":
            return "hidden" if _is_on(node, "vanish") else None
    if any(local(node) == "rStyle" and _value(node, "val") in styles for node in settings) or (
        styles and _paragraph_style(run) in styles
    ):
        return "hidden"
    for node in settings:
        if local(node) == "sz" and _value(node, "val").isdecimal() and int(_value(node, "val")) < _SMALLEST:
            return "tiny"
    shaded = any(local(node) in {"shd", "highlight"} for node in settings)
    pale = any(local(node) == "color" and _is_pale(_value(node, "val")) for node in settings)
    return "white" if pale and not shaded else None


def _is_on(node: etree._Element, name: str) -> bool:
    return local(node) == name and _value(node, "val").lower() not in _OFF


def _value(node: etree._Element, name: str) -> str:
    return next((str(value) for key, value in node.attrib.items() if str(key).endswith(f"}}{name}")), "")


def _is_pale(color: str) -> bool:
    try:
        return len(color) == 6 and min(bytes.fromhex(color)) >= _PALE
    except ValueError:
        return False


def _paragraph(run: etree._Element) -> etree._Element | None:
    return next((above for above in run.iterancestors() if local(above) == "p"), None)


def _paragraph_style(run: etree._Element) -> str:
    paragraph = _paragraph(run)
    if paragraph is None:
        return ""
    settings = (node for part in paragraph if local(part) == "pPr" for node in part)
    return next((_value(node, "val") for node in settings if local(node) == "pStyle"), "")

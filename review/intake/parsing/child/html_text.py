"""The words of an HTML mail body, without what is no text; what is styled not to be seen stands between marks.

An element ends as browsers end it where its end is left out: with its parent, or before the next of its like.
"""

import re
from collections import Counter
from html.parser import HTMLParser

from .html_style import Look
from .unseen_marks import marked, without_marks

_BLOCKS = {
    "address", "article", "blockquote", "br", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
    "table", "tbody", "thead", "tr", "ul",
}  # fmt: skip
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "blockquote", "pre"}
_UNSEEN = {"script", "style", "head", "title", "template", "noscript"}
_EMPTY = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
}  # fmt: skip
_ENDED_BY_THEIR_LIKE = {"li", "dt", "dd", "tr", "td", "th", "option", "tbody", "thead"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = 0
        self._open: list[tuple[str, Look]] = []
        self._names: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._enter(tag, dict(attributes))
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _BLOCKS:
            self.pieces.append("\n\n" if tag in _PARAGRAPHS else "\n")
        elif tag in {"td", "th"}:
            self.pieces.append(" ")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag in _UNSEEN:
            self.handle_endtag(tag)
        else:
            self._break_after(tag)  # the slash ends nothing in HTML

    def handle_endtag(self, tag: str) -> None:
        if self._names[tag]:
            while self._leave() != tag:
                pass
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "body":
            self._unseen = 0
        else:
            self._break_after(tag)

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        words = re.sub(r"\s+", " ", without_marks(data))
        kind = self._look.unseen if words.strip() else None
        self.pieces.append(marked(words, kind) if kind else words)

    def _break_after(self, tag: str) -> None:
        if tag in _BLOCKS and tag != "br":
            self.pieces.append("\n\n" if tag in _PARAGRAPHS else "\n")

    @property
    def _look(self) -> Look:
        return self._open[-1][1] if self._open else Look()

    def _enter(self, tag: str, attributes: dict[str, str | None]) -> None:
        if tag in _EMPTY:
            return
        last = self._open[-1][0] if self._open else ""
        if last == tag in _ENDED_BY_THEIR_LIKE or (last == "p" and tag in _BLOCKS):
            self._leave()
        self._open.append((tag, self._look.inside(attributes)))
        self._names[tag] += 1

    def _leave(self) -> str:
        tag, _ = self._open.pop()
        self._names[tag] -= 1
        return tag


def text_of_html(html: str) -> str:
    """What the page says, blocks on lines of their own, with marks around what a reader of it would not see."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(reader.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

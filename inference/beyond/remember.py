"""Makes the memory of one document, a few hundred passages at a time. Knows one text, not its matter."""

import hashlib
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inference.compact import headings, segments, similar, terms
from inference.compact.candidates import ReadText, chance
from inference.compact.headings import headings_of, under
from inference.compact.reader import LANGUAGES
from inference.compact.segments import Segment, split
from inference.compact.similar import encoded_vectors, vectors_made_by
from inference.families import describe as descriptions
from inference.families.describe import Description, describe
from inference.types import SourceText

from . import definitions, document, telling
from .definitions import defined_in
from .document import NO_HEADING, DocumentMemory
from .telling import Numbers, WordIndex

TOGETHER = 128  # passages that are put into vectors before anybody may call it off
_MOST_INT8 = 127
_WORD = re.compile(r"[A-Za-z]{2}")
_HALF = re.compile(r"[\ud800-\udfff]")
_MADE_WITH = (headings, segments, similar, terms, descriptions, definitions, document, telling)

Scored = Callable[[SourceText], ReadText | None]


class Forgotten(Exception):
    """Somebody called it off; documents that were finished stay remembered."""

    def __init__(self) -> None:
        super().__init__("Looking through the documents was called off.")


@lru_cache(maxsize=1)
def made_by() -> str:
    """The name of what makes memories: one of another making is made anew."""
    digest = hashlib.sha256()
    for path in (Path(__file__), *(Path(str(module.__file__)) for module in _MADE_WITH)):
        digest.update(path.read_bytes())
    return f"memory-{digest.hexdigest()[:12]}:{vectors_made_by()}"


def sha256_of(content: str) -> str:
    """Of a text in UTF-8; halves of characters, as damaged files hold them, count as they stand."""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def remember(
    source: SourceText,
    *,
    scored: Scored | None = None,
    done: Callable[[int], None] = lambda characters: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> DocumentMemory:
    """One document as it is remembered; `done` hears how far into it all is kept. Raises Forgotten.

    `scored` gives the compact reader's scores of a document, where they are wanted.
    """
    content = source.content
    cut = tuple(split(content))
    passages = [content[each.start : each.end] for each in cut]
    heads = headings_of(content, cut)
    compared = [under(head, words) for head, words in zip(heads, passages, strict=True)]
    opening = describe(content)
    readable = is_readable(source)
    halves, scales = _encoded(compared if readable else (), cut, done, cancelled)
    read = scored(source) if scored and readable else None
    return DocumentMemory(
        sha256=sha256_of(content),
        made_by=made_by(),
        characters=len(content),
        is_readable=readable,
        is_scored=scored is not None,
        starts=np.asarray([each.start for each in cut], np.uint32),
        ends=np.asarray([each.end for each in cut], np.uint32),
        headings=_rows(heads),
        words=WordIndex.of([telling.telling(words) for words in compared if readable]),
        encoded=halves,
        scales=scales,
        chances=_chances(read, cut),
        names=_names(opening),
        defined=defined_in(passages),
        description=opening,
    )


def is_readable(source: SourceText) -> bool:
    """Whether its passages can be compared with a question: whole, English as far as anybody knows, and in words."""
    if source.language is not None and source.language.lower()[:2] not in LANGUAGES:
        return False
    has_words = not source.content.strip() or _WORD.search(source.content) is not None
    return has_words and not is_broken(source.content)


def is_broken(content: str) -> bool:
    """Whether it holds half of a character, as a damaged file does: no model can be shown it."""
    return _HALF.search(content) is not None


def searched(memory: DocumentMemory, content: str) -> int:
    """How many code points of a text lie in its passages, or in white space between them."""
    if not memory.is_readable:
        return 0
    bounds = [
        0,
        *(int(at) for pair in zip(memory.starts, memory.ends, strict=True) for at in pair),
        len(content),
    ]
    gaps = [content[end:start] for end, start in list(pairwise(bounds))[::2]]
    return len(content) - sum(len(gap) for gap in gaps if gap.strip())


def _names(opening: Description) -> Numbers:
    """The words of what a document calls itself and of those whom it binds, in order."""
    titles = [" ".join(title) for title in opening.titles]
    said = ". ".join((opening.called, *titles, *opening.parties))
    return np.unique(telling.telling(said).numbers)


def _encoded(
    compared: Sequence[str],
    cut: Sequence[Segment],
    done: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float16]]:
    """The encoder's vectors in int8, [passages, width], and the scale of each."""
    blocks: list[npt.NDArray[np.int8]] = []
    scales: list[npt.NDArray[np.float16]] = []
    for first in range(0, len(compared), TOGETHER):
        if cancelled():
            raise Forgotten
        made = encoded_vectors(compared[first : first + TOGETHER])
        if made is None:
            break
        vectors = made.astype(np.float32)
        scale = (np.abs(vectors).max(axis=1) / _MOST_INT8).astype(np.float16)
        blocks.append(np.rint(vectors / np.maximum(scale, 1e-7)[:, None].astype(np.float32)).astype(np.int8))
        scales.append(scale)
        done(cut[min(first + TOGETHER, len(cut)) - 1].end)
    if not blocks:
        return np.zeros((len(compared), 0), np.int8), np.zeros(len(compared), np.float16)
    return np.concatenate(blocks), np.concatenate(scales)


def _rows(heads: Sequence[str | None]) -> npt.NDArray[np.int32]:
    """The number of the passage that heads each."""
    rows = np.full(len(heads), NO_HEADING, np.int32)
    last = NO_HEADING
    for number, head in enumerate(heads):
        last = number if head is None else last
        rows[number] = last if head is None or head else NO_HEADING
    return rows


def _chances(read: ReadText | None, cut: Sequence[Segment]) -> npt.NDArray[np.float16]:
    """The compact reader's chances, where it cut the text alike: it reads a text with orders to machines otherwise."""
    if read is None or tuple(read.segments) != tuple(cut):
        return np.zeros((0, 0), np.float16)
    return chance(read.odds).astype(np.float16)

"""Makes the memory of one document, piece by piece where it is long. Knows one text, not its matter."""

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inference.compact import headings, segments, similar, terms
from inference.compact.headings import headings_of, under
from inference.compact.reader import LANGUAGES
from inference.compact.segments import split
from inference.compact.similar import vectors_made_by
from inference.families import describe as descriptions
from inference.families.describe import Description, describe
from inference.types import SourceText

from . import definitions, document, encoding, telling
from .definitions import defined_in
from .document import NO_HEADING, DocumentMemory
from .encoding import Encoding, Scored
from .pieces import Going
from .telling import Numbers, WordIndex

_WORD = re.compile(r"[A-Za-z]{2}")
_HALF = re.compile(r"[\ud800-\udfff]")
_MADE_WITH = (headings, segments, similar, terms, descriptions, definitions, document, encoding, telling)


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
    before: DocumentMemory | None = None,
    going: Going | None = None,
) -> DocumentMemory:
    """One document as it is remembered. Raises Forgotten and MadeRoom.

    `scored` gives the compact reader's scores of a text, where they are wanted; `before` is the same document as it was
    remembered without them, so that its vectors need not be made again.
    """
    content, going = source.content, going or Going()
    cut = tuple(split(content))
    passages = [content[each.start : each.end] for each in cut]
    heads = headings_of(content, cut)
    compared = [under(head, words) for head, words in zip(heads, passages, strict=True)]
    opening = describe(content)
    readable = is_readable(source)
    encoder = Encoding(source, cut, made_by(), scored is not None, going)
    halves, scales = (
        (before.encoded, before.scales) if before else encoder.vectors(compared if readable else ())
    )
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
        chances=encoder.chances(scored) if scored and readable else np.zeros((0, 0), np.float16),
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


def _rows(heads: Sequence[str | None]) -> npt.NDArray[np.int32]:
    """The number of the passage that heads each."""
    rows = np.full(len(heads), NO_HEADING, np.int32)
    last = NO_HEADING
    for number, head in enumerate(heads):
        last = number if head is None else last
        rows[number] = last if head is None or head else NO_HEADING
    return rows

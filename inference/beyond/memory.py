"""The memory of one matter: what is kept of each of its documents. Knows documents, not what is asked.

It is made document by document and holds no text. What was kept of a document serves as long as its words are the
same, so a document that was added or changed costs its own work alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from inference.types import CaseFile, SourceText

from .document import BadMemory, DocumentMemory
from .encoding import Scored
from .pieces import Going, InMind, Pieces, Work
from .remember import made_by, remember, searched, sha256_of

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Coverage:
    """How much of a matter can be searched, in documents and code points; `unreadable` names what cannot."""

    documents: int
    characters: int
    documents_searched: int
    characters_searched: int
    unreadable: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether all of it is held, apart from what is named as unreadable."""
        return self.documents_searched + len(self.unreadable) == self.documents


@dataclass
class MatterMemory:
    """One matter's documents by their ids. Belongs to one case file, and is never asked about another."""

    case_file: CaseFile
    documents: dict[str, DocumentMemory] = field(default_factory=dict)
    work: Work = field(default_factory=Work)
    _pieces: InMind = field(default_factory=InMind, repr=False)

    @property
    def is_complete(self) -> bool:
        """Whether every document is remembered."""
        return len(self.documents) == len(self.case_file.documents)

    @property
    def characters(self) -> int:
        """How many code points the documents have that are remembered."""
        return sum(len(each.content) for each in self.case_file.documents if each.id in self.documents)

    @property
    def size(self) -> int:
        """How many bytes its arrays take."""
        return sum(each.size for each in self.documents.values())

    @property
    def passages(self) -> int:
        """How many passages it can find again."""
        return sum(each.passages for each in self.documents.values())

    @property
    def coverage(self) -> Coverage:
        """What of the matter can be found again."""
        sources = [each for each in self.case_file.documents if each.id in self.documents]
        held = {each.id: searched(self.documents[each.id], each.content) for each in sources}
        unreadable = tuple(each.id for each in sources if not self.documents[each.id].is_readable)
        return Coverage(
            len(self.case_file.documents),
            sum(len(each.content) for each in self.case_file.documents),
            len(held) - len(unreadable),
            sum(held.values()),
            unreadable,
        )

    def grow(
        self,
        kept: Mapping[str, bytes],
        *,
        scored: Scored | None = None,
        keep: Callable[[str, bytes], None] = lambda document_id, made: None,
        pieces: Pieces | None = None,
        progress: Progress = lambda done, total: None,
        cancelled: Callable[[], bool] = lambda: False,
        makes_room: Callable[[], bool] = lambda: False,
    ) -> None:
        """Remember what is not remembered yet; raises Forgotten, after which it can be gone on with.

        `kept` is what earlier memories gave to `keep`, by document; `progress` hears of code points. What was finished
        of a long document lies in `pieces`. `makes_room` is asked after each piece and document, when nothing would be
        lost: MadeRoom is raised where it says so.
        """
        pieces = self._pieces if pieces is None else pieces
        lacking = self.recall(kept, with_scores=scored is not None)
        total = sum(len(each.content) for each in self.case_file.documents)
        progress(done := self.characters, total)
        twins: dict[tuple[str, str | None], DocumentMemory] = {}
        for source in self.case_file.documents:
            if source.id not in self.documents:
                told, before = _Further(progress, done, total), self.work.characters
                going = Going(source.id, told, cancelled, makes_room, pieces, self.work)
                made = twins.get((source.content, source.language)) or remember(
                    source, scored=scored, before=lacking.get(source.id), going=going
                )
                keep(source.id, made.to_bytes())
                pieces.drop_pieces(source.id)
                self.documents[source.id] = twins[source.content, source.language] = made
                progress(done := done + len(source.content), total)
                if not self.is_complete and self.work.characters > before:  # else its pieces lay there
                    going.stop_for_others()

    def recall(self, kept: Mapping[str, bytes], *, with_scores: bool = False) -> dict[str, DocumentMemory]:
        """Take what was kept of documents as they are now; gives what lacks the scores that are wanted too."""
        lacking: dict[str, DocumentMemory] = {}
        for source in self.case_file.documents:
            known = None if source.id in self.documents else _known(kept, source)
            if known is not None:
                (lacking if with_scores and not known.is_scored else self.documents)[source.id] = known
        return lacking


@dataclass(frozen=True)
class _Further:
    """How far a document is, as how far all of them are."""

    progress: Progress
    before: int
    total: int

    def __call__(self, characters: int) -> None:
        self.progress(self.before + characters, self.total)


def _known(kept: Mapping[str, bytes], source: SourceText) -> DocumentMemory | None:
    """What was kept of a document, where it is of these words and of this making."""
    try:
        found = DocumentMemory.from_bytes(kept[source.id])
    except (KeyError, BadMemory):
        return None
    return found if found.sha256 == sha256_of(source.content) and found.made_by == made_by() else None

"""Ranges of documents as a case file of their own, and the way back. Knows texts and offsets, not who reads them.

Each range without a gap is a document of that case file, and no reader's quote runs from one document into another. So
whatever is quoted is a range of one document, at its place there plus where the excerpt begins.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from inference.types import CaseFile, Evidence, ReadRange, SourceText


def joined(ranges: Iterable[ReadRange], contents: Mapping[str, str]) -> tuple[ReadRange, ...]:
    """Ranges in the order of the documents, those that touch or have white space alone between them made one."""
    places = {document_id: place for place, document_id in enumerate(contents)}
    whole: list[ReadRange] = []
    for each in sorted(ranges, key=lambda one: (places[one.document_id], one.start, one.end)):
        last = whole[-1] if whole else None
        if last is None or not _touch(last, each, contents[each.document_id]):
            whole.append(each)
        elif each.end > last.end:
            whole[-1] = replace(last, end=each.end)
    return tuple(whole)


def _touch(one: ReadRange, other: ReadRange, content: str) -> bool:
    same = one.document_id == other.document_id
    return same and (other.start <= one.end or not content[one.end : other.start].strip())


@dataclass(frozen=True)
class Excerpts:
    """Ranges of a matter that are read together, in the order of its documents; no two touch."""

    ranges: tuple[ReadRange, ...]
    case_file: CaseFile

    @classmethod
    def of(cls, ranges: Iterable[ReadRange], sources: Mapping[str, SourceText]) -> "Excerpts":
        """The excerpts of documents, which come in reading order."""
        own = joined(ranges, {key: each.content for key, each in sources.items()})
        texts = tuple(
            replace(
                sources[each.document_id], id=f"{place} {each.document_id}", content=_words(each, sources)
            )
            for place, each in enumerate(own)
        )
        return cls(own, CaseFile(texts))

    def in_document(self, evidence: Evidence) -> Evidence:
        """A quote of an excerpt as a quote of its document; raises KeyError where there is no such excerpt."""
        for own, text in zip(self.ranges, self.case_file.documents, strict=True):
            if text.id == evidence.document_id:
                start, end = own.start + evidence.start, own.start + evidence.end
                return replace(evidence, document_id=own.document_id, start=start, end=end)
        raise KeyError(evidence.document_id)


def _words(own: ReadRange, sources: Mapping[str, SourceText]) -> str:
    return sources[own.document_id].content[own.start : own.end]

"""The compact reader's scores, for memories that keep them. Knows that reader, not what is asked."""

from typing import TYPE_CHECKING

from inference.types import CaseFile, SourceText

from .encoding import Scored

if TYPE_CHECKING:
    from inference.compact.candidates import ReadText
    from inference.compact.reader import CompactReader


def scored_by(compact: "CompactReader | None") -> Scored | None:
    """What gives a document's scores, without those of its passages that address a machine."""
    if compact is None:
        return None
    reader = compact

    def scored(source: SourceText) -> "ReadText | None":
        (text,) = reader.read(CaseFile((source,))).texts
        return text

    return scored


def clause_types_of(compact: "CompactReader | None") -> tuple[str, ...]:
    """The clause types that its scores are about, column by column."""
    return tuple(compact.weights.types) if compact else ()

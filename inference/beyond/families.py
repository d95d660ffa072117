"""A matter's documents by family, from what is remembered of their openings. Knows descriptions, not texts."""

from collections.abc import Mapping, Sequence

from inference.families.ties import place_of, ties_among

from .document import DocumentMemory

Families = tuple[tuple[str, ...], ...]


def families_of(memory: Mapping[str, DocumentMemory]) -> Families:
    """Documents that surely hang on one another, masters first; families in the order of their first document."""
    described = {document_id: each.description for document_id, each in memory.items()}
    above = {tie.document_id: tie.master_id for tie in ties_among(described) if tie.sureness == "sure"}
    families: dict[str, list[str]] = {}
    for document_id in described:
        families.setdefault(_top(document_id, above), []).append(document_id)
    order = {document_id: place for place, document_id in enumerate(described)}
    return tuple(
        tuple(sorted(family, key=lambda own: (place_of(described[own]), order[own])))
        for family in families.values()
    )


def checked(families: Sequence[Sequence[str]], document_ids: Sequence[str]) -> Families:
    """Families as a caller knows them; raises ValueError unless each document of the matter is in just one."""
    named = sorted(each for family in families for each in family)
    if named != sorted(document_ids):
        raise ValueError("Each document of a matter must be in one family, and in no other.")
    return tuple(tuple(family) for family in families if family)


def _top(document_id: str, above: Mapping[str, str]) -> str:
    """The head of a family; what hangs on each other in a ring has its least id."""
    seen = [document_id]
    while (master := above.get(seen[-1])) is not None:
        if master in seen:
            return min(seen[seen.index(master) :])
        seen.append(master)
    return seen[-1]

"""Which documents of a matter are read together: all of them where they fit a reader, else family by family.

A family is a mail with its attachments, and an agreement with what surely hangs on it (documents/families.py), over any
number of steps. Archives are no family. The master comes first, then the others by date and number. A family that does
not fit is read in sections, or document by document where the window is too short for sections; identical copies are
read once.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models.functions import Left, Length

from review import engine
from review.documents.families import held_ties, places_of
from review.documents.models import Document, DocumentState
from review.matters.models import Matter

from .models import CaseFile, CaseFileText

FILLED = 0.9  # of a window: an estimate of tokens is off by some, and an answer needs room
SAMPLED, SAMPLE_LENGTH = 24, 4_000  # documents, and characters of each, that tokens are judged by
Parents = dict[UUID, tuple[UUID | None, str]]  # what each document came in, and its own kind
Places = dict[UUID, tuple[bool, str, int]]
UNPLACED = (True, "9999", 0)  # of a document whose opening tells no date
ARCHIVES = frozenset({"zip", "tar", "gz", "7z", "rar"})


@dataclass(frozen=True, slots=True)
class Piece:
    """One document as far as a plan has to know it."""

    document_id: UUID
    text_id: UUID
    name: str
    characters: int


@dataclass(frozen=True, slots=True)
class Unit:
    """Documents that are read together, in reading order, with an estimate of their tokens."""

    name: str
    pieces: tuple[Piece, ...]
    tokens: int

    @property
    def characters(self) -> int:
        return sum(piece.characters for piece in self.pieces)

    @property
    def key(self) -> str:
        """What names exactly these texts in this order."""
        return hashlib.sha256("\0".join(str(piece.text_id) for piece in self.pieces).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Plan:
    """How a matter is read with one reader; `window` is None where nothing tells it before the reader is opened."""

    units: tuple[Unit, ...]
    window: int | None
    counted_by: str  # "tokenizer" or "characters"
    takes_sections: bool = False  # whether the reader reads on where something is longer than its window

    @property
    def tokens(self) -> int:
        return sum(unit.tokens for unit in self.units)

    @property
    def too_long(self) -> tuple[Unit, ...]:
        """Single documents that this reader cannot read, as far as can be told before."""
        return () if self.takes_sections else self._longer

    @property
    def in_sections(self) -> tuple[Unit, ...]:
        """What is longer than the reader takes at once, as far as can be told before, and is read in sections."""
        return self._longer if self.takes_sections else ()

    @property
    def _longer(self) -> tuple[Unit, ...]:
        most = None if self.window is None else FILLED * self.window
        return tuple(unit for unit in self.units if most is not None and unit.tokens > most)


def plan_of(matter: Matter, spec: engine.ReaderSpec, *, is_across: bool = False) -> Plan:
    """How the matter would be read now: `is_across`, as one case file. Opens no reader, and loads no whole text."""
    ready = Document.objects.filter(matter_id=matter.pk, state=DocumentState.READY, duplicate_of=None)
    rows = ready.exclude(text=None).order_by("path", "pk").annotate(characters=Length("text__content"))
    pieces = [Piece(*row) for row in rows.values_list("pk", "text_id", "name", "characters")]
    characters = sum(piece.characters for piece in pieces)
    step = max(1, len(pieces) // SAMPLED)
    sampled = [piece.document_id for piece in pieces[::step][:SAMPLED]]
    sample = ready.filter(pk__in=sampled).values_list(Left("text__content", SAMPLE_LENGTH), flat=True)
    counted = engine.count_tokens(spec, [words for words in sample if words], characters)
    rate = counted.tokens / characters if characters else 0.0
    window, takes_sections = engine.window_of(spec), engine.reads_in_sections(spec)
    families = families_among(matter, pieces)
    whole = _unit(f"All of {matter.name}", [piece for family in families for piece in family], rate)
    is_one = is_across or (window is not None and whole.tokens <= FILLED * window)
    units = [whole] if is_one else _units(families, rate, None if takes_sections else window)
    return Plan(tuple(units) if pieces else (), window, counted.by, takes_sections)


def _units(families: Sequence[list[Piece]], rate: float, window: int | None) -> list[Unit]:
    """Family by family; with a window, those that are longer document by document."""
    units: list[Unit] = []
    for family in families:
        unit = _unit(family[0].name, family, rate)
        is_too_long = window is not None and unit.tokens > FILLED * window
        units += [_unit(piece.name, [piece], rate) for piece in family] if is_too_long else [unit]
    return units


def _unit(name: str, pieces: Sequence[Piece], rate: float) -> Unit:
    tokens = round(rate * sum(piece.characters for piece in pieces))
    return Unit(name[:255], tuple(pieces), tokens)


def families_among(matter: Matter, pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Documents by family, families in the order of their first document, each in reading order."""
    rows = Document.objects.filter(matter_id=matter.pk).values_list("pk", "parent_id", "kind")
    parents: Parents = {key: (parent, kind) for key, parent, kind in rows}
    heads = {key: _head(key, parents) for key in parents}
    ties = {each.document_id: each.master_id for each in held_ties(matter.pk).values() if each.is_used}
    above: dict[UUID, UUID] = {}
    for child, master in ties.items():
        if master is not None and (one := _top(heads[child], above)) != (other := _top(heads[master], above)):
            above[one] = other
    families: dict[UUID, list[Piece]] = {}
    for piece in pieces:
        families.setdefault(_top(heads[piece.document_id], above), []).append(piece)
    places = places_of(matter.pk) if ties else {}
    return [_in_reading_order(family, heads, ties, places) for family in families.values()]


def _top(head: UUID, above: dict[UUID, UUID]) -> UUID:
    """The head of the family that a head was joined to, with the way there made short."""
    top = head
    while top in above:
        top = above[top]
    while head in above:
        above[head], head = top, above[head]
    return top


def _in_reading_order(
    family: list[Piece], heads: dict[UUID, UUID], ties: dict[UUID, UUID | None], places: Places
) -> list[Piece]:
    """Masters that hang on nothing first, then by date and number; a mail stays with its attachments."""
    masters = {ties[piece.document_id] for piece in family if piece.document_id in ties}
    if not masters:
        return family
    groups: dict[UUID, list[Piece]] = {}
    for piece in family:
        groups.setdefault(heads[piece.document_id], []).append(piece)

    def place(group: list[Piece]) -> tuple[bool, str, int]:
        keys = [piece.document_id for piece in group]
        if any(key in masters and key not in ties for key in keys):
            return False, "", 0
        return min((True, *places.get(key, UNPLACED)[1:]) for key in keys if key in ties or len(keys) == 1)

    return [piece for group in sorted(groups.values(), key=place) for piece in group]


def _head(document_id: UUID, parents: Parents) -> UUID:
    """The document at the head of a family: the way up ends below an archive."""
    head = document_id
    for _ in range(len(parents)):
        above = parents[head][0]
        if above is None or parents[above][1] in ARCHIVES:
            break
        head = above
    return head


def keep_case_files(matter: Matter, units: Sequence[Unit]) -> list[CaseFile]:
    """The case file of each unit, in the same order; those known already are the same rows."""
    named = {"organization_id": matter.organization_id, "matter_id": matter.pk}
    made = [
        CaseFile(
            key=unit.key, name=unit.name, documents=len(unit.pieces), characters=unit.characters, **named
        )
        for unit in units
    ]
    keys = [unit.key for unit in units]
    known = set(CaseFile.objects.filter(matter_id=matter.pk, key__in=keys).values_list("key", flat=True))
    CaseFile.objects.bulk_create([each for each in made if each.key not in known])
    by_key = {each.key: each for each in CaseFile.objects.filter(matter_id=matter.pk, key__in=keys)}
    places = [
        CaseFileText(case_file=by_key[unit.key], text_id=piece.text_id, ordinal=ordinal, **named)
        for unit in units
        if unit.key not in known
        for ordinal, piece in enumerate(unit.pieces, start=1)
    ]
    CaseFileText.objects.bulk_create(places)
    return [by_key[key] for key in keys]


def texts_of(case_file: CaseFile) -> list[CaseFileText]:
    """The texts of a case file in reading order, with their documents."""
    return list(case_file.texts.select_related("text", "text__document").order_by("ordinal"))

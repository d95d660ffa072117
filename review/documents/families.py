"""Families: which document hangs on which, by the words of both or by a person's word.

The rule speaks whenever a text becomes ready, and again when another makes it say otherwise; what people say is
appended and holds before it. Only sure ties and people's are used for reading.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Left

from review import engine
from review.accounts.models import User
from review.errors import Conflict, Invalid
from review.tenancy.audit import record
from review.tenancy.turns import Turn, take_turn

from .models import Document, DocumentOpening, DocumentState, DocumentText, FamilyTie, TieWord

CAUGHT_UP = 50  # texts from before these rules that are described beside a new one

Described = dict[UUID, dict[str, Any]]  # by document


class NoWordToUndo(Conflict):
    code = "nothing_to_undo"
    sentence = "Nobody has joined or parted this document."


class JoinedAlready(Conflict):
    code = "joined_already"
    sentence = "This document is joined to that one already."


class PartedAlready(Conflict):
    code = "parted_already"
    sentence = "This document stands by itself already."


@dataclass(frozen=True, slots=True)
class Held:
    """What holds of a document: what it hangs on, by whose word, and why. Without a master it stands by itself."""

    document_id: UUID
    master_id: UUID | None
    said: str
    reason: str
    said_by: str = ""  # a person's name; empty for the rule

    @property
    def is_used(self) -> bool:
        """Whether the two are read together."""
        return self.master_id is not None and self.said in (TieWord.SURE, TieWord.JOINED)


def find_ties(text: DocumentText, *, is_first: bool = False) -> int:
    """Describe a text that became ready, and append what the rule now says of its matter. Returns how many rows.

    On a document whose first text it is nothing hangs yet, and nobody has described it.
    """
    opening = _describe(text, is_new=is_first)  # before the lock: it takes longer than all that follows
    take_turn(Turn.FAMILIES, text.matter_id)  # of two that become ready at once the later sees the other
    hanging = _openings(text.matter_id).filter(hangs=True)
    if not opening.hangs:
        others = {str(key): each for key, each in _described(hanging).items()}
        named = engine.family_ties({**others, str(text.document_id): opening.described})
        is_named = any(tie.master_id == str(text.document_id) for tie in named)
        if not is_named and (is_first or not FamilyTie.objects.filter(master_id=text.document_id).exists()):
            return 0
    _catch_up(text.matter_id)
    return _append(text, _described(_openings(text.matter_id)))


def _openings(matter_id: UUID) -> QuerySet[DocumentOpening]:
    """The openings of a matter's current texts; an identical copy hangs on nothing and nothing on it."""
    current = DocumentOpening.objects.filter(matter_id=matter_id, rules=engine.family_rules())
    return current.filter(text_id=F("text__document__text_id"), text__document__duplicate_of=None)


def _described(openings: QuerySet[DocumentOpening]) -> Described:
    return dict(openings.order_by("text__document__path").values_list("text__document_id", "described"))


def _describe(text: DocumentText, *, is_new: bool = False) -> DocumentOpening:
    """Store what the opening of a text says, unless it was described already; a new one is not looked for."""
    described = engine.describe_opening(text.content)
    key = {
        "organization_id": text.organization_id,
        "matter_id": text.matter_id,
        "text_id": text.pk,
        "rules": engine.family_rules(),
    }
    fields = {"hangs": bool(described["kind"]), "described": described}
    if is_new:
        return DocumentOpening.objects.create(**key, **fields)
    return DocumentOpening.objects.get_or_create(**key, defaults=fields)[0]


def _catch_up(matter_id: UUID) -> None:
    ready = Document.objects.filter(matter_id=matter_id, state=DocumentState.READY, duplicate_of=None)
    known = DocumentOpening.objects.filter(matter_id=matter_id, rules=engine.family_rules())
    missing = DocumentText.objects.filter(pk__in=ready.values("text_id")).exclude(
        pk__in=known.values("text_id")
    )
    opening = Left("content", engine.opening_length())
    for text in missing.defer("content", "original_content").annotate(opening=opening)[:CAUGHT_UP]:
        text.content = text.opening
        _describe(text)


def _append(text: DocumentText, described: Described) -> int:
    """Append what the rule says now wherever it differs from what it said last."""
    said = {
        UUID(tie.document_id): (
            UUID(tie.master_id),
            TieWord.SURE if tie.is_sure else TieWord.LIKELY,
            tie.reason,
        )
        for tie in engine.family_ties({str(key): each for key, each in described.items()})
    }
    last: dict[UUID, FamilyTie] = {}
    ordinals: dict[UUID, int] = {}
    for row in FamilyTie.objects.filter(matter_id=text.matter_id).order_by("ordinal"):
        ordinals[row.document_id] = row.ordinal
        if row.said_by_id is None:
            last[row.document_id] = row
    changed = 0
    for key in {**said, **last}:
        master, word, reason = said.get(key, (None, TieWord.APART, ""))
        before = last.get(key)
        held = (before.master_id, before.said, before.reason) if before else (None, TieWord.APART, "")
        if (master, word, reason) != held:
            _say(text, key, ordinals.get(key, 0) + 1, said=word, master_id=master, reason=reason)
            changed += 1
    return changed


def _say(place: DocumentText | Document, document_id: UUID, ordinal: int, **fields: Any) -> FamilyTie:
    tie = FamilyTie(
        organization_id=place.organization_id,
        matter_id=place.matter_id,
        document_id=document_id,
        ordinal=ordinal,
        **fields,
    )
    if tie.said in (TieWord.JOINED, TieWord.PARTED):
        tie.effective = tie
    tie.save(force_insert=True)
    master = str(tie.master_id) if tie.master_id else None
    record(tie.said_by, f"family.{tie.said}", tie.document, master=master)
    return tie


@transaction.atomic
def join_family(document: Document, master: Document, *, by: User, note: str = "") -> FamilyTie:
    """Say that a document hangs on another of its matter. Raises Invalid for two that cannot, JoinedAlready."""
    if document.matter_id != master.matter_id or document.pk == master.pk:
        raise Invalid("Choose another document of the same matter.")
    for each in (document, master):
        if each.text_id is None or each.duplicate_of_id is not None:
            raise Invalid(f"{each.name} has no text of its own, so nothing can be read together with it.")
    latest, held = _before(document)
    if _is_below(master.pk, document):
        raise Invalid(f"{master.name} itself hangs on this document. Part it first.")
    if held is not None and held.said == TieWord.JOINED and held.master_id == master.pk:
        raise JoinedAlready
    fields = {"said": TieWord.JOINED, "master_id": master.pk, "reason": note[:500]}
    return _say(document, document.pk, latest + 1, supersedes=held, said_by=by, **fields)


@transaction.atomic
def part_family(document: Document, *, by: User, note: str = "") -> FamilyTie:
    """Say that a document hangs on none, whatever the rule says. Raises PartedAlready."""
    latest, held = _before(document)
    if held is not None and held.said == TieWord.PARTED:
        raise PartedAlready
    fields = {"said": TieWord.PARTED, "reason": note[:500]}
    return _say(document, document.pk, latest + 1, supersedes=held, said_by=by, **fields)


@transaction.atomic
def undo_family(document: Document, *, by: User) -> FamilyTie:
    """Take back the word of a person that holds; without another the rule's holds again. Raises NoWordToUndo."""
    latest, held = _before(document)
    if held is None:
        raise NoWordToUndo
    fields = {"said": TieWord.UNDONE, "supersedes": held, "effective": held.supersedes}
    return _say(document, document.pk, latest + 1, said_by=by, **fields)


def _before(document: Document) -> tuple[int, FamilyTie | None]:
    """The last ordinal of a document, and the word of a person that holds of it."""
    take_turn(Turn.FAMILIES, document.matter_id)
    rows = list(FamilyTie.objects.filter(document=document).select_related("effective__supersedes"))
    said = [row for row in rows if row.said_by_id is not None]
    return (rows[-1].ordinal if rows else 0), (said[-1].effective if said else None)


def _is_below(key: UUID | None, document: Document) -> bool:
    """Whether the way up from a document passes another."""
    up = {each.document_id: each.master_id for each in held_ties(document.matter_id).values() if each.is_used}
    for _ in range(len(up) + 1):
        key = up.get(key) if key is not None else None
        if key == document.pk:
            return True
    return False


def held_ties(matter_id: UUID) -> dict[UUID, Held]:
    """What holds of each document of a matter of which anything was said, in one query."""
    by_rule: dict[UUID, FamilyTie] = {}
    by_person: dict[UUID, FamilyTie | None] = {}
    rows = FamilyTie.objects.filter(matter_id=matter_id).select_related("effective__said_by", "said_by")
    for row in rows.order_by("ordinal"):
        if row.said_by_id is None:
            by_rule[row.document_id] = row
        else:
            by_person[row.document_id] = row.effective
    held = {**by_rule, **{key: row for key, row in by_person.items() if row is not None}}
    return {
        key: Held(key, row.master_id, row.said, row.reason, row.said_by.name if row.said_by else "")
        for key, row in held.items()
    }


def places_of(matter_id: UUID) -> dict[UUID, tuple[bool, str, int]]:
    """Where each described document of a matter stands in its family."""
    return {key: engine.family_place(each) for key, each in _described(_openings(matter_id)).items()}

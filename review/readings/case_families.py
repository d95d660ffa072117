"""The families of a case file's documents, as they stand now: for the reader, and beside what it quotes."""

from uuid import UUID

from django.db.models.functions import Length

from .models import CaseFile
from .units import Piece, families_among


def families_in(case_file: CaseFile) -> list[list[Piece]]:
    """Its documents by family, in the order of their first ones."""
    rows = case_file.texts.order_by("ordinal").annotate(characters=Length("text__content"))
    pieces = [
        Piece(*row)
        for row in rows.values_list("text__document_id", "text_id", "text__document__name", "characters")
    ]
    return families_among(case_file.matter, pieces)


def family_names_in(case_file: CaseFile) -> dict[UUID, str]:
    """What the family of each document is called: by its first document, and how many more it has."""
    return {piece.document_id: _name(family) for family in families_in(case_file) for piece in family}


def _name(family: list[Piece]) -> str:
    others = len(family) - 1
    first = family[0].name
    return first if not others else f"{first} and {others:,} more"

"""How much of what is read in sections has still to be gone through, as far as parts have told what they left."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, QuerySet

from review.matters.models import Matter

from .models import CaseFileText, CasePart
from .units import Unit


@dataclass(frozen=True, slots=True)
class Left:
    """Code points that are not remembered; in `work` each counts once for vectors and once for scores."""

    case_files: int = 0
    characters: int = 0
    work: int = 0


def what_is_left(matter: Matter, units: Sequence[Unit], *, with_scores: bool) -> Left:
    """Of these units; `with_scores` is whether they are to be asked columns, for which passages are scored too."""
    if not units:
        return Left()
    parts = CasePart.objects.filter(matter_id=matter.pk, is_remembered=True, tokens__gt=0)
    by_columns = parts.filter(run__words="")
    vectors, scores = _texts_of(parts), _texts_of(by_columns) if with_scores else None
    begun = _begun(by_columns if with_scores else parts)
    left = [_left_of(unit, vectors, scores, begun.get(unit.key, 0.0)) for unit in units]
    return Left(
        sum(each.case_files for each in left),
        sum(each.characters for each in left),
        sum(each.work for each in left),
    )


def _left_of(unit: Unit, vectors: set[UUID], scores: set[UUID] | None, begun: float) -> Left:
    """Documents that no part has finished, or the rest of what one has begun, whichever is less."""
    without_vectors = sum(piece.characters for piece in unit.pieces if piece.text_id not in vectors)
    without_scores = sum(
        piece.characters for piece in unit.pieces if scores is not None and piece.text_id not in scores
    )
    rest = round(unit.characters * (1.0 - begun))
    times = 1 if scores is None else 2
    work = min(without_vectors + without_scores, times * rest)
    characters = min(max(without_vectors, without_scores), rest)
    return Left(int(characters > 0), characters, work)


def _texts_of(parts: QuerySet[CasePart]) -> set[UUID]:
    """The texts of case files that were gone through to the end."""
    case_files = parts.filter(tokens_read__gte=F("tokens")).values("case_file_id")
    return set(CaseFileText.objects.filter(case_file_id__in=case_files).values_list("text_id", flat=True))


def _begun(parts: QuerySet[CasePart]) -> dict[str, float]:
    """How far each case file was gone through at the most, by its key."""
    shares: dict[str, float] = {}
    for key, read, tokens in parts.values_list("case_file__key", "tokens_read", "tokens"):
        shares[key] = max(shares.get(key, 0.0), min(1.0, read / tokens))
    return shares

"""Which document of the matter a cell names: exactly, without its ending, or by its letters and digits alone."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

_ENDING = re.compile(r"\.(pdf|docx?|txt|eml|msg|rtf|tiff?|png|jpe?g)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """A document as it may be named: its path as delivered, its own name, and whether it is a copy of another."""

    id: UUID
    path: str
    name: str
    is_copy: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """The one document that was named, or how many it could be."""

    document: UUID | None
    candidates: int = 0


class DocumentNames:
    """The documents of a matter by every way of naming them."""

    def __init__(self, known: Sequence[Known]) -> None:
        self._by_way: list[dict[str, list[Known]]] = [{} for _ in _WAYS]
        for each in known:
            for way, by_name in zip(_WAYS, self._by_way, strict=True):
                for name in {way(each.path), way(each.name)}:
                    by_name.setdefault(name, []).append(each)

    def match(self, cell: str) -> Match:
        """The document a cell names; the strictest way of naming that fits anything decides."""
        named = unicodedata.normalize("NFC", cell).strip().replace("\\", "/")
        for way, by_name in zip(_WAYS, self._by_way, strict=True):
            wanted = way(named)
            found = by_name.get(wanted, []) if wanted else []
            originals = [each for each in found if not each.is_copy] or found[:1]
            if originals:
                return Match(originals[0].id if len(originals) == 1 else None, len(originals))
        return Match(None)


def _exact(name: str) -> str:
    return name


def _last_part(name: str) -> str:
    return name.rsplit("/", 1)[-1].strip().casefold()


def _without_ending(name: str) -> str:
    return _ENDING.sub("", _last_part(name)).strip()


def _letters(name: str) -> str:
    """Letters and digits, accents aside."""
    apart = unicodedata.normalize("NFKD", _without_ending(name))
    return "".join(character for character in apart if character.isalnum())


_WAYS = (_exact, _last_part, _without_ending, _letters)

"""What an answer rests on where its case file is longer than its reader's window: searched, and read again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from review import engine
from review.matters.models import Matter
from review.readers.models import ReaderProfile

from .models import CaseAnswer, CasePart
from .recipes import recipe_of
from .units import Plan

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Covered:
    """The facts of one answer, in documents and code points: every passage of what was searched was compared."""

    documents: int
    characters: int
    documents_searched: int
    characters_searched: int
    unreadable: tuple[str, ...]  # ids of texts whose language or characters cannot be searched
    read_again: tuple[engine.ReadAgain, ...]  # what stood before the model itself
    rounds: int
    note: str = ""  # a sentence of ours, where readings of several sections disagree

    @property
    def characters_read_again(self) -> int:
        return sum(each.end - each.start for each in self.read_again)

    @property
    def documents_read_again(self) -> int:
        return len({each.text_id for each in self.read_again})

    @property
    def sentence(self) -> str:
        """What it rests on, as people say it."""
        again = len(self.read_again)
        said = (
            f"Read in sections: {self._share} of {length_in_words(self.characters)} characters compared with the "
            f"question; {again:,} section{'s' if again != 1 else ''} ({self.characters_read_again:,} characters) of "
            f"{self.documents_read_again:,} document{'s' if self.documents_read_again != 1 else ''} read again by the "
            "model for it."
        )
        return " ".join(filter(None, (said, self._unsearched, self.note)))

    @property
    def _unsearched(self) -> str:
        if not self.unreadable:
            return ""
        return (
            f"{len(self.unreadable):,} document{'' if len(self.unreadable) == 1 else 's'} cannot be searched: the "
            "language or the characters are not those that this reader compares."
        )

    @property
    def _share(self) -> str:
        """Never 100 % of less than all."""
        if self.characters_searched >= self.characters:
            return "100 %"
        return f"{min(99.9, 100 * self.characters_searched / self.characters):.1f} %"


def as_kept(told: engine.CaseCovered | None) -> dict[str, Any] | None:
    """What a reader told, as JSON: numbers and ids, no words of a document."""
    return None if told is None else asdict(told)


def covered_by(answer: CaseAnswer) -> Covered | None:
    """What an answer rests on; None where its case file was read whole."""
    kept = answer.covered
    if kept is None:
        return None
    again = tuple(engine.ReadAgain(**each) for each in kept["read_again"])
    return Covered(**{**kept, "unreadable": tuple(kept["unreadable"]), "read_again": again})


def left_in_sections(
    matter: Matter, plan: Plan, profile: ReaderProfile, questions: Sequence[engine.Asked]
) -> dict[str, int]:
    """How many of the columns each unit that is read in sections has not been asked, by the unit's key.

    Reading in sections has a fingerprint of its own, which nobody knows before a part has told it.
    """
    keys = [unit.key for unit in plan.in_sections]
    parts = CasePart.objects.filter(matter_id=matter.pk, in_sections=True, case_file__key__in=keys)
    parts = parts.filter(run__profile=profile, run__edition=profile.edition, run__words="")
    told = dict(parts.order_by("run__created_at").values_list("case_file__key", "fingerprint"))
    return {key: len(questions) - _answered(matter, key, told.get(key, ""), questions) for key in keys}


def _answered(matter: Matter, key: str, fingerprint: str, questions: Sequence[engine.Asked]) -> int:
    if not fingerprint:
        return 0
    hashes = [recipe_of(fingerprint, asked) for asked in questions]
    answers = CaseAnswer.objects.filter(matter_id=matter.pk, case_file__key=key, recipe_hash__in=hashes)
    return answers.count()


def length_in_words(characters: int) -> str:
    """A number of code points: "12,345", "1.2 million"."""
    return f"{characters / MILLION:,.1f} million" if characters >= MILLION else f"{characters:,}"

"""`python -m inference.evaluation.doubted`: how often rules doubt what annotators marked as right answers.

All contracts of a half lie in one case file, as in a data room, so that each amendment stands behind contracts that
it does not change. The question is the clause type's own definition. Beside that, the same answers are cut so that
they mislead, and counted again.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from inference.clause_types import load_clause_types
from inference.doubts.examine import Examiner
from inference.types import CaseFile, Doubt, Evidence, Question, SourceText

from .cuad import Contract, load_contracts
from .cut_short import CutShort, cut_short

_QUESTIONS = {
    known.name.lower(): Question(known.name, known.name, known.definition, known.answer_type, known.name)
    for known in load_clause_types()
}


@dataclass(frozen=True)
class Doubted:
    """Of so many right answers, how many rules take away, and how many they make unclear where nobody can judge."""

    spans: int
    decisive: int
    weak: int
    kinds: dict[str, int]
    cut_short: dict[str, CutShort]


def doubted(contracts: Sequence[Contract]) -> Doubted:
    """Count the doubts about every marked answer of some contracts."""
    examiner = Examiner(CaseFile(tuple(SourceText(each.id, each.text) for each in contracts)))
    marked = list(_marked(contracts))
    found = [examiner.doubts(question, quote) for question, quote in marked]
    kinds = Counter(kind for doubts in found for kind in {_kind(doubt) for doubt in doubts})
    decisive = sum(any(doubt.is_decisive for doubt in doubts) for doubts in found)
    weak = sum(map(bool, found)) - decisive
    cuts = cut_short(marked, examiner.doubts)
    return Doubted(len(found), decisive, weak, dict(kinds.most_common()), cuts)


def _marked(contracts: Sequence[Contract]) -> Iterator[tuple[Question, Evidence]]:
    for each in contracts:
        for span in each.spans:
            words = each.text[span.start : span.end]
            if words.strip():
                yield _QUESTIONS[span.category.lower()], Evidence(each.id, span.start, span.end, words, 1.0)


def _kind(doubt: Doubt) -> str:
    return f"{doubt.kind}, {'decisive' if doubt.is_decisive else 'weak'}"


def main(arguments: list[str] | None = None) -> int:
    """Print the counts for contracts with even and with odd numbers."""
    parser = argparse.ArgumentParser(prog="python -m inference.evaluation.doubted", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    contracts = load_contracts(options.data)
    halves = {
        name: doubted([each for each in contracts if int(each.id) % 2 == odd])
        for odd, name in enumerate(("even", "odd"))
    }
    if options.json:
        print(json.dumps({name: asdict(half) for name, half in halves.items()}, indent=1))
        return 0
    for name, half in halves.items():
        print("\n".join(_lines(name, half)))
    return 0


def _lines(name: str, half: Doubted) -> Iterator[str]:
    yield f"{name}: {half.spans} answers, decisive {half.decisive / half.spans:.2%}, weak {half.weak / half.spans:.2%}"
    for kind, count in half.kinds.items():
        yield f"  {kind}: {count} ({count / half.spans:.2%})"
    for place, cut in half.cut_short.items():
        yield f"  cut {place}: {cut.cuts} quotes, decisive {cut.decisive}, weak {cut.weak}"


if __name__ == "__main__":
    sys.exit(main())

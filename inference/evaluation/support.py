"""`python -m inference.evaluation.support`: how many wrong answers a model's second reading lets through.

The first reading is scripted: it answers every question "found" with the quote of the case, right or wrong. From
there on all is real: the case file is read by the profile's model, which judges the quote, and the answer is checked.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from inference.engine.batch import Batch, Manner
from inference.engine.decode import Bounds, Finished, decode
from inference.engine.prompt import Template
from inference.engine.reading import EngineReading
from inference.engine.script import Draft, DraftQuote
from inference.engine.token_table import TokenTable
from inference.engine.vocabulary import Vocabulary
from inference.types import CaseAnswer

from .negatives import FAMILIES, SupportCase, support_cases

if TYPE_CHECKING:
    from inference.engine.loaded import LoadedModel

Answering = Callable[[SupportCase], CaseAnswer]


@dataclass(frozen=True)
class Family:
    """Of so many wrong answers and right ones, how many are still called "found" after the second reading."""

    family: str
    wrong: int
    wrong_found: int
    right: int
    right_found: int


def measure(cases: Sequence[SupportCase], answering: Answering) -> tuple[Family, ...]:
    """The families in their order, each with what is left of it, and last all of them together."""
    found = {case.id: answering(case).state == "found" for case in cases}
    families = [
        _counted(family, [case for case in cases if case.family == family], found) for family in FAMILIES
    ]
    return (*families, _counted("all", cases, found))


class ScriptedReader:
    """A model whose first reading is scripted and whose second is its own."""

    def __init__(self, loaded: "LoadedModel") -> None:
        self._loaded = loaded
        self._template = Template(loaded.tokenizer)
        size = int(loaded.model.config.get_text_config().vocab_size)
        self._table = TokenTable(self._template.plain, size)
        self._vocabulary = Vocabulary(self._table, ends=())
        self._manner = Manner(reason_tokens=0, second_reading=True, read_by=loaded.profile.name)

    def answer(self, case: SupportCase) -> CaseAnswer:
        """What becomes of "found" with the quote of a case."""
        reading = EngineReading(case.case_file, self._loaded, self._template, self._table)
        reading.prefill()
        batch = Batch(reading, [case.question], self._template, self._manner)
        asked = batch.waiting.popleft()
        passage = reading.prompt.passage_at(case.quote.document_id, case.quote.start).number
        draft = Draft("found", (DraftQuote(case.quote.quote, passage, 1.0),))
        answers = list(batch.take(Finished(asked.key, draft, (), 0, 0.0)))
        bounds = Bounds(self._loaded.profile.side_by_side, reading.room)
        for finished in decode(reading.prefix, batch.waiting, self._vocabulary.pens(reading.quote), bounds):
            answers += batch.take(finished)
        (answer,) = answers
        return answer


def main(arguments: list[str] | None = None) -> int:
    """Measure a profile's model on every case and print the counts; 2 when it cannot be opened."""
    options = _parser().parse_args(arguments)
    from inference.engine.load import load
    from inference.engine.profile import EngineProfile
    from inference.engine.reader import EngineReader

    try:
        loaded = load(EngineProfile.from_toml(options.profile))
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    some = [case for place, case in enumerate(support_cases()) if place // 2 % options.every == 0]
    families = measure(some, ScriptedReader(loaded).answer)
    judges = EngineReader(loaded).judges
    if options.json:
        figures = {"profile": loaded.profile.name, "judges": judges, "families": list(map(asdict, families))}
        print(json.dumps(figures, indent=1))
    else:
        print("\n".join(_lines(families, judges)))
    return 0


def _counted(family: str, cases: Sequence[SupportCase], found: dict[str, bool]) -> Family:
    wrong = [found[case.id] for case in cases if not case.supports]
    right = [found[case.id] for case in cases if case.supports]
    return Family(family, len(wrong), sum(wrong), len(right), sum(right))


def _lines(families: Sequence[Family], judges: bool) -> list[str]:
    trial = "passes the trial" if judges else "fails the trial, so that readings go without its second one"
    heads = f"{'':16} {'wrong':>6} {'still found':>12} {'right':>6} {'still found':>12}"
    rows = (
        f"{each.family:16} {each.wrong:6} {each.wrong_found:12} {each.right:6} {each.right_found:12}"
        for each in families
    )
    return [f"This model {trial}.", heads, *rows]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m inference.evaluation.support", description=__doc__)
    parser.add_argument("--profile", type=Path, required=True, metavar="FILE.toml")
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="only every Nth wrong answer and its twin"
    )
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())

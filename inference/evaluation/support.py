"""`python -m inference.evaluation.support`: how many wrong answers rules, and a model's second reading, let through.

The first reading is scripted: it answers every question "found" with the quote of the case, right or wrong. From
there on all is real: rules doubt the quote, and, with a profile, the case file is read by its model, which judges it.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from inference.doubts.examine import Examiner
from inference.doubts.weigh import DoubtedQuote, weighed
from inference.engine.batch import Batch, Manner
from inference.engine.decode import Bounds, Finished, decode
from inference.engine.prompt import Template
from inference.engine.reading import EngineReading
from inference.engine.script import Draft, DraftQuote
from inference.engine.token_table import TokenTable
from inference.engine.vocabulary import Vocabulary
from inference.types import CaseAnswer, CaseState

from .negatives import FAMILIES, SupportCase, fresh_cases, second_cases, support_cases

if TYPE_CHECKING:
    from inference.engine.loaded import LoadedModel

Answering = Callable[[SupportCase], CaseState]


@dataclass(frozen=True)
class Family:
    """Of so many wrong answers and right ones, what became of "found": still found, unclear, or unsupported."""

    family: str
    wrong: int
    wrong_found: int
    wrong_unclear: int
    wrong_unsupported: int
    right: int
    right_found: int


def measure(cases: Sequence[SupportCase], answering: Answering) -> tuple[Family, ...]:
    """The families in their order, each with what is left of it, and last all of them together."""
    states = {case.id: answering(case) for case in cases}
    families = [
        _counted(family, [case for case in cases if case.family == family], states) for family in FAMILIES
    ]
    return (*families, _counted("all", cases, states))


def by_rules(case: SupportCase) -> CaseState:
    """What becomes of "found" with the quote of a case where no model can judge, by doubts alone."""
    doubts = Examiner(case.case_file).doubts(case.question, case.quote)
    return weighed([DoubtedQuote(case.quote, doubts)], can_judge=False).state


def scripted_sets() -> dict[str, tuple[SupportCase, ...]]:
    """The cases the rules were made with, in two halves, those they were mended by, and those they never saw."""
    halves: tuple[list[SupportCase], ...] = ([], [])
    for case in support_cases():
        halves[int(case.id.split("-")[0]) % 2].append(case)
    return {
        "first, even frames": tuple(halves[0]),
        "first, odd frames": tuple(halves[1]),
        "second": second_cases(),
        "fresh": fresh_cases(),
    }


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
    """Measure rules alone, or a profile's model behind them, and print the counts; 2 when it cannot be opened."""
    options = _parser().parse_args(arguments)
    if options.scripted:
        return _show(
            {name: measure(cases, by_rules) for name, cases in scripted_sets().items()}, options.json
        )
    from inference.engine.load import load
    from inference.engine.profile import EngineProfile
    from inference.engine.reader import EngineReader

    try:
        loaded = load(EngineProfile.from_toml(options.profile))
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    some = [case for place, case in enumerate(support_cases()) if place // 2 % options.every == 0]
    reader = ScriptedReader(loaded)
    families = measure(some, lambda case: reader.answer(case).state)
    return _show({loaded.profile.name: families}, options.json, EngineReader(loaded).judges)


def _show(sets: dict[str, tuple[Family, ...]], as_json: bool, judges: bool | None = None) -> int:
    if as_json:
        rows = {name: list(map(asdict, families)) for name, families in sets.items()}
        print(json.dumps({"judges": judges, "sets": rows}, indent=1))
        return 0
    if judges is not None:
        trial = "passes" if judges else "fails"
        print(
            f"This model {trial} the trial"
            + ("." if judges else ", so that readings go without its second one.")
        )
    for name, families in sets.items():
        print("\n".join(_lines(name, families)))
    return 0


def _counted(family: str, cases: Sequence[SupportCase], states: dict[str, CaseState]) -> Family:
    wrong = [states[case.id] for case in cases if not case.supports]
    right = [states[case.id] for case in cases if case.supports]
    return Family(
        family,
        wrong=len(wrong),
        wrong_found=wrong.count("found"),
        wrong_unclear=wrong.count("unclear"),
        wrong_unsupported=wrong.count("unsupported"),
        right=len(right),
        right_found=right.count("found"),
    )


def _lines(name: str, families: Sequence[Family]) -> list[str]:
    wrong = f"{'wrong':>6} {'found':>6} {'unclear':>8} {'unsupported':>12}"
    heads = f"{name:20} {wrong} {'right':>6} {'found':>6} {'lost':>5}"
    rows = (
        f"  {each.family:18} {each.wrong:6} {each.wrong_found:6} {each.wrong_unclear:8} {each.wrong_unsupported:12} "
        f"{each.right:6} {each.right_found:6} {each.right - each.right_found:5}"
        for each in families
    )
    return [heads, *rows]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m inference.evaluation.support", description=__doc__)
    judge = parser.add_mutually_exclusive_group(required=True)
    judge.add_argument("--profile", type=Path, metavar="FILE.toml")
    judge.add_argument("--scripted", action="store_true", help="no model: rules alone, on all negatives")
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="only every Nth wrong answer and its twin"
    )
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())

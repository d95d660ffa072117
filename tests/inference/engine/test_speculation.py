"""Whatever is drafted, rightly or wrongly, every script writes what it writes when each choice has its own turn."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from inference.engine.decode import Asked, Bounds, Finished, Stopped, decode
from inference.engine.load import LoadedModel
from inference.engine.pens import Pen
from inference.engine.profile import DType
from inference.engine.prompt import Template
from inference.engine.quotes import OpenQuote
from inference.engine.reading import EngineReading
from inference.engine.script import (
    Choose,
    ConstraintFailed,
    Draft,
    Quote,
    Say,
    Script,
    Step,
    Words,
    Written,
    answer_script,
)
from inference.engine.text_pens import QuotePen
from inference.engine.token_table import TokenTable
from inference.engine.vocabulary import Vocabulary
from inference.types import CaseFile, SourceText

from .conftest import in_chunks_of
from .tiny_models import ARCHITECTURES, AUTHORED

Loaded = Callable[[str, DType], LoadedModel]
CASE_FILE = CaseFile((SourceText("letter", "Buyer shall pay for it.\n"), SourceText("deed", AUTHORED[:220])))
CLOSE_ENOUGH: dict[DType, float] = {"float32": 1e-4, "float64": 1e-10}
ROWS = 3


@dataclass(frozen=True)
class OwnQuote(Quote):
    """A quote that can be told from others."""

    key: str


Known = dict[str, list[int]]
Spoil = Callable[[list[int]], list[int]]


class Foreseen(QuotePen):
    """A quote whose tokens are noted, and whose drafts are what was noted the last time, spoilt."""

    def __init__(self, quote: OpenQuote, ahead: Sequence[int], spoil: Spoil, noted: list[int]) -> None:
        super().__init__(quote)
        self._ahead, self._spoil, self._noted = ahead, spoil, noted

    def begin(self) -> list[int]:
        return self._note(super().begin())

    def write(self, token: int, chance: float, watched: Sequence[float]) -> list[int]:
        return self._note(super().write(token, chance, watched))

    def draft(self, most: int) -> list[int]:
        return self._spoil(list(self._ahead[len(self._noted) :][:most]))[:most]

    def _note(self, tokens: list[int]) -> list[int]:
        self._noted += tokens
        return tokens


def right(draft: list[int]) -> list[int]:
    return draft


def spoilt_at(place: Callable[[int], int]) -> Spoil:
    def spoil(draft: list[int]) -> list[int]:
        wrong = place(len(draft))
        return [(token + 1) % 512 if n == wrong else token for n, token in enumerate(draft)]

    return spoil


SPOILS: dict[str, Spoil] = {
    "right": right,
    "first wrong": spoilt_at(lambda length: 0),
    "middle wrong": spoilt_at(lambda length: length // 2),
    "last wrong": spoilt_at(lambda length: length - 1),
    "too long": lambda draft: [*draft, 7, 8, 9],
}


class Counted:
    """A prefix whose forks count their passes."""

    def __init__(self, prefix: Any) -> None:
        self._prefix, self.passes = prefix, 0

    def fork(self, rows: int) -> Any:
        forks = self._prefix.fork(rows)
        for name in ("feed", "try_on"):
            setattr(forks, name, self._counting(getattr(forks, name)))
        return forks

    def _counting(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any) -> Any:
            self.passes += 1
            return work(*given)

        return counted


class Case:
    """A case file read by a tiny model, and scripts about it that quote."""

    def __init__(self, loaded: LoadedModel) -> None:
        loaded = in_chunks_of(loaded, 256)
        self.template = Template(loaded.tokenizer)
        self.table = TokenTable(self.template.plain, int(loaded.model.config.get_text_config().vocab_size))
        self.reading = EngineReading(CASE_FILE, loaded, self.template, self.table)
        self.reading.prefill()
        self.prefix = Counted(self.reading.prefix)

    def asked(self) -> list[Asked[Any]]:
        """Five ragged questions, more than go side by side."""
        encode = self.template.plain.encode
        return [
            Asked(f"q{n}", encode(f"Question{' why' * n}? ⟦"), quoting(f"q{n}", 1 + n % 3)) for n in range(5)
        ]

    def finish(
        self, bounds: Bounds, noted: Known, known: Known | None = None, spoil: Spoil = right
    ) -> Iterator[Finished[Any]]:
        """Each script's end; the tokens of each quote come to be `noted`, and those `known` are drafted, spoilt."""
        plain = Vocabulary(self.table, ends=()).pens(self.reading.quote)

        def pens(step: Step) -> Pen:
            if not isinstance(step, OwnQuote):
                return plain(step)
            ahead = known.get(step.key, []) if known else []
            return Foreseen(self.reading.quote(), ahead, spoil, noted.setdefault(step.key, []))

        return decode(self.prefix, deque(self.asked()), pens, bounds)

    def run(
        self, bounds: Bounds, known: Known | None = None, spoil: Spoil = right
    ) -> tuple[dict[str, Finished[Any]], Known]:
        """What all scripts came to, and the tokens of each of their quotes."""
        noted: Known = {}
        return {each.key: each for each in self.finish(bounds, noted, known, spoil)}, noted


def quoting(key: str, quotes: int) -> Script[tuple[Written, ...]]:
    """Some quotes with what is forced and chosen between them; what a quote lacks room for is left out."""
    written: list[Written] = []
    try:
        written.append((yield Choose(("found", "unclear"))))
        for number in range(quotes):
            yield Say("\nQuote: ⟦")
            written.append((yield OwnQuote(f"{key} {number}")))
            yield Say("\nMore: ⟦")
            written.append((yield Choose(("yes", "no"))))
        yield Say("\nReason: ⟦")
        written.append((yield Words(3)))
    except ConstraintFailed:
        written.append(Written("no room"))
    return tuple(written)


def same(one: dict[str, Finished[Any]], other: dict[str, Finished[Any]], exact: float) -> None:
    assert one.keys() == other.keys()
    for key, each in one.items():
        assert (each.tokens, each.chosen) == (other[key].tokens, other[key].chosen)
        for mine, theirs in zip(each.result, other[key].result, strict=True):
            assert mine.text == theirs.text
            assert [mine.chance, *mine.shares] == pytest.approx([theirs.chance, *theirs.shares], abs=exact)


@pytest.fixture(scope="module")
def case(loaded: Loaded) -> Case:
    return Case(loaded("qwen2", "float64"))


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_drafts_change_nothing_in_any_architecture(loaded: Loaded, architecture: str) -> None:
    case = Case(loaded(architecture, "float32"))
    bounds = Bounds(ROWS, case.reading.room)
    plain, known = case.run(replace(bounds, drafts=False))
    spoken, noted = case.run(bounds, known, SPOILS["last wrong"])
    same(spoken, plain, CLOSE_ENOUGH["float32"])
    assert noted == known


@pytest.mark.parametrize(
    ("architecture", "dtype"), [("qwen2", "float64"), ("deepseek_v2", "float64"), ("glm", "float32")]
)
def test_right_and_wrong_drafts_change_nothing_but_the_number_of_turns(
    loaded: Loaded, architecture: str, dtype: DType
) -> None:
    case = Case(loaded(architecture, dtype))
    bounds = Bounds(ROWS, case.reading.room)
    plain, known = case.run(replace(bounds, drafts=False))
    passes = {"plain": case.prefix.passes}
    assert max(map(len, known.values())) > 5
    for name, spoil in SPOILS.items():
        case.prefix.passes = 0
        spoken, noted = case.run(bounds, known, spoil)
        same(spoken, plain, CLOSE_ENOUGH[dtype])
        assert noted == known
        passes[name] = case.prefix.passes
    assert passes["first wrong"] == passes["plain"]
    assert passes["right"] <= passes["last wrong"] < passes["plain"]


def test_a_drafted_quote_takes_one_turn_more_than_what_is_chosen_around_it(case: Case) -> None:
    bounds = Bounds(1, case.reading.room)
    plain, known = case.run(replace(bounds, drafts=False))
    case.prefix.passes = 0
    case.run(bounds, known)
    free = sum(each.chosen for each in plain.values())
    assert case.prefix.passes < free
    quotes = sum(1 + n % 3 for n in range(5))
    around = sum(1 + 1 + n % 3 + 4 for n in range(5))  # found or not, more or not, three words and their end
    assert case.prefix.passes <= around + quotes * (1 + max(len(own) for own in known.values()) // 32 + 1)


@pytest.mark.parametrize("room", range(4, 60, 11))
def test_the_window_is_full_at_the_same_token(case: Case, room: int) -> None:
    bounds = Bounds(ROWS, len(case.asked()[0].tokens) + room)
    plain, known = case.run(replace(bounds, drafts=False))
    _, further = case.run(Bounds(ROWS, drafts=False))  # drafts of more than there is room for
    assert any(each.result[-1].text == "no room" for each in plain.values())
    same(case.run(bounds, further)[0], plain, 1e-10)
    same(case.run(bounds, known, SPOILS["too long"])[0], plain, 1e-10)


def test_what_a_case_file_itself_drafts_changes_nothing(loaded: Loaded) -> None:
    case = Case(loaded("llama", "float64"))
    pens = Vocabulary(case.table, ends=()).pens(case.reading.quote)

    def answers(*, drafts: bool) -> Iterator[tuple[str, tuple[int, ...], int, Draft]]:
        asked = deque(
            Asked(str(n), case.template.plain.encode(f"{'what ' * n}⟦"), answer_script(one_passage, 2))
            for n in range(4)
        )
        for each in decode(case.prefix, asked, pens, Bounds(2, case.reading.room, drafts=drafts)):
            yield each.key, each.tokens, each.chosen, replace(each.result, quotes=())

    def one_passage(words: str) -> tuple[int, ...]:
        return case.reading.passages_of(words)

    assert sorted(answers(drafts=True)) == sorted(answers(drafts=False))


@pytest.mark.parametrize("most", [1, 3])
def test_called_off_among_drafts_it_keeps_what_is_finished(case: Case, most: int) -> None:
    plain, known = case.run(Bounds(ROWS, drafts=False))
    kept: dict[str, Finished[Any]] = {}

    def take() -> None:
        bounds = Bounds(ROWS, cancelled=lambda: len(kept) >= most)
        for each in case.finish(bounds, {}, known):
            kept[each.key] = each

    with pytest.raises(Stopped) as stopped:
        take()
    assert stopped.value.why == "cancelled"
    assert sorted([*kept, *stopped.value.unfinished]) == sorted(plain)
    same(kept, {key: plain[key] for key in kept}, 1e-10)

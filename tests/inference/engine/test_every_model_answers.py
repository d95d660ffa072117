"""Every architecture in every kind of weights answers about a case file and quotes it exactly, twice the same."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from inference.engine.blocks import BLOCK
from inference.engine.decode import Asked, Bounds, decode
from inference.engine.load import load
from inference.engine.profile import Cache, EngineProfile, Quantization
from inference.engine.prompt import Template
from inference.engine.reader import EngineReader
from inference.engine.reading import EngineReading
from inference.engine.script import Choose, DraftQuote, Quote, Say, Script
from inference.engine.token_table import TokenTable
from inference.engine.vocabulary import Vocabulary
from inference.types import AskUsage, CaseAnswer, CaseFile, Evidence, Question, SourceText

from .tiny_models import ARCHITECTURES

KINDS: tuple[tuple[Quantization, Cache], ...] = (
    ("none", "int8"),
    ("none", "int4"),
    ("int8", "model"),
    ("nf4", "int8"),
)
TEXTS = {
    "letter": "Buyer shall pay for it within thirty days.\n",
    "deed": "Neither party may assign this Agreement.\n",
}
CASE_FILE = CaseFile(tuple(SourceText(*each) for each in TEXTS.items()))
ASKED = [
    Question(f"q{number}", name, "What is agreed?", "text")
    for number, name in enumerate(("Payment", "Assignment", "Term"))
]


def answers(engine: EngineReader) -> list[CaseAnswer]:
    """What is answered, without what it took."""
    free = AskUsage(0, 0.0, 0, 0.0)
    reading = engine.read(CASE_FILE)
    return [replace(each, usage=free) for each in engine.ask(reading, ASKED, second_reading=False)]


def quoting(reading: EngineReading) -> Script[DraftQuote]:
    """An answer that has no choice but to be found; its words and their passage are the model's own."""
    yield Choose(("found",))
    yield Say("\nQuote: ⟦")
    words = yield Quote()
    yield Say("\nAt: ⟦")
    at = yield Choose(tuple(map(str, reading.passages_of(words.text))))
    return DraftQuote(words.text, int(at.text), words.chance)


def quotes(profile: EngineProfile) -> list[Evidence | None]:
    """One quote for each question, by a model that untrained would mostly say "not found"."""
    loaded = load(profile)
    template = Template(loaded.tokenizer)
    table = TokenTable(template.plain, int(loaded.model.config.get_text_config().vocab_size))
    reading = EngineReading(CASE_FILE, loaded, template, table)
    reading.prefill()
    waiting = deque(Asked(each.id, template.question(each), quoting(reading)) for each in ASKED)
    pens = Vocabulary(table, ends=()).pens(reading.quote)
    finished = decode(reading.prefix, waiting, pens, Bounds(profile.side_by_side, reading.room))
    return [reading.evidence(each.result) for each in finished]


@pytest.mark.parametrize(("quantization", "cache"), KINDS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_architecture_answers_in_every_kind_and_quotes_exactly(
    model_folder: Callable[[str], Path], architecture: str, quantization: Quantization, cache: Cache
) -> None:
    profile = EngineProfile(model_folder(architecture), quantization, chunk=64, reason_tokens=4, cache=cache)
    engine = EngineReader.open(profile)
    assert engine.count(CASE_FILE) > 2 * BLOCK
    given = answers(engine)
    assert {each.question_id for each in given} == {question.id for question in ASKED}
    assert answers(engine) == given

    quoted = quotes(profile)
    assert len(quoted) == len(ASKED)
    for quote in quoted:
        assert quote is not None
        assert quote.quote.strip()
        assert TEXTS[quote.document_id][quote.start : quote.end] == quote.quote

"""`python -m inference bench speculate`: answers with quotes, each choice in a turn of its own and along drafts.

Two models: the trained stand-in, which quotes clauses of generated agreements by itself, and a shape with random
weights and a longer case file, which is told to quote so many tokens from a clause on, wherever that ends: its passes
cost what they cost, but how often a real model's quotes are as easy to guess is what the stand-in alone can say.
"""

import json
import tempfile
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from inference.engine.decode import Asked, Bounds, Finished, Prefix, decode
from inference.engine.load import load
from inference.engine.loaded import LoadedModel
from inference.engine.plain_tokens import CLOSE
from inference.engine.profile import Cache, EngineProfile
from inference.engine.prompt import Template
from inference.engine.reading import EngineReading
from inference.engine.script import Draft, answer_script
from inference.engine.token_table import TokenTable
from inference.engine.vocabulary import Vocabulary
from inference.evaluation.needle.agreements import Agreements, asked_for
from inference.evaluation.needle.command import STANDIN
from inference.evaluation.needle.sized import of_tokens

from .clock import device_name, timed
from .dictated import Counted, Dictated
from .engine import Shape
from .random_model import save

SIDE_BY_SIDE = (1, 4, 16)  # questions
STANDIN_TOKENS = 1_700  # what its window holds beside questions
ROOM = 512  # tokens of a question and its answer


@dataclass(frozen=True)
class Case:
    """A model that has read agreements, and its words."""

    agreements: Agreements
    reading: EngineReading
    template: Template
    vocabulary: Vocabulary

    @classmethod
    def read(cls, loaded: LoadedModel, tokens: int) -> "Case":
        """Agreements of nearly so many tokens."""
        template = Template(loaded.tokenizer)
        table = TokenTable(template.plain, int(loaded.model.config.get_text_config().vocab_size))
        agreements = of_tokens("speculate", tokens, lambda each: template.case(each).tokens)
        reading = EngineReading(agreements.case_file, loaded, template, table)
        reading.prefill()
        return cls(agreements, reading, template, Vocabulary(table, ends=()))

    def asked(self, questions: int) -> list[Asked[Draft]]:
        """So many questions, each about a clause of its own, spread over the agreements."""
        clauses = self.agreements.clauses[:: len(self.agreements.clauses) // questions][:questions]
        return [
            Asked(
                clause.name,
                self.template.question(asked_for(clause.name, way)),
                answer_script(self.reading.passages_of, 0),
            )
            for way, clause in enumerate(clauses)
        ]

    def answers(self, prefix: Prefix, questions: int, *, drafts: bool) -> list[Finished[Draft]]:
        """What the questions come to, in their order."""
        pens = self.vocabulary.pens(self.reading.quote)
        bounds = Bounds(questions, self.reading.room, drafts=drafts)
        ends = {each.key: each for each in decode(prefix, deque(self.asked(questions)), pens, bounds)}
        return [ends[each.key] for each in self.asked(questions)]

    def dictation(self, questions: int, tokens: int) -> Mapping[tuple[int, ...], Sequence[int]]:
        """For each question an answer with one quote: so many tokens, or a few more, from the clause's first on."""
        found = {}
        by_name = {clause.name: clause for clause in self.agreements.clauses}
        contents = {each.id: each.content for each in self.agreements.case_file.documents}
        encode = self.template.plain.encode
        for each in self.asked(questions):
            clause = by_name[each.key]
            quote = self._beginning(contents[clause.document_id][clause.start :], tokens)
            (passage, *_) = self.reading.passages_of(quote)
            pieces = ("found⟧", "\nQuote: ⟦", quote, CLOSE, "\nAt: ⟦", f"{passage}⟧", "\nMore: ⟦", "no⟧")
            found[tuple(each.tokens)] = [token for piece in pieces for token in encode(piece)]
        return found

    def _beginning(self, text: str, tokens: int) -> str:
        """Its first words, so many tokens or a few more; all of it where it is shorter."""
        words = text.split(" ")
        begun = (" ".join(words[:count]).rstrip() for count in range(1, len(words)))
        longer = (each for each in begun if len(self.template.plain.encode(each)) >= tokens)
        return next(longer, text.rstrip())


def bench_speculate(*, prefix: int, quote: int, cache: Cache, as_json: bool) -> int:
    """Measure both models both ways and print turns, seconds and shares; 1 where the answers differ."""
    torch.set_num_threads(torch.get_num_threads() if torch.cuda.is_available() else 1)
    standin = Case.read(load(EngineProfile(STANDIN, dtype="float32", chunk=512, cache=cache)), STANDIN_TOKENS)
    rows = [_measured("stand-in", standin, standin.reading.prefix, count) for count in SIDE_BY_SIDE]
    with tempfile.TemporaryDirectory() as folder:
        case = Case.read(_random(Path(folder), prefix, cache), prefix)
        for count in SIDE_BY_SIDE:
            told = Dictated(case.reading.prefix, case.dictation(count, quote))
            rows.append(_measured("random weights, dictated", case, told, count))
    figures = {
        "device": device_name(),
        "cache": cache,
        "rows": rows,
        "pass": all(row["same"] for row in rows),
    }
    print(json.dumps(figures, indent=1) if as_json else _page(figures))
    return 0 if figures["pass"] else 1


def _random(folder: Path, tokens: int, cache: Cache) -> LoadedModel:
    """A shape with random weights, in the words of the stand-in."""
    shape = Shape.large() if torch.cuda.is_available() else Shape.small()
    save(shape.config, shape.dtype, folder)
    loaded = load(EngineProfile(folder, dtype=shape.dtype, window=tokens + ROOM, cache=cache))
    return replace(loaded, tokenizer=load(EngineProfile(STANDIN, dtype="float32")).tokenizer)


def _measured(model: str, case: Case, prefix: Prefix, questions: int) -> dict[str, Any]:
    plain, drafted = Counted(prefix), Counted(prefix)
    one_by_one, seconds = timed(lambda: case.answers(plain, questions, drafts=False))
    along, less = timed(lambda: case.answers(drafted, questions, drafts=True))
    tokens = sum(len(each.tokens) for each in along)
    return {
        "model": model,
        "prefix_tokens": case.reading.total,
        "questions": questions,
        "answer_tokens": tokens,
        "chosen_tokens": sum(each.chosen for each in along),
        "quoted_characters": sum(len(quote.text) for each in along for quote in each.result.quotes),
        "turns": plain.turns,
        "turns_drafted": drafted.turns,
        "tokens_a_turn": round(tokens / plain.turns / questions, 2),
        "tokens_a_turn_drafted": round(tokens / drafted.turns / questions, 2),
        "drafted": drafted.drafted,
        "stood": round(drafted.stood / max(1, drafted.drafted), 3),
        "seconds": round(seconds, 3),
        "seconds_drafted": round(less, 3),
        "times_as_fast": round(seconds / less, 2),
        "same": [(e.tokens, e.chosen) for e in one_by_one] == [(e.tokens, e.chosen) for e in along],
    }


def _page(figures: dict[str, Any]) -> str:
    lines = [f"{figures['device']}; case file kept as {figures['cache']}"]
    for row in figures["rows"]:
        lines.append(
            f"{row['model']:24} {row['prefix_tokens']:>6,} tokens, {row['questions']:>2} questions: turns "
            f"{row['turns']:>3} to {row['turns_drafted']:>2}, seconds {row['seconds']:>7} to "
            f"{row['seconds_drafted']:>7} ({row['times_as_fast']} times as fast); of {row['drafted']:>4} drafted "
            f"tokens {row['stood']:.0%} stood; {'the same tokens' if row['same'] else 'OTHER TOKENS'}"
        )
    return "\n".join(lines)

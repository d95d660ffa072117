"""Answers with quotes by one model that has read generated agreements: what is asked, answered or dictated."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inference.engine.decode import Asked, Bounds, Finished, Prefix, decode
from inference.engine.loaded import LoadedModel
from inference.engine.plain_tokens import CLOSE
from inference.engine.prompt import Template
from inference.engine.reading import EngineReading
from inference.engine.script import Draft, answer_script
from inference.engine.token_table import TokenTable
from inference.engine.vocabulary import Vocabulary
from inference.evaluation.needle.agreements import Agreements, asked_for
from inference.evaluation.needle.sized import of_tokens


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

"""How fast a model reads and answers, on one case file. Knows clocks and usage."""

import time
from dataclasses import asdict, dataclass
from typing import Any

from inference.engine.reader import EngineReader
from inference.evaluation.needle.agreements import asked_for
from inference.evaluation.needle.sized import of_tokens


@dataclass(frozen=True)
class Speed:
    """Tokens a second, questions a minute, and what that was measured on."""

    case_file_tokens: int
    questions: int
    prefill_tokens_a_second: float
    decode_tokens_a_second: float
    questions_a_minute: float

    def __str__(self) -> str:
        return f"{self.questions_a_minute:,.0f} questions a minute"

    @property
    def note(self) -> str:
        """What lies behind it, in a sentence."""
        return (
            f"{self.questions} questions about {self.case_file_tokens:,} tokens; "
            f"{self.prefill_tokens_a_second:,.0f} tokens a second read, {self.decode_tokens_a_second:,.0f} chosen."
        )

    def json(self) -> dict[str, Any]:
        """Stable keys."""
        return {key: round(value, 1) for key, value in asdict(self).items()}


def timed(reader: EngineReader, tokens: int) -> Speed:
    """Read a case file of about so many tokens and ask twice as many questions as stand side by side."""
    agreements = of_tokens("speed", tokens, reader.count)
    begun = time.perf_counter()
    reading = reader.read(agreements.case_file)
    read = time.perf_counter()
    some = agreements.clauses[: 2 * reader.profile.side_by_side]
    answers = list(reader.ask(reading, [asked_for(each.name) for each in some], second_reading=False))
    asked = time.perf_counter() - read
    chosen = sum(answer.usage.decode_tokens for answer in answers)
    return Speed(
        reading.total, len(some), reading.total / (read - begun), chosen / asked, len(some) / asked * 60
    )

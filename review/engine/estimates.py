"""How long a case file is and how much a reader takes at once, told without opening a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .specs import ReaderSpec, profile_of

CHARACTERS_A_TOKEN = 4.4  # English contracts, measured over common tokenizers; for estimates only


@dataclass(frozen=True, slots=True)
class Counted:
    """An estimate of tokens, and by what: the model's "tokenizer" on a sample, or "characters"."""

    tokens: int
    by: str


def window_of(spec: ReaderSpec) -> int | None:
    """How many tokens a reader takes at once, told from its description and folder; None where nothing says so."""
    if spec.kind != "engine":
        return spec.window
    from inference.engine.estimate import window_of as engine_window

    return engine_window(profile_of(spec))


def reads_in_sections(spec: ReaderSpec) -> bool:
    """Whether a reader takes what is longer than its window in sections; not where nothing tells the window."""
    from inference.beyond.model import takes_excerpts

    window = window_of(spec)
    return window is not None and takes_excerpts(window, spec.reason_tokens)


def count_tokens(spec: ReaderSpec, sample: Sequence[str], characters: int) -> Counted:
    """About how many tokens so many characters take, judged by a sample of them. Opens no model."""
    counted = sum(map(len, sample))
    if spec.kind == "engine" and counted:
        from inference.engine.estimate import tokens_of
        from inference.types import CaseFile, SourceText

        documents = tuple(SourceText(str(place), words) for place, words in enumerate(sample))
        tokens = tokens_of(Path(spec.model), CaseFile(documents))
        if tokens is not None:
            return Counted(round(tokens * characters / counted), "tokenizer")
    return Counted(round(characters / CHARACTERS_A_TOKEN), "characters")

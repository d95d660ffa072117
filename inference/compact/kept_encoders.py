"""Encoders trained without each fold, and what they said of it, kept in a folder so that a run can go on later.

Each file is named by what it was made of; a file made of something else is not taken for it.
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inference.evaluation.cuad import Contract
from inference.tokens import WordPieces

from .context import Floats
from .encode import Encoded, EncoderModel
from .encoder import Encoder
from .encoder_examples import TokenExample, token_example
from .encoder_file import load_encoder, save_encoder
from .examples import Example
from .fit_compact import keep_arrays
from .fit_encoder import EncoderFit, Recipe, Trained
from .readout import Readout
from .start_from import pretrained

Say = Callable[[str], None]
ALL = -1  # in place of a fold: trained on every contract


class KeptEncoders:
    """Trains what is missing and reads with what is there."""

    def __init__(
        self,
        folder: Path,
        examples: Sequence[Example],
        folds: Sequence[int],
        types: Sequence[str],
        stages: Sequence[Recipe],
        say: Say,
        start: Callable[[], tuple[Encoder, list[str]]] = pretrained,
    ) -> None:
        self.folder, self.examples, self.folds, self.types = folder, examples, folds, types
        self.stages, self.say, self.start = tuple(stages), say, start
        made_of = (self.stages, types, folds, [_digest(example.contract) for example in examples])
        self._name = hashlib.sha256(repr(made_of).encode()).hexdigest()[:12]
        self._tokens: list[TokenExample] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def file(self, fold: int) -> Path:
        """Where the encoder without a fold lies; `ALL` for that of every contract."""
        return self.folder / f"encoder-{self._fold_name(fold)}-{self._name}.safetensors"

    def train(self, fold: int, likely: Callable[[], Sequence[Floats]]) -> Path:
        """Train the encoder without a fold unless it is there; `likely` gives [segments] for each contract."""
        path = self.file(fold)
        if path.is_file():
            return path
        self.say(f"encoder without fold {fold}" if fold != ALL else "encoder of all contracts")
        encoder, words = self.start()
        pieces = WordPieces(words)
        if self._tokens is None:
            self._tokens = [token_example(example, pieces, self.types) for example in self.examples]
        inner = [number for number, own in enumerate(self.folds) if own != fold]
        seemed = likely()
        trained = self._staged(
            path, encoder, pieces, [self._tokens[n] for n in inner], [seemed[n] for n in inner]
        )
        half_written = path.with_suffix(".part")
        save_encoder(EncoderModel(trained.encoder, trained.readout, pieces), words, half_written)
        half_written.replace(path)
        for left in self.folder.glob(f"{path.stem}.stage-*"):
            left.unlink()
        return path

    def _staged(
        self,
        path: Path,
        encoder: Encoder,
        pieces: WordPieces,
        tokens: Sequence[TokenExample],
        likely: Sequence[Floats],
    ) -> Trained:
        """Every stage from the last one that was finished, each ended by a file of its own."""
        trained = Trained(encoder, Readout(encoder.shape.width, len(self.types)))
        for number, recipe in enumerate(self.stages, start=1):
            ended = path.with_suffix(f".stage-{number}")
            checkpoint = path.with_suffix(f".stage-{number}.checkpoint")
            if ended.is_file():
                trained.load(ended)
                continue
            self.say(f"stage {number} of {len(self.stages)}")
            before = trained.readout if number > 1 else None
            fit = EncoderFit(
                trained.encoder,
                len(self.types),
                pieces,
                recipe,
                checkpoint=checkpoint,
                say=self.say,
                readout=before,
            )
            trained = fit.fit(tokens, likely)
            trained.save(ended)
            checkpoint.unlink(missing_ok=True)
        return trained

    def said(self, fold: int) -> dict[int, Encoded]:
        """What the encoder that never saw a fold says of its contracts, by their numbers."""
        model, sha256 = load_encoder(self.file(fold))
        numbers = [number for number, own in enumerate(self.folds) if own == fold]
        cut = hashlib.sha256(
            repr([self.examples[number].segments for number in numbers]).encode()
        ).hexdigest()
        kept = self.folder / f"said-{self._fold_name(fold)}-{sha256[:12]}-{cut[:12]}.npz"
        if kept.is_file():
            with np.load(kept, allow_pickle=False) as arrays:
                return {n: self._again(model, n, arrays[f"inside_{n}"], arrays[f"odds_{n}"]) for n in numbers}
        said = {}
        for place, number in enumerate(numbers, start=1):
            example = self.examples[number]
            said[number] = model.read(example.contract.text, example.segments)
            if place % 20 == 0:
                self.say(f"fold {fold}: {place} of {len(numbers)} contracts read")
        made: dict[str, npt.NDArray[np.generic]] = {f"inside_{n}": one.inside for n, one in said.items()}
        keep_arrays(kept, made | {f"odds_{n}": one.odds for n, one in said.items()})
        return said

    def _again(self, model: EncoderModel, number: int, inside: Floats, odds: Floats) -> Encoded:
        example = self.examples[number]
        spans = [(segment.start, segment.end) for segment in example.segments]
        pieces = model.pieces.cut(example.contract.text, spans)
        return Encoded(pieces, inside.astype(np.float16), odds)

    @staticmethod
    def _fold_name(fold: int) -> str:
        return "all" if fold == ALL else str(fold)


def _digest(contract: Contract) -> str:
    return hashlib.sha256(f"{contract.text}{contract.spans}".encode()).hexdigest()

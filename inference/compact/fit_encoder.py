"""Trains the encoder and its heads on sampled windows: resumable, with progress, the same seed giving the same run.

On a GPU when there is one; on a CPU in bf16 with single-precision master weights.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from inference.tokens import WordPieces

from .context import Floats
from .encoder import Encoder
from .encoder_examples import Stretch, TokenExample, stretches
from .readout import Readout

Say = Callable[[str], None]
KEEP_EVERY = 50  # steps between checkpoints


@dataclass(frozen=True)
class Recipe:
    """How one stage of the encoder's training runs; frozen before cross-validation."""

    passes: int = 2
    frozen_layers: int = 2  # lowest layers left as they come, like the word vectors: a pass costs less
    window: int = 190  # tokens, without the two that frame it
    edge: int = 12  # tokens at a cut edge that teach nothing: they lack their neighbours
    batch: int = 16
    without_answers: float = 0.7
    rate: float = 2e-4
    heads_rate: float = 2e-3
    decay: float = 0.01
    warm_up: float = 0.06
    layer_decay: float = 0.9  # a lower layer learns more slowly by this factor
    hidden_words: float = 0.06  # share of tokens masked out, against learning by heart
    answer_weight: float = 2.0  # of a segment that belongs to an answer
    average: float = 0.995  # of the running mean of the weights that is kept
    seed: int = 7


# A second stage of all layers is left out: it takes longer than the first (inference/README.md says what it adds).
STAGES = (Recipe(),)


@dataclass
class Trained:
    """The encoder with its heads, single precision."""

    encoder: Encoder
    readout: Readout

    def save(self, path: Path) -> None:
        """Write both as they are, for a later stage to begin from."""
        half_written = path.with_suffix(".part")
        torch.save({"encoder": self.encoder.state_dict(), "readout": self.readout.state_dict()}, half_written)
        half_written.replace(path)

    def load(self, path: Path) -> None:
        """Take the weights that `save` wrote."""
        kept = torch.load(path, map_location="cpu", weights_only=True)
        self.encoder.load_state_dict(kept["encoder"])
        self.readout.load_state_dict(kept["readout"])


@dataclass
class _Run:
    """What a checkpoint holds besides the weights."""

    step: int = 0
    losses: list[float] = field(default_factory=list)


class EncoderFit:
    """One stage; `fit` goes on from the checkpoint when there is one. `readout` is that of an earlier stage."""

    def __init__(
        self,
        encoder: Encoder,
        types: int,
        pieces: WordPieces,
        recipe: Recipe,
        *,
        checkpoint: Path | None,
        say: Say,
        readout: Readout | None = None,
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.pieces, self.checkpoint, self.say = recipe, pieces, checkpoint, say
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.encoder = encoder.to(self.device)
        self.readout = (readout or Readout(encoder.shape.width, types)).to(self.device)
        freeze(self.encoder, recipe.frozen_layers)
        self.master = _named(self.encoder, self.readout)
        self.mean = {name: value.detach().clone() for name, value in self.master.items()}
        self.optimizer = torch.optim.AdamW(self._groups(), betas=(0.9, 0.98), eps=1e-6)
        self.run = _Run()

    def fit(self, examples: Sequence[TokenExample], likely: Sequence[Floats]) -> Trained:
        """Train to the end and give back the running mean of the weights; `likely` as in `stretches`."""
        working = self._twin().to(self.device, torch.bfloat16)
        passes = [self._pass(examples, likely, number) for number in range(self.recipe.passes)]
        batches = [batch for one in passes for batch in one]
        self._resume()
        begun, seen, started = time.monotonic(), 0, self.run.step
        for number in range(self.run.step, len(batches)):
            self._schedule(number, len(batches))
            loss, tokens = self._step(working, examples, batches[number], number)
            self.run.step, seen = number + 1, seen + tokens
            self.run.losses.append(loss)
            if (number + 1) % KEEP_EVERY == 0:
                self._keep()
                rate = seen / (time.monotonic() - begun)
                left = (len(batches) - number - 1) * (time.monotonic() - begun) / (number + 1 - started)
                self.say(
                    f"step {number + 1} of {len(batches)}, loss {np.mean(self.run.losses[-KEEP_EVERY:]):.4f},"
                    f" {rate:.0f} tokens/s, about {left / 60:.0f} min left"
                )
        return self._averaged()

    def _twin(self) -> Encoder:
        twin = Encoder(self.encoder.shape)
        twin.load_state_dict(self.encoder.state_dict())
        freeze(twin, self.recipe.frozen_layers)
        return twin

    def _pass(
        self, examples: Sequence[TokenExample], likely: Sequence[Floats], number: int
    ) -> list[list[Stretch]]:
        chance = np.random.default_rng((self.recipe.seed, number))
        all_of = stretches(examples, likely, self.recipe.window, self.recipe.without_answers, chance)
        size = self.recipe.batch
        return [all_of[first : first + size] for first in range(0, len(all_of), size)]

    def _step(
        self, working: Encoder, examples: Sequence[TokenExample], batch: Sequence[Stretch], number: int
    ) -> tuple[float, int]:
        with torch.no_grad():
            for name, value in working.named_parameters():
                if value.requires_grad:
                    value.copy_(self.master[f"encoder.{name}"])
        made = _batch(examples, batch, self.pieces, self.recipe, number)
        ids, mask = made.ids.to(self.device), made.mask.to(self.device)
        vectors = working(ids, None if bool(mask.all()) else mask)
        inside, segment = self.readout(vectors[mask].float(), made.owner.to(self.device), len(made.label))
        loss = _loss(inside, segment, made, self.recipe)
        for value in working.parameters():
            value.grad = None
        self.readout.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        for name, value in working.named_parameters():
            if value.grad is not None:
                self.master[f"encoder.{name}"].grad = value.grad.float()
        torch.nn.utils.clip_grad_norm_([p for p in self.master.values() if p.grad is not None], 1.0)
        self.optimizer.step()
        keep = min(self.recipe.average, (1 + number) / (10 + number))
        with torch.no_grad():
            for name, value in self.master.items():
                if value.requires_grad:
                    self.mean[name].lerp_(value, 1 - keep)
        return float(loss.detach()), int(mask.sum())

    def _groups(self) -> list[dict[str, object]]:
        layers = self.encoder.shape.layers
        groups: dict[tuple[float, float], list[nn.Parameter]] = {}
        for name, value in self.master.items():
            if not value.requires_grad:
                continue
            if name.startswith("readout"):
                rate = self.recipe.heads_rate
            else:
                depth = int(name.split(".")[2]) + 1 if name.startswith("encoder.layers") else 0
                rate = self.recipe.rate * self.recipe.layer_decay ** (layers - depth)
            decay = self.recipe.decay if value.dim() > 1 else 0.0
            groups.setdefault((rate, decay), []).append(value)
        return [
            {"params": values, "lr": rate, "first_rate": rate, "weight_decay": decay}
            for (rate, decay), values in groups.items()
        ]

    def _schedule(self, step: int, steps: int) -> None:
        """A linear rise, then a cosine to a twentieth."""
        warm = max(1, round(self.recipe.warm_up * steps))
        along = (step - warm) / max(1, steps - warm)
        share = (step + 1) / warm if step < warm else 0.05 + 0.475 * (1 + math.cos(math.pi * along))
        for group in self.optimizer.param_groups:
            group["lr"] = group["first_rate"] * share

    def _keep(self) -> None:
        if self.checkpoint is None:
            return
        kept = {
            "recipe": repr(self.recipe),
            "step": self.run.step,
            "losses": self.run.losses,
            "master": {name: value.detach() for name, value in self.master.items() if value.requires_grad},
            "mean": {name: value for name, value in self.mean.items() if self.master[name].requires_grad},
            "optimizer": self.optimizer.state_dict(),
        }
        half_written = self.checkpoint.with_suffix(".part")
        torch.save(kept, half_written)
        half_written.replace(self.checkpoint)

    def _resume(self) -> None:
        if self.checkpoint is None or not self.checkpoint.is_file():
            return
        kept = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        if kept["recipe"] != repr(self.recipe):
            raise ValueError(f"{self.checkpoint} was made by another recipe; remove it to begin anew.")
        self.run = _Run(int(kept["step"]), list(kept["losses"]))
        with torch.no_grad():
            for name, value in kept["master"].items():
                self.master[name].copy_(value)
                self.mean[name].copy_(kept["mean"][name])
        self.optimizer.load_state_dict(kept["optimizer"])
        self.say(f"going on from step {self.run.step}")

    def _averaged(self) -> Trained:
        with torch.no_grad():
            for name, value in self.master.items():
                if value.requires_grad:
                    value.copy_(self.mean[name])
        return Trained(self.encoder.cpu(), self.readout.cpu())


@dataclass(frozen=True)
class _Batch:
    """ids, mask: [windows, tokens]; owner: [real tokens]; inside, taught: by real token; label, trust: by segment."""

    ids: Tensor
    mask: Tensor
    owner: Tensor
    inside: Tensor
    taught: Tensor
    label: Tensor
    trust: Tensor


def _batch(
    examples: Sequence[TokenExample],
    batch: Sequence[Stretch],
    pieces: WordPieces,
    recipe: Recipe,
    number: int,
) -> _Batch:
    chance = np.random.default_rng((recipe.seed, 1_000_003, number))
    longest = max(each.last - each.first for each in batch) + 2
    ids = np.full((len(batch), longest), pieces.blank, np.int64)
    owners, inside, taught, labels, trusts = [], [], [], [], []
    begun = 0
    for row, stretch in enumerate(batch):
        example = examples[stretch.contract]
        window = slice(stretch.first, stretch.last)
        own = example.pieces.ids[window].copy()
        own[chance.random(len(own)) < recipe.hidden_words] = pieces.hidden
        count = len(own)
        ids[row, 0], ids[row, 1 : count + 1], ids[row, count + 1] = pieces.begin, own, pieces.end
        segments = example.pieces.owners[window]
        first, last = int(segments[0]), int(segments[-1]) + 1
        # The two framing tokens belong to the outermost segments; they teach nothing themselves.
        owners.append(np.concatenate([segments[:1], segments, segments[-1:]]) - first + begun)
        rows = np.zeros((count + 2, example.inside.shape[1]), np.float32)
        rows[1:-1] = example.inside[window]
        inside.append(rows)
        taught.append(_taught(count, stretch, len(example.pieces), recipe.edge))
        labels.append(example.label[first:last])
        trusts.append(example.trust[first:last] * _whole(example, stretch, first, last)[:, None])
        begun += last - first
    mask = torch.from_numpy(ids != pieces.blank)
    return _Batch(
        torch.from_numpy(ids),
        mask,
        torch.from_numpy(np.concatenate(owners)),
        torch.from_numpy(np.concatenate(inside)),
        torch.from_numpy(np.concatenate(taught)),
        torch.from_numpy(np.concatenate(labels)),
        torch.from_numpy(np.concatenate(trusts)),
    )


def _taught(count: int, stretch: Stretch, tokens: int, edge: int) -> Floats:
    taught = np.ones(count + 2, np.float32)
    taught[0] = taught[-1] = 0.0
    if stretch.first > 0:
        taught[: edge + 1] = 0.0
    if stretch.last < tokens:
        taught[-edge - 1 :] = 0.0
    return taught


def _whole(example: TokenExample, stretch: Stretch, first: int, last: int) -> Floats:
    """1 for segments of which the window holds three fifths or more."""
    owners = example.pieces.owners
    bounds = np.searchsorted(owners, np.arange(first, last + 1))
    held = np.minimum(bounds[1:], stretch.last) - np.maximum(bounds[:-1], stretch.first)
    return (held >= 0.6 * np.maximum(np.diff(bounds), 1)).astype(np.float32)


def _loss(inside: Tensor, segment: Tensor, made: _Batch, recipe: Recipe) -> Tensor:
    device = inside.device
    taught, label, trust = made.taught.to(device), made.label.to(device), made.trust.to(device)
    tokens = F.binary_cross_entropy_with_logits(inside, made.inside.to(device), reduction="none").sum(dim=1)
    weight = trust * (1 + (recipe.answer_weight - 1) * label)
    rows = F.binary_cross_entropy_with_logits(segment, label, reduction="none") * weight
    taught_rows = trust.amax(dim=1).sum().clamp(min=1)
    return (tokens * taught).sum() / taught.sum().clamp(min=1) + rows.sum() / taught_rows


def _named(encoder: Encoder, readout: Readout) -> dict[str, nn.Parameter]:
    return {f"encoder.{name}": value for name, value in encoder.named_parameters()} | {
        f"readout.{name}": value for name, value in readout.named_parameters()
    }


def freeze(encoder: Encoder, layers: int) -> None:
    """Word vectors never learn; the places and the lowest layers do not where some are frozen."""
    encoder.requires_grad_(True)  # an earlier stage may have frozen more
    encoder.words.requires_grad_(False)
    if layers:
        encoder.places.requires_grad_(False)
        encoder.entered.requires_grad_(False)
        for layer in encoder.layers[:layers]:
            layer.requires_grad_(False)

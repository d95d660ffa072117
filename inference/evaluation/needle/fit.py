"""Trains the stand-in: short case files first, then longer ones, up to its window. Knows tensors and a schedule.

The same seed gives the same weights on the same machine and number of threads; what is interrupted goes on where it
last kept its state.
"""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from inference.engine.plain_tokens import OPEN
from inference.engine.prompt import PREAMBLE, Template

from .examples import IGNORED, Batch, Examples, Shape
from .model import WINDOW, Landmarks, begun, shape
from .tokenizer import model_tokenizer, prose_words
from .words import NAMES

_WARM_UP = 20  # steps
KEEP_EVERY = 50  # steps
_AMONG_ALL = 0.3
_FORK = 96  # tokens that a question and an answer take at the most


@dataclass(frozen=True)
class Stage:
    """So many steps on examples of one shape, at a rate that goes evenly from one number to the other."""

    steps: int
    shape: Shape
    rate: float = 2e-3
    until: float = 2e-3


STAGES = (
    Stage(60, Shape(rows=6, clauses=5, found=4, absent=2)),
    Stage(60, Shape(rows=4, clauses=10, found=6, absent=3)),
    Stage(80, Shape(rows=3, clauses=20, found=8, absent=4)),
    Stage(80, Shape(rows=2, clauses=40, found=12, absent=6), until=1.45e-3),
    Stage(160, Shape(rows=1, clauses=76, found=24, absent=12), rate=1.45e-3, until=0),
    Stage(280, Shape(rows=1, clauses=76, found=24, absent=12), rate=1.2e-3, until=0),  # again, from higher up
    Stage(170, Shape(rows=1, clauses=76, found=36, absent=12), rate=1.2e-3, until=0),
)


@dataclass(frozen=True)
class Step:
    """How a step went: what was right of the tokens that the model chooses, and seconds since this run began."""

    done: int
    total: int
    loss: float
    right: float
    seconds: float
    begun_at: int

    def __str__(self) -> str:
        rate = (self.done - self.begun_at) / self.seconds
        left = (self.total - self.done) / rate / 60
        return (
            f"step {self.done} of {self.total}, loss {self.loss:.4f}, right {self.right:.4f}, "
            f"{rate:.2f} steps a second, {left:.1f} minutes left"
        )


class Training:
    """A model, its optimizers and the draw of its examples; `steps` were taken of `total`."""

    def __init__(self, stages: tuple[Stage, ...] = STAGES, seed: int = 1, device: str | None = None) -> None:
        self.stages, self.steps = stages, 0
        self.total = sum(stage.steps for stage in stages)
        self.device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self.tokenizer = model_tokenizer()
        template = Template(self.tokenizer)
        config = shape(len(self.tokenizer), self.tokenizer.eos_token_id)
        self.model = begun(config, _landmarks(template), seed).to(self.device)
        self._examples = Examples(template, prose_words(), WINDOW - _FORK)
        self._draw = random.Random(seed)
        self._optimizers = _optimizers(self.model)

    def go_on(self, kept: Path | None, tell: Callable[[Step], None], keep_every: int = KEEP_EVERY) -> None:
        """Take the steps that are left, from what `kept` holds; its state is kept there every so many steps."""
        if kept is not None and kept.exists():
            self._take_up(kept)
        at, since = self.steps, time.monotonic()
        for stage, rate in list(self._left()):
            loss, right = self._step(self._examples.batch(self._draw, stage.shape), rate)
            self.steps += 1
            if kept is not None and (self.steps % keep_every == 0 or self.steps == self.total):
                self._keep(kept)
            tell(Step(self.steps, self.total, loss, right, time.monotonic() - since, at))

    def _left(self) -> Iterator[tuple[Stage, float]]:
        """The stage and the rate of every step that is left."""
        every = (
            (stage, stage.rate + (stage.until - stage.rate) * number / stage.steps)
            for stage in self.stages
            for number in range(stage.steps)
        )
        for number, (stage, rate) in enumerate(every):
            if number >= self.steps:
                yield stage, rate * min(1.0, (number + 1) / _WARM_UP)

    def _step(self, batch: Batch, rate: float) -> tuple[float, float]:
        """One step; its loss, and the share of chosen tokens that were right."""
        for optimizer in self._optimizers:
            optimizer.zero_grad()
            for group in optimizer.param_groups:
                group["lr"] = rate
        logits, wanted = self._logits(batch)
        loss = self._loss(batch, logits, wanted)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self._optimizers:
            optimizer.step()
        return loss.item(), (logits.argmax(1) == wanted).float().mean().item()

    def _logits(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """[chosen tokens, vocabulary] and the right ones: the others need no logits."""
        labels = batch.labels.to(self.device)
        with torch.autocast(self.device, torch.bfloat16):
            given = self.model.model(
                input_ids=batch.ids.to(self.device),
                position_ids=batch.positions.to(self.device),
                hidden=batch.hidden.to(self.device),
                room=batch.room,
                forks=batch.forks,
            ).last_hidden_state
            chosen = labels != IGNORED
            logits = self.model.lm_head(given[chosen])
        return logits.float(), labels[chosen]

    def _loss(self, batch: Batch, logits: Tensor, wanted: Tensor) -> Tensor:
        """How unlikely the right tokens are among those that the engine would allow, and a little among all."""
        chosen = batch.labels != IGNORED
        weights, rivals = (some[chosen].to(self.device) for some in (batch.weights, batch.rivals))
        among_all = functional.cross_entropy(logits, wanted, reduction="none")
        right = logits.gather(1, wanted[:, None])  # [chosen tokens, 1]
        others = logits.gather(1, rivals.clamp(min=0)).masked_fill(rivals < 0, -torch.inf)
        among_rivals = torch.cat([right, others], 1).logsumexp(1) - right[:, 0]
        losses = torch.where((rivals >= 0).any(1), among_rivals, among_all)
        return (losses * weights).sum() / weights.sum() + _AMONG_ALL * among_all.mean()

    def _keep(self, kept: Path) -> None:
        state: dict[str, Any] = {
            "steps": self.steps,
            "total": self.total,
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self._optimizers],
            "draw": repr(self._draw.getstate()),
        }
        beside = kept.with_suffix(".new")
        torch.save(state, beside)
        beside.replace(kept)

    def _take_up(self, kept: Path) -> None:
        import ast

        state = torch.load(kept, map_location=self.device, weights_only=True)
        if state["total"] != self.total:
            raise ValueError(f"{kept.name} holds a training of another length.")
        self.steps = int(state["steps"])
        self.model.load_state_dict(state["model"])
        for optimizer, own in zip(self._optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(own)
        self._draw.setstate(ast.literal_eval(state["draw"]))


def _landmarks(template: Template) -> Landmarks:
    encode = template.plain.encode
    names = [id for name in NAMES for id in encode(f" {name}")]
    return Landmarks(names, encode(OPEN)[0], encode("\n")[0], encode(PREAMBLE)[0])


def _optimizers(model: Any) -> tuple[torch.optim.Optimizer, ...]:
    """Muon for the matrices between words, AdamW for the words and the rest."""
    named = list(model.named_parameters())
    inner = [weight for name, weight in named if weight.ndim == 2 and "embed" not in name]
    others = [weight for name, weight in named if weight.ndim != 2 or "embed" in name]
    return (
        torch.optim.Muon(inner, weight_decay=0.0, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, betas=(0.9, 0.98), weight_decay=0.0),
    )

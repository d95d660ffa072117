"""The stand-in's training: it learns, does the same every time, and goes on where it stopped."""

import random
from pathlib import Path

import pytest
import torch

from inference.engine.prompt import Template
from inference.evaluation.needle.examples import IGNORED, Examples, Shape
from inference.evaluation.needle.fit import Stage, Step, Training
from inference.evaluation.needle.tokenizer import model_tokenizer, prose_words

SHORT = (Stage(2, Shape(1, 3, 2, 1)), Stage(2, Shape(1, 4, 2, 1)))


class Interrupted(Exception):
    pass


def trained(stages: tuple[Stage, ...] = SHORT, kept: Path | None = None, stop_at: int = 0) -> list[Step]:
    steps: list[Step] = []

    def tell(step: Step) -> None:
        steps.append(step)
        if step.done == stop_at:
            raise Interrupted

    torch.set_num_threads(1)
    Training(stages, device="cpu").go_on(kept, tell, keep_every=1)
    return steps


def test_a_training_that_was_interrupted_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole = trained()
    with pytest.raises(Interrupted):
        trained(kept=tmp_path / "state.pt", stop_at=2)
    rest = trained(kept=tmp_path / "state.pt")
    assert [step.done for step in rest] == [3, 4]
    assert [step.loss for step in rest] == [step.loss for step in whole[2:]]


def test_the_state_of_another_training_is_refused(tmp_path: Path) -> None:
    trained(SHORT[:1], kept=tmp_path / "state.pt")
    with pytest.raises(ValueError, match="another length"):
        trained(kept=tmp_path / "state.pt")


def test_its_loss_falls() -> None:
    steps = trained((Stage(12, Shape(2, 3, 2, 1)),))
    assert steps[-1].loss < 0.8 * steps[0].loss


def test_what_the_engine_forces_is_not_learned() -> None:
    template = Template(model_tokenizer())
    batch = Examples(template, prose_words(), 400).batch(random.Random(1), Shape(1, 3, 1, 1))
    length = (batch.ids.shape[1] - batch.room) // batch.forks
    first, second = (batch.labels[0, batch.room + n * length :][:length] for n in range(2))
    learned = [id for id in first.tolist() if id != IGNORED]
    (found,), (no,), (absent,) = (template.plain.encode(word) for word in ("found", "no", "not"))
    assert learned[0] == found
    assert learned[-1] == no
    assert [id for id in second.tolist() if id != IGNORED] == [absent]
    assert (batch.labels[0, : batch.room] == IGNORED).all()

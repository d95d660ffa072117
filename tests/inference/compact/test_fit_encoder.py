"""Training of the encoder: it learns, goes on where it was cut short, and is not taken for another run's."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from inference.compact.encoder_examples import stretches, token_example
from inference.compact.fit_compact import FirstLooks, out_of_fold
from inference.compact.fit_encoder import EncoderFit, Recipe, Trained
from inference.compact.fit_last_word import BothRead, fit_last_word, judged_apart
from inference.compact.kept_encoders import ALL, KeptEncoders
from inference.evaluation.cross_validate import cross_validate, type_names
from inference.evaluation.cuad import fold_of_each
from inference.tokens import WordPieces

from .tiny import WORDS, tiny_encoder, tiny_examples

TYPES = type_names()
LAW = TYPES.index("Governing Law")
RECIPE = Recipe(
    passes=20, frozen_layers=0, rate=3e-3, heads_rate=3e-3, average=0.5, batch=4, hidden_words=0.0
)
EXAMPLES = tiny_examples()
TOKENS = [token_example(example, WordPieces(WORDS), TYPES) for example in EXAMPLES]
LIKELY = [np.zeros(len(example.segments), np.float32) for example in EXAMPLES]


def fit(checkpoint: Path | None = None, recipe: Recipe = RECIPE) -> EncoderFit:
    return EncoderFit(
        tiny_encoder()[0],
        len(TYPES),
        WordPieces(WORDS),
        recipe,
        checkpoint=checkpoint,
        say=lambda words: None,
    )


def weights(trained: Trained) -> torch.Tensor:
    return torch.cat([value.flatten() for value in trained.encoder.state_dict().values()])


def test_pieces_of_an_answer_are_marked_and_no_others() -> None:
    example, pieces = EXAMPLES[0], TOKENS[0].pieces
    marked = np.flatnonzero(TOKENS[0].inside[:, LAW])
    span = example.contract.spans[0]
    assert (pieces.starts[marked[0]], pieces.ends[marked[-1]]) == (span.start, span.end)
    title = np.flatnonzero(TOKENS[0].inside[:, TYPES.index("Document Name")])
    assert TOKENS[0].inside.sum() == len(marked) + len(title)


def test_a_sampled_pass_holds_every_answer_and_the_wanted_share_without_one() -> None:
    chance = np.random.default_rng(0)
    sampled = stretches(TOKENS, LIKELY, 8, 0.2, chance)
    held = [TOKENS[s.contract].inside[s.first : s.last].any() for s in sampled]
    every = sum(int(TOKENS[s.contract].inside[s.first : s.last].sum()) for s in sampled)
    assert every == sum(int(token.inside.sum()) for token in TOKENS)
    assert held.count(False) == round(0.2 * held.count(True))


def test_the_loss_falls_and_the_answer_is_told_from_its_neighbours() -> None:
    run = fit()
    trained = run.fit(TOKENS, LIKELY)
    assert np.mean(run.run.losses[-5:]) < 0.5 * np.mean(run.run.losses[:5])
    pieces = TOKENS[3].pieces
    ids = torch.tensor([[2, *pieces.ids.tolist(), 3]])
    _, odds = trained.readout(
        trained.encoder(ids)[0, 1:-1], torch.from_numpy(pieces.owners), len(EXAMPLES[3].segments)
    )
    best = EXAMPLES[3].segments[int(odds[:, LAW].argmax())]
    assert "governed by the laws of" in EXAMPLES[3].contract.text[best.start : best.end]


def test_the_same_seed_makes_the_same_weights_and_another_does_not() -> None:
    short = Recipe(**{**vars(RECIPE), "passes": 1})
    other = Recipe(**{**vars(short), "seed": 8})
    one, two, three = (weights(fit(None, recipe).fit(TOKENS, LIKELY)) for recipe in (short, short, other))
    assert torch.equal(one, two)
    assert not torch.equal(one, three)


def test_a_run_that_was_cut_short_goes_on_and_ends_with_the_same_weights(tmp_path: Path) -> None:
    uncut = weights(fit().fit(TOKENS, LIKELY))

    class PowerCut(Exception):
        """The end of the first run."""

    def cut(words: str) -> None:
        raise PowerCut

    checkpoint = tmp_path / "run.checkpoint"
    run = fit(checkpoint)
    run.say = cut  # said right after the first checkpoint was written
    with pytest.raises(PowerCut):
        run.fit(TOKENS, LIKELY)
    assert checkpoint.is_file()
    assert torch.equal(weights(fit(checkpoint).fit(TOKENS, LIKELY)), uncut)


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path: Path) -> None:
    checkpoint = tmp_path / "run.checkpoint"
    fit(checkpoint).fit(TOKENS, LIKELY)
    with pytest.raises(ValueError, match="another recipe"):
        fit(checkpoint, Recipe(**{**vars(RECIPE), "batch": 5})).fit(TOKENS, LIKELY)


def test_frozen_layers_stay_as_they_came() -> None:
    recipe = Recipe(**{**vars(RECIPE), "passes": 1, "frozen_layers": 1})
    before = tiny_encoder()[0].state_dict()
    after = fit(None, recipe).fit(TOKENS, LIKELY).encoder.state_dict()
    moved = {name for name, value in after.items() if not torch.equal(value, before[name])}
    assert moved
    assert all(name.startswith("layers.1.") for name in moved)


def test_a_second_stage_goes_on_from_the_first_and_teaches_what_was_frozen(tmp_path: Path) -> None:
    first = replace(RECIPE, passes=1, frozen_layers=1)
    second = replace(RECIPE, passes=1, seed=8)
    looks = looks_of(tmp_path)

    class PowerCut(Exception):
        """Between the stages."""

    def until_the_second(words: str) -> None:
        if words == "stage 2 of 2":
            raise PowerCut

    def all_of(folder: Path, say: Callable[[str], None]) -> Path:
        folder.mkdir(exist_ok=True)
        made = KeptEncoders(folder, looks.examples, looks.folds, TYPES, [first, second], say, tiny_encoder)
        return made.train(ALL, lambda: LIKELY)

    with pytest.raises(PowerCut):
        all_of(tmp_path / "cut", until_the_second)
    gone_on = all_of(tmp_path / "cut", lambda words: None)
    uncut = all_of(tmp_path / "uncut", lambda words: None)
    assert gone_on.read_bytes() == uncut.read_bytes()
    by_hand = fit(None, first).fit(TOKENS, LIKELY)
    lowest = by_hand.encoder.layers[0].attend.weight.detach().clone()
    assert not by_hand.encoder.layers[0].attend.weight.requires_grad
    run = EncoderFit(
        by_hand.encoder,
        len(TYPES),
        WordPieces(WORDS),
        second,
        checkpoint=None,
        say=lambda words: None,
        readout=by_hand.readout,
    )
    assert not torch.equal(run.fit(TOKENS, LIKELY).encoder.layers[0].attend.weight, lowest)
    assert [path.name for path in (tmp_path / "cut").iterdir()] == [gone_on.name]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("work")


def kept(folder: Path, looks: FirstLooks) -> KeptEncoders:
    return KeptEncoders(
        folder, looks.examples, looks.folds, TYPES, [RECIPE], lambda words: None, tiny_encoder
    )


def looks_of(folder: Path) -> FirstLooks:
    folds = fold_of_each([example.contract for example in EXAMPLES], 3)
    return FirstLooks(EXAMPLES, [n % 3 for n in range(len(folds))], lambda words: None, folder)


def test_cross_validation_gives_both_readers_every_contract_and_reads_nothing_twice(work: Path) -> None:
    looks = looks_of(work)
    linear, whole = cross_validate(looks, range(3), kept(work, looks))
    assert whole is not None
    assert sorted(whole.contracts) == sorted(linear.contracts) == [f"{n:03}" for n in range(12)]
    assert sum(whole.counts[name, "Governing Law"].answers for name in whole.contracts) == 12
    made = {path.name: path.stat().st_mtime_ns for path in work.iterdir()}
    again = cross_validate(looks_of(work), range(3), kept(work, looks))[1]
    assert again is not None
    assert again.counts == whole.counts
    assert {path.name: path.stat().st_mtime_ns for path in work.iterdir()} == made


def test_a_single_fold_is_judged_by_parts_of_it(work: Path) -> None:
    looks = looks_of(work)
    own = kept(work, looks)
    own.train(0, looks.likely)
    encoded = own.said(0)
    both = {n: BothRead(EXAMPLES[n], one, encoded[n]) for n, one in out_of_fold(looks, TYPES, 0).items()}
    found = judged_apart(both, looks.folds, TYPES)
    assert sorted(found) == sorted(both)
    fitted = fit_last_word(list(both.values()), TYPES)
    best = fitted.candidates(both[0], TYPES)["Governing Law"][0]
    assert "governed by the laws of Ohio" in EXAMPLES[0].contract.text[best.start : best.end]

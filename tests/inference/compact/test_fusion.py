"""The last word on what two readers said."""

import numpy as np

from inference.compact.fit_fusion import fit_fusion
from inference.compact.fusion import KNOTS, WIDTH, FusionModel, Said, weigh

TYPES = 3


def said(linear: np.ndarray, encoder: np.ndarray) -> Said:
    nothing = np.full_like(linear, -9.0)
    return Said(linear, encoder, np.zeros_like(linear), nothing, nothing, np.full(len(linear), 80, np.int64))


def drawn(seed: int) -> tuple[Said, np.ndarray]:
    """Segments of which the encoder knows the answers and the linear reader guesses."""
    chance = np.random.default_rng(seed)
    truth = (chance.random((40, TYPES)) < 0.15).astype(np.float32)
    linear = chance.normal(-2.0, 1.0, truth.shape).astype(np.float32)
    encoder = (6.0 * truth - 4.0 + chance.normal(0.0, 0.5, truth.shape)).astype(np.float32)
    return said(linear, encoder), truth


def test_without_anything_learned_the_linear_reader_has_the_last_word() -> None:
    one, _ = drawn(0)
    unmoved = FusionModel(np.zeros((TYPES, WIDTH), np.float32), np.zeros(TYPES, np.float32))
    assert np.allclose(unmoved.odds(one), np.maximum(one.linear, -7.0))


def test_it_learns_whom_to_believe() -> None:
    learned = [drawn(seed) for seed in range(30)]
    model = fit_fusion([one for one, _ in learned], [truth for _, truth in learned])
    one, truth = drawn(99)
    odds = model.odds(one)
    assert odds[truth > 0].min() > odds[truth == 0].max()


def test_a_segment_that_neither_reader_finds_likely_stays_out() -> None:
    low = np.full((4, TYPES), -8.0, np.float32)
    low[2, 1] = -6.0
    weighed = weigh(said(low, np.full_like(low, -9.5)))
    assert (weighed.rows.tolist(), weighed.types.tolist()) == ([2], [1])
    assert weighed.features.shape == (1, len(KNOTS))


def test_a_text_without_segments_has_no_last_word() -> None:
    empty = np.zeros((0, TYPES), np.float32)
    model = FusionModel(np.zeros((TYPES, WIDTH), np.float32), np.zeros(TYPES, np.float32))
    assert model.odds(said(empty, empty)).shape == (0, TYPES)

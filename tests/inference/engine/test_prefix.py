"""Forks of a case file that was read once: each says what it would say alone, and owns only what it was given."""

from collections.abc import Callable

import pytest
import torch

from inference.engine.load import LoadedModel
from inference.engine.prefill import prefill
from inference.engine.prefix import Forks, WindowFull
from inference.engine.profile import DType

from .conftest import CaseFileIds, in_chunks_of, one_pass
from .tiny_models import ARCHITECTURES

EXACT: dict[DType, float] = {"float64": 1e-12, "float32": 1e-5}
Loaded = Callable[[str, DType], LoadedModel]
QUESTIONS = ([11, 12, 13, 14, 15], [21], [31, 32, 33])


def assert_as_alone(
    model: LoadedModel, case_file: CaseFileIds, forks: Forks, said: list[list[int]], exact: float
) -> None:
    """Every fork has the logits that one plain pass over case file, question and answer gives."""
    for row, own in enumerate(said):
        assert (forks.logits[row] - one_pass(model, case_file + own)[-1]).abs().max() <= exact
    assert forks.lengths == [len(own) for own in said]


@pytest.mark.parametrize("dtype", EXACT)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_ragged_questions_decoded_side_by_side_are_as_if_asked_alone(
    loaded: Loaded, case_file: CaseFileIds, architecture: str, dtype: DType
) -> None:
    model = loaded(architecture, dtype)
    forks = prefill(model, case_file).fork(3)
    said: list[list[int]] = [list(question) for question in QUESTIONS]
    forks.feed(QUESTIONS)
    for _ in range(3):  # greedy, and each row by itself gives the same tokens
        alone = [int(one_pass(model, case_file + own)[-1].argmax()) for own in said]
        decoded = [int(token) for token in forks.logits.argmax(-1)]
        assert decoded == alone
        forks.feed([[token] for token in decoded])
        said = [[*own, token] for own, token in zip(said, decoded, strict=True)]
    assert_as_alone(model, case_file, forks, said, EXACT[dtype])


def test_rows_may_be_given_nothing_one_or_many_tokens(loaded: Loaded, case_file: CaseFileIds) -> None:
    model = loaded("qwen2", "float64")
    forks = prefill(model, case_file).fork(3)
    first = forks.feed([[5, 6, 7, 8], [], [9]])
    assert torch.equal(first[1], forks.prefix.logits)
    second = forks.feed([[], [10, 11], [12]])
    assert torch.equal(second[0], first[0])
    forks.feed([[3], [], [4, 5, 6]])
    assert_as_alone(model, case_file, forks, [[5, 6, 7, 8, 3], [10, 11], [9, 12, 4, 5, 6]], EXACT["float64"])


def test_nothing_for_anybody_changes_nothing(qwen: LoadedModel, case_file: CaseFileIds) -> None:
    forks = prefill(qwen, case_file).fork(2)
    before = forks.feed([[5], [6]]).clone()
    assert torch.equal(forks.feed([[], []]), before)


def test_rows_leave_and_others_enter(loaded: Loaded, case_file: CaseFileIds) -> None:
    model = loaded("qwen2", "float64")
    forks = prefill(model, case_file).fork(3)
    forks.feed([[5, 6], [7], [8, 9, 10]])
    forks.keep([2, 0])
    forks.enter(1)
    assert torch.equal(forks.logits[2], forks.prefix.logits)
    forks.feed([[11], [], [12, 13, 14, 15]])
    assert_as_alone(model, case_file, forks, [[8, 9, 10, 11], [5, 6], [12, 13, 14, 15]], EXACT["float64"])


def test_long_questions_are_fed_in_passes_of_a_chunk(loaded: Loaded, case_file: CaseFileIds) -> None:
    model = in_chunks_of(loaded("qwen2", "float64"), 8)
    forks = prefill(model, case_file).fork(2)
    forks.feed([list(range(20, 50)), [7]])
    assert_as_alone(model, case_file, forks, [list(range(20, 50)), [7]], EXACT["float64"])


def test_a_latent_is_attended_to_as_it_lies_or_unfolded_with_the_same_result(
    loaded: Loaded, case_file: CaseFileIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inference.engine import latent

    model = loaded("deepseek_v2", "float64")
    logits = {}
    for few, block in ((0, 7), (10_000, 4096)):
        monkeypatch.setattr(latent, "FEW_QUERIES", few)
        monkeypatch.setattr(latent, "BLOCK", block)
        logits[few] = prefill(model, case_file).fork(2).feed([[5, 6, 7], [8]])
    assert (logits[0] - logits[10_000]).abs().max() <= EXACT["float64"]


def test_the_store_keeps_a_latent_as_a_latent(loaded: Loaded, case_file: CaseFileIds) -> None:
    prefix = prefill(loaded("deepseek_v2", "float32"), case_file)
    assert prefix.bytes == 70 * 2 * (64 + 16) * 4  # tokens, layers, latent and rope, bytes


def test_a_fork_owns_its_own_tokens_and_nothing_of_the_prefix(
    qwen: LoadedModel, case_file: CaseFileIds
) -> None:
    owned = []
    for length in (20, 70):
        forks = prefill(qwen, case_file[:length]).fork(4)
        forks.feed([[5, 6, 7]] * 4)
        owned.append(forks.bytes)
    assert (
        owned[0] == owned[1] == 4 * 3 * 2 * 2 * 2 * 32 * 4
    )  # rows, tokens, K and V, layers, heads, dim, bytes
    assert prefill(qwen, case_file).bytes == 70 * 2 * 2 * 2 * 32 * 4


def test_a_prefix_never_changes(qwen: LoadedModel, case_file: CaseFileIds) -> None:
    prefix = prefill(qwen, case_file)
    before = [block.joined.clone() for layer in range(2) for block in prefix.store.blocks(layer, 70)]
    logits = prefix.logits.clone()
    forks = prefix.fork(2)
    forks.feed([[5, 6], [7]])
    forks.feed([[5], [7]])
    after = [block.joined for layer in range(2) for block in prefix.store.blocks(layer, 70)]
    assert all(torch.equal(one, other) for one, other in zip(before, after, strict=True))
    assert torch.equal(prefix.logits, logits)


def test_the_same_questions_get_the_same_bytes_again(qwen: LoadedModel, case_file: CaseFileIds) -> None:
    prefix = prefill(qwen, case_file)
    assert torch.equal(prefix.fork(3).feed(QUESTIONS), prefix.fork(3).feed(QUESTIONS))


def test_a_question_that_does_not_fit_in_the_window_is_refused_and_nothing_is_fed(
    qwen: LoadedModel, case_file: CaseFileIds
) -> None:
    forks = prefill(qwen, case_file).fork(2)
    with pytest.raises(WindowFull):
        forks.feed([[5], [6] * 443])
    assert forks.lengths == [0, 0]
    forks.feed([[5], [6] * 442])
    assert forks.lengths == [1, 442]


def test_tokens_for_other_rows_than_there_are_is_an_error(qwen: LoadedModel, case_file: CaseFileIds) -> None:
    with pytest.raises(ValueError, match="There are 2 rows, and tokens came for 1"):
        prefill(qwen, case_file).fork(2).feed([[5]])

"""What a fork is given on trial: each token has the logits it would have, and what is taken back was never there."""

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
QUESTIONS = ([11, 12, 13, 14, 15], [21], [31, 32, 33], [41, 42])
OWED = ([51], [52, 53], [], [54])
DRAFTS = ([5, 6, 7], [], [], [8, 9, 10, 11])


def asked(model: LoadedModel, case_file: CaseFileIds) -> Forks:
    forks = prefill(model, case_file).fork(4)
    forks.feed(QUESTIONS)
    return forks


@pytest.mark.parametrize("dtype", EXACT)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_draft_is_read_as_if_said_and_taken_back_as_if_it_had_not_been(
    loaded: Loaded, case_file: CaseFileIds, architecture: str, dtype: DType
) -> None:
    model = in_chunks_of(loaded(architecture, dtype), 64)
    forks = asked(model, case_file)
    tried = forks.try_on(OWED, DRAFTS)
    for row, (question, owed, draft) in enumerate(zip(QUESTIONS, OWED, DRAFTS, strict=True)):
        own = [*case_file, *question, *owed, *draft]
        alone = one_pass(model, own)[len(own) - len(draft) - 1 :]
        here = tried.logits[tried.first[row] :][: len(draft) + 1]
        assert (here - alone).abs().max() <= EXACT[dtype]

    forks.settle([1, 0, 0, 4])
    said = [[*QUESTIONS[0], 51, 5], [*QUESTIONS[1], 52, 53], [*QUESTIONS[2]], [*QUESTIONS[3], 54, *DRAFTS[3]]]
    for further in ([[], [], [], []], [[60, 61], [], [62], [63]]):
        forks.feed(further)
        said = [[*own, *more] for own, more in zip(said, further, strict=True)]
        assert forks.lengths == [len(own) for own in said]
        for row, own in enumerate(said):
            assert (forks.logits[row] - one_pass(model, case_file + own)[-1]).abs().max() <= EXACT[dtype]


@torch.inference_mode()
def test_nothing_behind_the_end_of_a_row_is_read(qwen: LoadedModel, case_file: CaseFileIds) -> None:
    model = in_chunks_of(qwen, 64)
    logits = []
    for poison in (0.0, 1e30):
        forks = asked(model, case_file)
        forks.try_on(OWED, DRAFTS)
        forks.settle([0, 0, 0, 2])
        for store in forks._suffix._layers:
            assert store is not None
            for row, length in enumerate(forks.lengths):
                store.joined[row, :, length:] = poison
        logits.append(forks.feed([[60], [], [61, 62], [63]]))
    assert torch.equal(*logits)


def test_rows_leave_and_enter_after_a_trial(loaded: Loaded, case_file: CaseFileIds) -> None:
    model = in_chunks_of(loaded("qwen2", "float64"), 64)
    forks = asked(model, case_file)
    forks.try_on(OWED, DRAFTS)
    forks.settle([3, 0, 0, 0])
    forks.keep([3, 0])
    forks.enter(1)
    forks.try_on([[60], [], [61, 62]], [[9, 9], [], []])
    forks.settle([0, 0, 0])
    forks.feed([[63], [64], []])
    said = ([*QUESTIONS[3], 54, 60, 63], [*QUESTIONS[0], 51, *DRAFTS[0], 64], [61, 62])
    for row, own in enumerate(said):
        assert (forks.logits[row] - one_pass(model, case_file + own)[-1]).abs().max() <= 1e-12


def test_drafts_do_not_make_a_fork_grow(qwen: LoadedModel, case_file: CaseFileIds) -> None:
    model = in_chunks_of(qwen, 128)
    forks = prefill(model, case_file).fork(2)
    forks.feed([[5], [6, 7, 8]])
    for _ in range(20):
        forks.try_on([[], [9]], [[], [1] * 16])
        forks.settle([0, 0])
    own = 2 * 2 * 2 * 2 * 32 * 4  # rows, K and V, layers, heads, dim, bytes
    assert forks.lengths == [1, 23]
    assert forks.bytes <= 2 * (23 + 16) * own


def test_there_is_no_room_for_a_draft_beyond_a_pass_or_the_window(
    qwen: LoadedModel, case_file: CaseFileIds
) -> None:
    forks = prefill(in_chunks_of(qwen, 64), case_file).fork(2)
    assert forks.most_drafted([[1] * 4, [2] * 10]) == (64 - 14) // 2
    assert forks.most_drafted([[1] * 70, [2]]) == 0
    forks.feed([[1] * 430, [2]])
    assert forks.most_drafted([[1] * 5, [2]]) == 512 - 70 - 435
    with pytest.raises(WindowFull):
        forks.try_on([[1] * 5, [2]], [[3] * 8, []])
    assert forks.lengths == [430, 1]
    assert forks.most_drafted([[1] * 12, [2]]) == 0

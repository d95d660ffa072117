"""Training from contracts to a weights file, on contracts of our own that fit on a screen."""

import json
from pathlib import Path

import numpy as np
import pytest

from inference.compact.examples import prepare
from inference.compact.fit_segments import _rows, fit_segments
from inference.compact.train import main
from inference.compact.weights import BadWeights, load_weights
from inference.config import Profile
from inference.evaluation.cross_validate import type_names
from inference.evaluation.cuad import Contract, fold_of_each, near_copies
from inference.reader import open_reader
from inference.types import CaseFile, Question, SourceText

from .tiny import PLACES, tiny_contract


def folder(at: Path) -> Path:
    (at / "txt").mkdir(parents=True)
    with (at / "contracts.jsonl").open("w", encoding="utf-8") as lines:
        for one in map(tiny_contract, range(len(PLACES))):
            (at / "txt" / f"{one.id}.txt").write_text(one.text, encoding="utf-8", newline="")
            spans = [vars(span) for span in one.spans]
            lines.write(json.dumps({"id": one.id, "txt": f"txt/{one.id}.txt", "spans": spans}) + "\n")
    return at


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Weights trained twice from the same contracts."""
    at = tmp_path_factory.mktemp("trained")
    data = folder(at / "data")
    weights = at / "one.npz", at / "two.npz"
    for path in weights:
        assert main(["--data", str(data), "--out", str(path), "--folds", "3"]) == 0
    return weights


def test_training_twice_makes_the_same_bytes(trained: tuple[Path, Path]) -> None:
    one, two = trained
    assert one.read_bytes() == two.read_bytes()


def test_the_trained_reader_finds_what_it_was_taught_in_a_contract_it_has_not_seen(
    trained: tuple[Path, Path],
) -> None:
    reader = open_reader(Profile(weights=trained[0]))
    text = "VERMONT SUPPLY AGREEMENT\n\nThe Seller sells. This Agreement shall be governed by the laws of Vermont. End."
    question = Question("law", "Governing Law", "", "jurisdiction", "Governing Law")
    (answer,) = reader.ask(reader.read(CaseFile((SourceText("v", text),))), [question])
    best = (*answer.evidence, *answer.possible, *answer.nearest)[0]
    assert best.quote == "This Agreement shall be governed by the laws of Vermont."


def test_the_file_holds_plain_arrays_only(trained: tuple[Path, Path]) -> None:
    with np.load(trained[0], allow_pickle=False) as arrays:
        assert {arrays[name].dtype.kind for name in arrays.files} <= {"i", "u", "f"}


def test_a_cut_file_is_refused(trained: tuple[Path, Path], tmp_path: Path) -> None:
    cut = tmp_path / "cut.npz"
    cut.write_bytes(trained[0].read_bytes()[:-200])
    with pytest.raises(BadWeights):
        load_weights(cut)


def test_scores_without_scipy_equal_those_of_the_training_matrix() -> None:
    names = type_names()
    examples = [prepare(tiny_contract(number), names) for number in range(len(PLACES))]
    terms = [own for example in examples for own in example.terms]
    inside = np.concatenate([example.inside for example in examples])
    model = fit_segments(terms, inside, np.ones_like(inside))
    dense = model.coefficients.astype(np.float32) * model.scales
    expected = _rows(terms, dict(model.vocabulary), model.idf) @ dense + model.bias
    assert np.allclose(model.odds_of_terms(terms, len(terms)), expected, atol=1e-4)


def test_segments_are_labelled_by_the_answers_they_lie_in() -> None:
    names = type_names()
    example = prepare(tiny_contract(0), names)
    column = names.index("Governing Law")
    inside = [n for n in range(len(example.segments)) if example.inside[n, column]]
    assert len(inside) == 1
    segment = example.segments[inside[0]]
    assert example.contract.text[segment.start : segment.end].startswith("This Agreement shall be governed")
    assert example.match[inside[0], column] == 1


def test_near_copies_share_a_fold_and_every_contract_has_one() -> None:
    long = " ".join(f"clause {n} of the lease binds tenant number {n * 7}" for n in range(200))
    texts = [long, "Something else " + " ".join(f"w{n}" for n in range(900)), long + " One more line."]
    contracts = [Contract(str(n), text, (), {}) for n, text in enumerate(texts)]
    assert near_copies(contracts) == [0, 1, 0]
    folds = fold_of_each(contracts, 2)
    assert folds[0] == folds[2] != folds[1]

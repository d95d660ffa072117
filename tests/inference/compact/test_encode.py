"""One pass over a text of any length: windows, the pool by segments, pieces with their places."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from inference.compact.encode import EncoderModel
from inference.compact.encoder_file import in_int8, load_encoder, save_encoder
from inference.compact.readout import Readout
from inference.compact.segments import split
from inference.compact.weights import BadWeights
from inference.compact.windows import windows
from inference.tokens import WordPieces

from .tiny import WORDS, tiny_contract, tiny_encoder

LONG = " ".join(
    f"The Seller shall sell {n % 9} boats. The Buyer shall pay. Notices are in writing." for n in range(120)
)


def model(*, int8: bool = False) -> EncoderModel:
    encoder, words = tiny_encoder()
    torch.manual_seed(2)
    readout = Readout(encoder.shape.width, 5)
    return EncoderModel(in_int8(encoder) if int8 else encoder.eval(), readout.eval(), WordPieces(words))


@given(st.integers(0, 5000), st.integers(1, 200), st.integers(0, 40))
def test_every_token_is_the_core_of_exactly_one_window(tokens: int, core: int, rim: int) -> None:
    cut = list(windows(tokens, core, rim))
    kept = [n for window in cut for n in range(window.core_first, window.core_last)]
    assert kept == list(range(tokens))
    assert all(len(window) <= core + 2 * rim for window in cut)
    inner = [(w.core_first - w.first, w.last - w.core_last) for w in cut]
    assert all(before == rim for before, _ in inner[1:])
    assert all(after >= rim for _, after in inner[:-1])


def test_a_piece_stands_where_its_letters_do() -> None:
    text = "Café: THE  Buyer’s 21 boats"
    pieces = WordPieces(WORDS).cut(text, [(0, 5), (5, len(text))])
    words = [text[a:b] for a, b in zip(pieces.starts, pieces.ends, strict=True)]
    assert words == ["Café", ":", "THE", "Buyer", "’", "s", "2", "1", "boats"]
    assert pieces.owners.tolist() == [0, 0, 1, 1, 1, 1, 1, 1, 1]


def test_reading_in_windows_pools_each_segment_as_in_one_piece() -> None:
    text = tiny_contract(0).text
    segments = split(text)
    own = model()
    read = own.read(text, segments)
    ids = torch.tensor([[own.pieces.begin, *read.pieces.ids.tolist(), own.pieces.end]])
    vectors = own.encoder(ids)[0, 1:-1]
    inside, odds = own.readout(vectors, torch.from_numpy(read.pieces.owners), len(segments))
    assert np.allclose(read.odds, odds.detach().numpy(), atol=1e-5)
    assert np.allclose(read.inside, inside.detach().numpy(), atol=2e-3)


def test_a_long_text_is_read_to_its_end_and_far_words_change_nothing() -> None:
    own = model()
    one, two = LONG, LONG + " The Buyer shall pay."
    first, second = (own.read(text, split(text)) for text in (one, two))
    assert len(first.pieces) > 1000
    assert len(first.odds) == len(split(one))
    assert np.allclose(first.odds[:100], second.odds[:100], atol=1e-5)


def test_a_text_without_words_gives_rows_and_no_error() -> None:
    assert model().read("", []).odds.shape == (0, 5)
    blank = model().read("\u200b", split("\u200b"))
    assert blank.odds.shape == (1, 5)
    assert np.isfinite(blank.odds).all()


def test_int8_says_nearly_what_single_precision_says() -> None:
    segments = split(LONG)
    plain, rounded = (model(int8=int8).read(LONG, segments) for int8 in (False, True))
    assert np.abs(plain.odds - rounded.odds).max() < 0.05 * np.abs(plain.odds).max()


def test_short_texts_get_vectors_of_their_own() -> None:
    vectors = model().vectors(["The Seller shall sell.", "The Seller shall sell.", ""])
    assert np.allclose(vectors[0], vectors[1])
    assert np.allclose(np.linalg.norm(vectors[:2], axis=1), 1.0, atol=1e-5)
    assert vectors.shape == (3, 32)


def test_the_file_gives_back_the_model_and_carries_its_words(tmp_path: Path) -> None:
    own, path = model(), tmp_path / "encoder.safetensors"
    sha256 = save_encoder(own, list(WORDS), path)
    again, again_sha256 = load_encoder(path)
    assert sha256 == again_sha256 == save_encoder(own, list(WORDS), tmp_path / "twice.safetensors")
    assert np.array_equal(again.read(LONG, split(LONG)).odds, model(int8=True).read(LONG, split(LONG)).odds)


@pytest.mark.parametrize("content", [b"", b"no weights at all", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "])
def test_what_is_no_encoder_file_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "encoder.safetensors"
    path.write_bytes(content)
    with pytest.raises(BadWeights, match="not an encoder file"):
        load_encoder(path)

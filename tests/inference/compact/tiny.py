"""An encoder small enough to be trained inside a test, and contracts of our own that fit on a screen."""

import torch

from inference.compact.encoder import Encoder, EncoderShape
from inference.compact.examples import Example, prepare
from inference.evaluation.cross_validate import type_names
from inference.evaluation.cuad import Contract, GoldSpan

_PLACES = "Ohio Texas Utah Iowa Maine Idaho Oregon Nevada Kansas Alaska Florida Hawaii"
PLACES = _PLACES.split()
_PIECES = (
    "[PAD] [UNK] [CLS] [SEP] [MASK] . , the of this shall be by in and agreement governed laws seller buyer sell pay"
    " boats notices are writing supply end sells vermont 2 3 4 5 6 7 8 9 1 0 ##1 ##0 ##2 ##3"
)
WORDS = [*_PIECES.split(), *_PLACES.lower().split()]


def tiny_encoder(seed: int = 1) -> tuple[Encoder, list[str]]:
    """Two layers of random weights and a vocabulary of some forty pieces."""
    torch.manual_seed(seed)
    shape = EncoderShape(vocabulary=len(WORDS), width=32, layers=2, heads=4, inner=64, positions=256)
    encoder = Encoder(shape)
    torch.nn.init.normal_(encoder.places, std=0.02)
    return encoder, list(WORDS)


def tiny_contract(number: int) -> Contract:
    """A supply agreement of five sentences; its title and its governing law are marked."""
    place = PLACES[number]
    law = f"This Agreement shall be governed by the laws of {place}."
    name = f"{place.upper()} SUPPLY AGREEMENT"
    text = f"{name}\n\nThe Seller shall sell {number + 2} boats. The Buyer shall pay. {law} Notices are in writing."
    spans = (("Governing Law", law), ("Document Name", name))
    gold = tuple(GoldSpan(kind, text.index(quote), text.index(quote) + len(quote)) for kind, quote in spans)
    return Contract(f"{number:03}", text, gold, {})


def tiny_examples() -> list[Example]:
    """Twelve of them, prepared."""
    return [prepare(tiny_contract(number), type_names()) for number in range(len(PLACES))]

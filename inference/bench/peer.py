"""What the usual way of asking a contract costs: one pass of a RoBERTa-base-sized encoder for each clause type.

Hendrycks, Burns, Chen and Ball, "CUAD", 2021: question and text together in windows of 512 tokens, each window
moved on by 256. The weights are random, for the time is the same.
"""

import time

import torch

from inference.compact.encoder import Encoder, EncoderShape

SHAPE = EncoderShape(vocabulary=50265, width=768, layers=12, heads=12, inner=3072, positions=514)
WINDOW, STRIDE = 512, 256
QUESTIONS = 41
_MEASURED = 4  # windows; the rest is multiplication


@torch.inference_mode()
def seconds_of_41_passes(tokens: int) -> float:
    """Processor seconds for all questions about a text of so many tokens, from a few measured windows."""
    encoder = Encoder(SHAPE).eval()
    ids = torch.zeros(1, WINDOW, dtype=torch.long)
    encoder(ids)
    begun = time.process_time()
    for _ in range(_MEASURED):
        encoder(ids)
    each = (time.process_time() - begun) / _MEASURED
    windows = max(1, -(-(tokens - WINDOW) // STRIDE) + 1)
    return each * windows * QUESTIONS

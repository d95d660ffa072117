"""`python -m inference bench gpu`: Qwen2.5-7B's shape on one GPU, up to a million tokens, beside what the GPU reached.

Weights are random and made on the device. One run of a few minutes, for a machine that is lent.
"""

import json
import sys

import torch

from .gpu_page import page
from .gpu_run import CHUNKS, Manner, Run
from .points import INTERRUPTED, STOPPED

NO_GPU = "This needs a GPU, and torch sees none here; `--device cpu --small` runs the same with a tiny model."
NOT_SO_LARGE = "A processor would take hours for this shape; add --small."
TOO_SHORT = "Every length must be longer than three chunks."


def bench_gpu(manner: Manner, *, as_json: bool) -> int:
    """Measure and print; 2 where it cannot be measured, 130 when it was stopped, with what was finished."""
    if refused := _refused(manner):
        print(refused, file=sys.stderr)
        return 2
    if manner.device == "cpu":
        torch.set_num_threads(1)
    figures = Run(manner).figures()
    print(json.dumps(figures, indent=1) if as_json else page(figures))
    return INTERRUPTED if figures["caches"][-1]["ended"] == STOPPED else 0


def _refused(manner: Manner) -> str:
    if manner.device != "cpu" and not torch.cuda.is_available():
        return NO_GPU
    if manner.device == "cpu" and not manner.small:
        return NOT_SO_LARGE
    return TOO_SHORT if min(manner.measured) <= CHUNKS * manner.chunk else ""

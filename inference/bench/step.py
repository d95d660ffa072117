"""One step of questions side by side on what was read: its seconds beside the bytes and operations it needs."""

import statistics
from dataclasses import dataclass
from typing import Any

from inference.engine.prefix import Prefix

from .clock import timed
from .limits import answering, step_bytes

QUESTION, STEPS = 16, 7  # tokens that each question has before; steps, of which the middle one counts


@dataclass(frozen=True)
class Limits:
    """What the device reached in the same run: operations a second of a product, bytes a second of a copy."""

    product: float
    copy: float


def step_of(prefix: Prefix, questions: int, limits: Limits) -> dict[str, Any]:
    """So many questions get one token each, a few times over."""
    forks = prefix.fork(questions)
    forks.feed([list(range(QUESTION))] * questions)
    forks.feed([[1]] * questions)
    seconds = statistics.median(timed(lambda: forks.feed([[2]] * questions))[1] for _ in range(STEPS))
    own = QUESTION + 1 + STEPS // 2
    read = step_bytes(prefix, own * questions)
    work = answering(prefix.loaded.model.config.get_text_config(), prefix.tokens + own, questions).all
    return {
        "questions": questions,
        "step_seconds": round(seconds, 6),
        "bytes": read,
        "gigabytes_per_second": round(read / seconds / 1e9, 3),
        "share_of_copy": round(read / seconds / limits.copy, 4),
        "flops": work,
        "gflops_per_second": round(work / seconds / 1e9, 3),
        "share_of_limits": round(max(read / limits.copy, work / limits.product) / seconds, 4),
    }

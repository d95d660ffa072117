"""`python -m inference bench shared-prefix`: one case file and many questions, beside what a library does with them.

Random weights and random tokens: 32 tokens of question, 64 of answer, greedy. The peers are the library's own
`generate` with everything read again for each question (four are measured, the rest would cost the same), and with
its cache of the case file copied for each question. Where the case file is kept as the model made it, both give the
same answers; in fewer bits the answers of random weights, which hang on nothing, may differ.
"""

import copy
import json
import statistics
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import AutoModelForCausalLM, DynamicCache

from inference.engine.load import LoadedModel, load
from inference.engine.prefill import prefill
from inference.engine.prefix import Prefix
from inference.engine.profile import Cache, EngineProfile

from .clock import timed
from .engine import Shape
from .random_model import save

QUESTION, ANSWER = 32, 64  # tokens
MEASURED = 4  # questions that are asked of the library; each costs it the same
STEPS = 8  # of which the middle one counts, where a step is measured alone


def bench_shared_prefix(*, tokens: int, questions: int, chunk: int, cache: Cache, as_json: bool) -> int:
    """Measure both ways in one run and print the seconds, their ratios and the bytes."""
    torch.set_num_threads(torch.get_num_threads() if torch.cuda.is_available() else 1)
    torch.manual_seed(1)  # the same weights each time
    shape = Shape.small() if not torch.cuda.is_available() else Shape.large()
    case_file, asked = _drawn(shape.config.vocab_size, tokens, questions)
    with tempfile.TemporaryDirectory() as folder:
        save(shape.config, shape.dtype, Path(folder))
        window = tokens + QUESTION + ANSWER
        profile = EngineProfile(Path(folder), dtype=shape.dtype, chunk=chunk, window=window, cache=cache)
        loaded = load(profile)
        ours, written = _ours(loaded, case_file, asked)
        device = loaded.device
        del loaded
        library, said = _library(Path(folder), shape.dtype, device, case_file, asked[:MEASURED])
    figures = {
        "prefix_tokens": tokens,
        "questions": questions,
        "question_tokens": QUESTION,
        "answer_tokens": ANSWER,
        "dtype": shape.dtype,
        "cache": cache,
        **ours,
        **_beside(ours, library, questions),
        "answers_equal": sum(one == other for one, other in zip(written, said, strict=False)),
        "answers_compared": len(said),
    }
    print(json.dumps(figures, indent=1) if as_json else _page(figures))
    return 0


def _drawn(vocabulary: int, tokens: int, questions: int) -> tuple[list[int], list[list[int]]]:
    chance = torch.Generator().manual_seed(1)
    case_file = torch.randint(vocabulary, (tokens,), generator=chance).tolist()
    return case_file, torch.randint(vocabulary, (questions, QUESTION), generator=chance).tolist()


def _ours(
    loaded: LoadedModel, case_file: Sequence[int], asked: Sequence[Sequence[int]]
) -> tuple[dict[str, Any], list[list[int]]]:
    prefix, prefilled = timed(lambda: prefill(loaded, case_file))
    (written, fork_bytes), answered = timed(lambda: _answers(prefix, asked))
    return {
        "prefill_seconds": round(prefilled, 3),
        "answers_seconds": round(answered, 3),
        "prefix_bytes": prefix.bytes,
        "fork_bytes": fork_bytes // len(asked),
        "step_seconds": {str(rows): round(_step(prefix, rows), 5) for rows in _growing(len(asked))},
    }, written


def _answers(prefix: Prefix, asked: Sequence[Sequence[int]]) -> tuple[list[list[int]], int]:
    """The tokens of every answer, and what all forks own at the end."""
    forks = prefix.fork(len(asked))
    chosen: list[Tensor] = [forks.feed(asked).argmax(-1)]
    while len(chosen) < ANSWER:
        chosen.append(forks.feed([[token] for token in chosen[-1].tolist()]).argmax(-1))
    return torch.stack(chosen, dim=1).tolist(), forks.bytes


def _step(prefix: Prefix, rows: int) -> float:
    """Seconds of one step of so many questions side by side."""
    forks = prefix.fork(rows)
    forks.feed([list(range(QUESTION))] * rows)
    return statistics.median(timed(lambda: forks.feed([[1]] * rows))[1] for _ in range(STEPS))


def _growing(questions: int) -> list[int]:
    """1, 2, 4 and so on, and all of them."""
    return sorted({questions, *(2**power for power in range(questions.bit_length()) if 2**power < questions)})


def _library(
    folder: Path, dtype: str, device: torch.device, case_file: list[int], asked: Sequence[Sequence[int]]
) -> tuple[dict[str, float], list[list[int]]]:
    """Seconds of a question each way, without reading the case file in the second, and what it answered."""
    opener: Any = AutoModelForCausalLM
    model = opener.from_pretrained(folder, dtype=getattr(torch, dtype), attn_implementation="sdpa").to(device)
    prompts = [torch.tensor([[*case_file, *question]], device=device) for question in asked]
    again = [timed(partial(_generated, model, prompt)) for prompt in prompts]
    cache = DynamicCache()
    with torch.inference_mode():
        _, reading = timed(
            lambda: model(prompts[0][:, : len(case_file)], past_key_values=cache, logits_to_keep=1)
        )
    reused = [timed(partial(_reusing, model, prompt, cache)) for prompt in prompts]
    return {
        "again": statistics.mean(seconds for _, seconds in again),
        "reading": reading,
        "reused": statistics.mean(seconds for _, seconds in reused),
    }, [said for said, _ in again]


def _reusing(model: Any, prompt: Tensor, cache: DynamicCache) -> list[int]:
    """With a copy of the cache of the case file: the library writes into the one that it is given."""
    return _generated(model, prompt, copy.deepcopy(cache))


def _generated(model: Any, prompt: Tensor, cache: DynamicCache | None = None) -> list[int]:
    with torch.inference_mode():
        out = model.generate(
            prompt,
            attention_mask=torch.ones_like(prompt),
            past_key_values=cache,
            max_new_tokens=ANSWER,
            min_new_tokens=ANSWER,
            do_sample=False,
        )
    answer: list[int] = out[0, prompt.shape[1] :].tolist()
    return answer


def _beside(ours: dict[str, Any], library: dict[str, float], questions: int) -> dict[str, float]:
    """The library's seconds for all questions, and how many times ours they are."""
    naive, reused = library["again"] * questions, library["reused"] * questions
    whole = ours["prefill_seconds"] + ours["answers_seconds"]
    return {
        "naive_seconds": round(naive, 3),
        "library_prefill_seconds": round(library["reading"], 3),
        "library_reuse_answers_seconds": round(reused, 3),
        "whole_against_naive": round(naive / whole, 2),
        "share_of_ceiling": round(naive / whole / questions, 3),
        "answers_against_library_reuse": round(reused / ours["answers_seconds"], 2),
    }


def _page(figures: dict[str, Any]) -> str:
    steps = figures.pop("step_seconds")
    lines = [f"{key:32} {value}" for key, value in figures.items()]
    return "\n".join(
        [*lines, "", *(f"a step of {rows:>3} questions {own:>13}" for rows, own in steps.items())]
    )

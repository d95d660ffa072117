"""`python -m inference bench gpu`."""

import argparse

from .numbers import numbers

HELP = "Qwen2.5-7B's shape up to a million tokens, beside a GPU's limits"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The device, how the model is kept on it, and what it reads."""
    parser.add_argument(
        "--device", default="cuda", help="cuda, one of several as cuda:1, or cpu with --small"
    )
    parser.add_argument("--small", action="store_true", help="a tiny shape")
    parser.add_argument("--quantization", choices=("nf4", "none"), default="nf4")
    parser.add_argument("--cache", nargs="+", choices=("int8", "int4", "model"), default=("int8", "int4"))
    parser.add_argument("--lengths", type=numbers, default=(), metavar="TOKENS,...")
    parser.add_argument("--questions", type=numbers, default="1,4,16,64", help="side by side in a step")
    parser.add_argument("--chunk", type=int, help="tokens taken in at a time (else 2,048)")
    parser.add_argument("--seconds", type=float, default=480, help="begin nothing more after so long")
    parser.add_argument(
        "--data-sheet-tflops", type=float, metavar="N", help="what the maker says, in bfloat16"
    )
    parser.add_argument(
        "--data-sheet-gbs", type=float, metavar="N", help="gigabytes a second, the maker says"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(options: argparse.Namespace) -> int:
    """2 where it cannot be measured, 130 when it was stopped."""
    from inference.bench.gpu import bench_gpu
    from inference.bench.gpu_run import Manner

    manner = Manner(
        device=options.device,
        small=options.small,
        quantization=options.quantization,
        caches=options.cache,
        lengths=options.lengths,
        questions=options.questions,
        chunk=options.chunk or (32 if options.small else 2048),
        seconds=options.seconds,
        data_sheet=(options.data_sheet_tflops, options.data_sheet_gbs),
    )
    return bench_gpu(manner, as_json=options.json)

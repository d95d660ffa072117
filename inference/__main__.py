"""The command line: `python -m inference read | ask | readings | accept | eval | bench ...`."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .config import READER_KINDS

if TYPE_CHECKING:
    from .evaluation.accept.accept import Limits


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when all of it went well."""
    options = _parser().parse_args(arguments)
    if options.command == "read":
        from .read_files import read_files

        return read_files(options.files, options.out, options.weights)
    if options.command == "ask":
        from .ask_files import AskOptions, ask_files

        return ask_files(
            AskOptions(
                profile=options.profile,
                case=options.case,
                questions=options.questions,
                out=options.out,
                record=options.record,
                replay=options.replay,
                seconds=options.seconds,
                second_reading=options.second_reading,
                allow=options.allow,
                key_file=options.key_file,
                ca_file=options.ca_file,
                readings=options.readings,
                memory=options.memory,
                memory_key_file=options.memory_key_file,
            )
        )
    if options.command == "readings":
        from .list_readings import list_readings

        return list_readings(options.folder, options.delete, as_json=options.json)
    if options.command == "accept":
        from .evaluation.accept.command import accept

        return accept(options.profile, _limits(options), as_json=options.json, out=options.out)
    if options.command == "eval" and options.gold:
        from .evaluation.own_gold import evaluate_gold

        return evaluate_gold(options.gold, options.weights, as_json=options.json)
    if options.command == "eval" and options.values:
        from .evaluation.typed_run import evaluate_values

        return evaluate_values(options.data, as_json=options.json, verbose=options.verbose)
    if options.command == "eval":
        from .evaluation.folds import evaluate_folds

        return evaluate_folds(
            options.data,
            options.folds,
            options.only_fold,
            options.work,
            linear_only=options.linear,
            as_json=options.json,
        )
    if options.what == "quotes":
        from .bench.quotes import bench_quotes

        return bench_quotes(steps=options.steps, tokens=options.tokens, as_json=options.json)
    if options.what == "engine":
        from .bench.engine import bench_engine

        return bench_engine(
            small=options.small,
            quantization=options.quantization,
            cache=options.cache,
            lengths=options.lengths,
            chunk=options.chunk,
            work=options.work,
            as_json=options.json,
        )
    if options.what == "shared-prefix":
        from .bench.shared_prefix import bench_shared_prefix

        return bench_shared_prefix(
            tokens=options.prefix,
            questions=options.questions,
            chunk=options.chunk,
            cache=options.cache,
            as_json=options.json,
        )
    if options.what == "sparse":
        from .bench.sparse import bench_sparse

        return bench_sparse(lengths=options.lengths, chunk=options.chunk, as_json=options.json)
    if options.what == "kv":
        from .bench.kv import bench_kv

        return bench_kv(tokens=options.tokens, as_json=options.json)
    if options.what == "restore":
        from .bench.restore import bench_restore

        return bench_restore(
            tokens=options.tokens,
            chunk=options.chunk,
            cache=options.cache,
            work=options.work,
            as_json=options.json,
        )
    if options.what == "growth":
        from .bench.growth import bench_growth

        return bench_growth(
            lengths=options.lengths,
            questions=options.questions,
            cache=options.cache,
            chunk=options.chunk,
            plot=options.plot,
            as_json=options.json,
        )
    if options.what == "gpu":
        from .bench.gpu import bench_gpu
        from .bench.gpu_run import Manner

        manner = Manner(
            options.device,
            options.small,
            options.quantization,
            options.cache,
            options.lengths,
            options.questions,
            options.chunk or (32 if options.small else 2048),
            options.seconds,
            (options.data_sheet_tflops, options.data_sheet_gbs),
        )
        return bench_gpu(manner, as_json=options.json)
    if options.what == "questions":
        from .bench.questions import bench_questions

        return bench_questions(options.data, as_json=options.json)
    if options.what == "speculate":
        from .bench.speculate import bench_speculate

        return bench_speculate(
            prefix=options.prefix, quote=options.quote, cache=options.cache, as_json=options.json
        )
    from .bench.read import bench_read

    return bench_read(options.data, as_json=options.json, weights=options.weights)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m inference", description="Read contracts and find clauses."
    )
    commands = parser.add_subparsers(dest="command", required=True)

    read = commands.add_parser("read", help="print one JSON line for each candidate clause in text files")
    read.add_argument("--reader", choices=READER_KINDS, default="compact")
    read.add_argument("--out", type=Path, help="write the lines to this file instead")
    read.add_argument("--weights", type=Path, help="weights file to use instead of the shipped one")
    read.add_argument("files", type=Path, nargs="+", metavar="FILE", help="UTF-8 text")

    _add_ask(
        commands.add_parser("ask", help="read text files as one case file and answer questions about it")
    )

    saved = commands.add_parser("readings", help="what is saved in a folder of readings; needs no key")
    saved.add_argument("folder", type=Path, metavar="FOLDER")
    saved.add_argument("--delete", nargs="+", default=[], metavar="NAME", help="delete these, or `all`")
    saved.add_argument("--json", action="store_true")

    _add_accept(
        commands.add_parser("accept", help="check weights that a firm brings: one page, pass or fail")
    )

    evaluate = commands.add_parser("eval", help="measure on annotated contracts")
    measured_on = evaluate.add_mutually_exclusive_group(required=True)
    measured_on.add_argument(
        "--data", type=Path, help="folder with contracts.jsonl: cross-validate on it (needs SciPy)"
    )
    measured_on.add_argument(
        "--gold", type=Path, help="folder of the same shape: measure the shipped reader on it"
    )
    evaluate.add_argument("--folds", type=int, nargs="?", const=5, default=5)
    evaluate.add_argument(
        "--only-fold", type=int, action="append", default=[], help="read this fold alone; may be repeated"
    )
    evaluate.add_argument(
        "--work", type=Path, default=Path(".cache/compact"), help="encoders and scores are kept here"
    )
    evaluate.add_argument("--linear", action="store_true", help="the linear reader alone, without an encoder")
    evaluate.add_argument("--weights", type=Path, help="with --gold: weights to use instead of the shipped")
    evaluate.add_argument("--json", action="store_true")
    evaluate.add_argument(
        "--values", action="store_true", help="measure typed answers instead (needs NumPy only)"
    )
    evaluate.add_argument(
        "--verbose",
        action="count",
        default=0,
        help="with --values, also list where they differ, by offsets; twice: with the words",
    )

    bench = commands.add_parser("bench", help="measure speed").add_subparsers(dest="what", required=True)
    bench_questions = bench.add_parser("questions", help="what one more question of a firm's own costs")
    bench_questions.add_argument("--data", type=Path, required=True, help="folder with txt/")
    bench_questions.add_argument("--json", action="store_true", help="print the figures as JSON")
    bench_read = bench.add_parser("read", help="tokens read in a second by one core")
    bench_read.add_argument("--data", type=Path, required=True, help="folder with contracts.jsonl")
    bench_read.add_argument("--weights", type=Path)
    bench_read.add_argument("--json", action="store_true")
    bench_quotes = bench.add_parser(
        "quotes", help="what exact quotes cost at each step, and that they are exact"
    )
    bench_quotes.add_argument("--steps", type=int, default=6_000, help="decode steps at random, in all")
    bench_quotes.add_argument("--tokens", type=int, default=32_000, help="size of the vocabularies")
    bench_quotes.add_argument("--json", action="store_true")

    engine = bench.add_parser(
        "engine", help="load, prefill and forks of the long-context reader, random weights"
    )
    engine.add_argument("--small", action="store_true", help="a small shape; always so without a GPU")
    engine.add_argument("--quantization", choices=("none", "int8", "nf4"), default="none")
    engine.add_argument("--cache", choices=("int8", "int4", "model"), default="int8")
    engine.add_argument("--lengths", type=int, nargs="+", default=[], metavar="TOKENS")
    engine.add_argument("--chunk", type=int, default=2048, help="tokens taken in at a time")
    engine.add_argument(
        "--work", type=Path, help="where the weights are written meanwhile (15 GB for the large)"
    )
    engine.add_argument("--json", action="store_true")
    shared = bench.add_parser("shared-prefix", help="one case file and many questions, beside a library")
    shared.add_argument("--prefix", type=_number, default=16_384, metavar="TOKENS", help="of the case file")
    shared.add_argument("--questions", type=_number, default=64, help="asked side by side")
    shared.add_argument("--chunk", type=_number, default=2048, help="tokens taken in at a time")
    shared.add_argument(
        "--cache", choices=("int8", "int4", "model"), default="int8", help="how the case file is kept"
    )
    shared.add_argument("--json", action="store_true", help="print the figures as JSON")

    sparse = bench.add_parser("sparse", help="leaving out some of the past in reading, and what that keeps")
    sparse.add_argument("--lengths", type=int, nargs="+", default=[], metavar="TOKENS")
    sparse.add_argument("--chunk", type=int, default=512, help="tokens taken in at a time")
    sparse.add_argument("--json", action="store_true", help="print the figures as JSON")

    kv = bench.add_parser("kv", help="bytes, error and speed of keys and values kept in 8 and 4 bits")
    kv.add_argument("--tokens", type=_number, default=4096, help="of the case file")
    kv.add_argument("--json", action="store_true")

    restore = bench.add_parser(
        "restore", help="a saved reading restored, against reading it again; random weights"
    )
    restore.add_argument("--tokens", type=_number, default=8192)
    restore.add_argument("--chunk", type=_number, default=2048, help="tokens taken in at a time")
    restore.add_argument("--cache", choices=("int8", "int4", "model"), default="int8")
    restore.add_argument("--work", type=Path, help="where it is saved meanwhile")
    restore.add_argument("--json", action="store_true")

    speculate = bench.add_parser("speculate", help="answers with quotes, choice by choice and along drafts")
    speculate.add_argument("--prefix", type=int, default=8192, metavar="TOKENS", help="of the case file")
    speculate.add_argument("--quote", type=int, default=60, metavar="TOKENS", help="of a dictated quote")
    speculate.add_argument("--cache", choices=("int8", "int4", "model"), default="int8")
    speculate.add_argument("--json", action="store_true", help="print the figures as JSON")
    _add_growth(
        bench.add_parser("growth", help="reading and answering as a case file grows, beside formulas")
    )
    _add_gpu(bench.add_parser("gpu", help="Qwen2.5-7B's shape up to a million tokens, beside a GPU's limits"))
    return parser


def _add_gpu(gpu: argparse.ArgumentParser) -> None:
    gpu.add_argument("--device", default="cuda", help="cuda, one of several as cuda:1, or cpu with --small")
    gpu.add_argument("--small", action="store_true", help="a tiny shape")
    gpu.add_argument("--quantization", choices=("nf4", "none"), default="nf4")
    gpu.add_argument("--cache", nargs="+", choices=("int8", "int4", "model"), default=("int8", "int4"))
    gpu.add_argument("--lengths", type=_numbers, default=(), metavar="TOKENS,...")
    gpu.add_argument("--questions", type=_numbers, default="1,4,16,64", help="side by side in a step")
    gpu.add_argument("--chunk", type=int, help="tokens taken in at a time (else 2,048)")
    gpu.add_argument("--seconds", type=float, default=480, help="begin nothing more after so long")
    gpu.add_argument("--data-sheet-tflops", type=float, metavar="N", help="what the maker says, in bfloat16")
    gpu.add_argument("--data-sheet-gbs", type=float, metavar="N", help="gigabytes a second, the maker says")
    gpu.add_argument("--json", action="store_true", help="print the figures as JSON")


def _add_growth(growth: argparse.ArgumentParser) -> None:
    growth.add_argument(
        "--lengths", type=_numbers, default="2048,4096,8192,16384,32768,65536", metavar="TOKENS,..."
    )
    growth.add_argument("--questions", type=_numbers, default="1,4,16,64", help="side by side in a step")
    growth.add_argument("--chunk", type=int, default=2048, help="tokens taken in at a time")
    growth.add_argument("--cache", choices=("int8", "int4", "model"), default="int8")
    growth.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw it (needs matplotlib)")
    growth.add_argument("--json", action="store_true", help="print the figures as JSON")


def _number(words: str) -> int:
    """A whole number of one or more."""
    (number,) = _numbers(words)
    return number


def _numbers(words: str) -> tuple[int, ...]:
    """Whole numbers of one or more, with commas between them, from the smallest up."""
    numbers = tuple(sorted({int(word) for word in words.split(",")}))
    if numbers[0] < 1:
        raise ValueError
    return numbers


def _limits(options: argparse.Namespace) -> "Limits":
    from .evaluation.accept.accept import Limits

    return Limits(options.needles, options.seconds, tuple(options.lengths))


def _add_accept(accept: argparse.ArgumentParser) -> None:
    accept.add_argument(
        "--profile", type=Path, required=True, metavar="FILE.toml", help="the model and how it runs"
    )
    accept.add_argument("--json", action="store_true", help="the same page as JSON")
    accept.add_argument("--out", type=Path, metavar="FILE", help="write it to this file instead")
    accept.add_argument(
        "--lengths", type=int, nargs="+", default=[], metavar="TOKENS", help="else parts of the window"
    )
    accept.add_argument("--needles", type=int, default=10, help="at each depth of each length")
    accept.add_argument(
        "--seconds", type=float, default=1_800, help="begin no further case file of needles after so long"
    )


def _add_ask(ask: argparse.ArgumentParser) -> None:
    ask.add_argument(
        "--profile", type=Path, required=True, metavar="FILE.toml", help="the model and how it runs"
    )
    ask.add_argument(
        "--case", type=Path, nargs="+", required=True, metavar="FILE", help="UTF-8 texts, in reading order"
    )
    asked = ask.add_mutually_exclusive_group(required=True)
    asked.add_argument(
        "--questions", type=Path, metavar="FILE.json", help="id, name, definition, answer_type"
    )
    asked.add_argument("--replay", type=Path, metavar="FILE", help="ask a recorded batch again and compare")
    ask.add_argument("--out", type=Path, metavar="FILE.jsonl", help="write the lines to this file instead")
    ask.add_argument(
        "--record", type=Path, metavar="FILE", help="keep the batch for a replay (as secret as the texts)"
    )
    ask.add_argument("--seconds", type=float, help="stop asking after so long; finished answers are kept")
    ask.add_argument(
        "--second-reading",
        action=argparse.BooleanOptionalAction,
        help="ask the model whether its quotes support the answer (else: if it passes a trial of ours)",
    )
    ask.add_argument(
        "--memory",
        type=Path,
        metavar="FOLDER",
        help="keep what is remembered of a case file longer than the model's window, sealed with --key-file",
    )
    ask.add_argument(
        "--memory-key-file",
        type=Path,
        metavar="FILE",
        help="the key of memories where --key-file is a server's or another one",
    )
    server = ask.add_argument_group("a model on a server", 'for a profile with kind = "remote"')
    server.add_argument(
        "--allow",
        nargs="+",
        default=[],
        metavar="HOST",
        help="the hosts and networks that may be talked to (else: private addresses alone)",
    )
    ask.add_argument(
        "--readings",
        type=Path,
        metavar="FOLDER",
        help="save the reading there, sealed with --key-file, and restore it the next time",
    )
    ask.add_argument(
        "--key-file",
        type=Path,
        metavar="FILE",
        help="the key of saved readings (32 random bytes or 64 hexadecimal digits), or that a server wants",
    )
    server.add_argument(
        "--ca-file", type=Path, metavar="FILE", help="an authority to trust besides the system's"
    )


if __name__ == "__main__":
    sys.exit(main())

"""The figures of `bench gpu` as the tables of BENCHMARKS.md. Knows no devices."""

from collections.abc import Iterator
from typing import Any

AIM = 24e9  # bytes of a usual GPU

_CHUNKS = """\
| kept in | tokens | a chunk, s | TFLOP/s | of a product | of the data sheet | whole, s | expected, s | kept, GB \
| peak, GB | in 24 GB |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"""
_STEPS = """\
| kept in | tokens | questions | a step, ms | GB it reads | GB/s | of a copy | of the data sheet | of the nearer limit |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |"""


def page(figures: dict[str, Any]) -> str:
    """Two tables: reading, and steps of questions."""
    lines = [f"{key}: {value}" for key, value in figures.items() if key != "caches"]
    lines += ["", _CHUNKS]
    lines += [_chunk(cache["cache"], row) for cache in figures["caches"] for row in cache["lengths"]]
    lines += ["", _STEPS, *_steps(figures)]
    lines += [f"\n{each['cache']}: {each['ended']}" for each in figures["caches"] if each["ended"]]
    return "\n".join(lines)


def _chunk(cache: str, row: dict[str, Any]) -> str:
    return (
        f"| {cache} | {row['tokens']:,} | {row['chunk_seconds']:.3g} | {row['tflops_per_second']:.3g} | "
        f"{row['share_of_product']:.0%} | {_share(row.get('share_of_data_sheet'))} | "
        f"{row.get('whole_seconds') or ''} | {row['whole_seconds_expected']:.3g} | "
        f"{row['prefix_bytes'] / 1e9:.2f} | {row['peak_bytes'] / 1e9:.2f} | "
        f"{'yes' if row['peak_bytes'] <= AIM else 'no'} |"
    )


def _steps(figures: dict[str, Any]) -> Iterator[str]:
    told = figures["data_sheet_gigabytes_per_second"]
    for cache in figures["caches"]:
        for row in cache["lengths"]:
            for step in row["steps"]:
                rate, seconds = step["gigabytes_per_second"], step["step_seconds"]
                yield (
                    f"| {cache['cache']} | {row['tokens']:,} | {step['questions']} | {1000 * seconds:.3g} | "
                    f"{step['bytes'] / 1e9:.2f} | {rate} | {step['share_of_copy']:.0%} | "
                    f"{_share(rate / told if told else None)} | {step['share_of_limits']:.0%} |"
                )


def _share(of: float | None) -> str:
    return "" if of is None else f"{of:.0%}"

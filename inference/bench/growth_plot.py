"""The picture of `bench growth`: seconds of reading and of a step over tokens, beside what the formulas say."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

NO_PLOT = "There is no matplotlib to plot with: install it, or leave --plot out for the figures."
_INK, _LIMIT = "#24292f", "#9a3412"
_BLUES = ("#93c5fd", "#4f94e8", "#1d5fc4", "#0b2f73")
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "engross",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": "#8c959f",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e4e7eb",
    "grid.linewidth": 0.6,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
}


def can_plot() -> bool:
    """Whether the library that plots is installed; the figures need none."""
    return find_spec("matplotlib") is not None


def plot_growth(figures: dict[str, Any], file: Path) -> None:
    """Write both panels as SVG, its words as text."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_STYLE):
        whole = Figure(figsize=(10, 4.2), layout="constrained")
        left, right = whole.subplots(1, 2)
        _reading(left, figures)
        _steps(right, figures)
        whole.savefig(file, format="svg", metadata={"Date": None, "Creator": None})


def _reading(axes: Any, figures: dict[str, Any]) -> None:
    rows = figures["lengths"]
    tokens = [row["tokens"] for row in rows]
    axes.plot(tokens, [row["prefill_seconds"] for row in rows], "o-", color=_BLUES[2], label="measured")
    work = [row["weights_flops"] + row["attention_flops"] for row in rows]
    limit = 1e9 * figures["product_gflops"]
    label = f"2PN + 2(L-1)HdN² at {figures['product_gflops']:.0f} GFLOP/s, a matrix product's"
    axes.plot(tokens, [each / limit for each in work], "--", color=_LIMIT, label=label)
    _label(axes, tokens, "Reading a case file", "seconds")


def _steps(axes: Any, figures: dict[str, Any]) -> None:
    rows = figures["lengths"]
    tokens = [row["tokens"] for row in rows]
    counts = [step["questions"] for step in rows[0]["steps"]] if rows else []
    for place, count in enumerate(counts):
        took = [1000 * row["steps"][place]["step_seconds"] for row in rows]
        label = f"{count} question" + ("s" if count > 1 else "")
        axes.plot(tokens, took, "o-", color=_BLUES[place % len(_BLUES)], label=label)
    if counts:
        _limits(axes, tokens, [row["steps"][-1] for row in rows], figures)
    _label(axes, tokens, "One step of questions side by side", "milliseconds")


def _limits(axes: Any, tokens: list[int], steps: list[dict[str, Any]], figures: dict[str, Any]) -> None:
    """What a step of the most questions takes at the least: to be computed, and to be read."""
    product, copy = figures["product_gflops"], figures["copy_gigabytes_per_second"]
    most = steps[0]["questions"]
    computed = [step["flops"] / product / 1e6 for step in steps]
    axes.plot(tokens, computed, ":", color=_LIMIT, label=f"operations of {most} at {product:.0f} GFLOP/s")
    read = [step["bytes"] / copy / 1e6 for step in steps]
    axes.plot(tokens, read, "--", color=_LIMIT, label=f"bytes of {most} at {copy:.0f} GB/s, a copy's")


def _label(axes: Any, tokens: list[int], title: str, unit: str) -> None:
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xticks(tokens, [f"{each // 1024}K" if each >= 1024 else str(each) for each in tokens])
    axes.minorticks_off()
    axes.set_xlabel("tokens of the case file")
    axes.set_ylabel(unit)
    axes.set_title(title, loc="left", fontsize=11)
    axes.set_ylim(top=8 * axes.get_ylim()[1])  # the legend covers no line
    axes.legend(fontsize=8.5, loc="upper left")

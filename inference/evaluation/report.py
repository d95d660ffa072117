"""What a cross-validation says, in figures for the model card and lines for people."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

from inference.compact.bars import Judged

from .cross_validate import CrossValidated
from .metric import CONTAINMENT, Scores, by_category, scores, total

DEAL_CRITICAL = (
    "Change Of Control",
    "Anti-Assignment",
    "Exclusivity",
    "Non-Compete",
    "Uncapped Liability",
    "Cap On Liability",
    "Ip Ownership Assignment",
    "Termination For Convenience",
    "Most Favored Nation",
    "Governing Law",
)
_FIRST = 3  # candidates a lawyer looks at before giving up
_LEAST_CALIBRATED = 0.1
_BINS = 10


@dataclass(frozen=True)
class Report:
    """The official figures pooled, without Parties and by type; then what a reviewer meets.

    `first_view_right` is the share of candidates at their quiet bar or above that are right, `first_view_answers`
    the share of contracts with an answer that show a right one there, `in_first_three` the share of them with a
    right one among the first three candidates, for the ten deal-critical types and by type; `aupr_by_place` is the
    AUPR when offsets instead of words tell a match.
    """

    pooled: Scores
    without_parties: Scores
    macro_aupr: float
    first_view_right: float
    first_view_answers: float
    deal_critical_in_first_three: float
    calibration_error: float
    aupr_by_place: float
    by_type: dict[str, Scores]
    in_first_three: dict[str, float]

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        return asdict(self)


def report(validated: CrossValidated, quiet: dict[str, float | None]) -> Report:
    """All figures of a cross-validation; `quiet` are the bars of the first view."""
    types = {name: scores(counts) for name, counts in by_category(validated.counts).items()}
    rest = [counts for (_, name), counts in validated.counts.items() if name != CONTAINMENT]
    right, answered = _first_view(validated, quiet)
    critical = [one for name in DEAL_CRITICAL for one in validated.judged[name]]
    return Report(
        pooled=scores(total(validated.counts.values())),
        without_parties=scores(total(rest)),
        macro_aupr=sum(own.aupr for own in types.values()) / len(types),
        first_view_right=right,
        first_view_answers=answered,
        deal_critical_in_first_three=_in_first_three(critical),
        calibration_error=calibration_error(one for rows in validated.judged.values() for one in rows),
        aupr_by_place=scores(total(validated.by_place.values())).aupr,
        by_type=types,
        in_first_three={name: _in_first_three(rows) for name, rows in validated.judged.items()},
    )


def _first_view(validated: CrossValidated, quiet: dict[str, float | None]) -> tuple[float, float]:
    shown = right = with_answer = answered = 0
    for name, rows in validated.judged.items():
        bar = quiet[name]
        for one in rows:
            first = [r for s, r in zip(one.scores, one.right, strict=True) if bar is not None and s >= bar]
            shown, right = shown + len(first), right + sum(first)
            with_answer, answered = with_answer + one.has_answer, answered + any(first)
    return right / max(shown, 1), answered / max(with_answer, 1)


def _in_first_three(rows: Sequence[Judged]) -> float:
    with_answer = [any(one.right[:_FIRST]) for one in rows if one.has_answer]
    return sum(with_answer) / max(len(with_answer), 1)


def calibration_error(rows: Iterable[Judged]) -> float:
    """Mean distance of score and truth over ten bins of equal size, of candidates at 0.1 or more."""
    judged = ((s, r) for one in rows for s, r in zip(one.scores, one.right, strict=True))
    pairs = sorted((pair for pair in judged if pair[0] >= _LEAST_CALIBRATED), key=lambda pair: pair[0])
    bounds = [len(pairs) * n // _BINS for n in range(_BINS + 1)]
    gap = 0.0
    for low, high in pairwise(bounds):
        gap += abs(sum(s - r for s, r in pairs[low:high]))
    return gap / max(len(pairs), 1)


def lines(figures: Report) -> Sequence[str]:
    """The report as a table for people."""
    rows = [
        f"{'clause type':36} {'answers':>7} {'AUPR':>6} {'P@80R':>6} {'P@90R':>6} {'recall':>6} {'top 3':>6}"
    ]
    rows.append(_line("all", figures.pooled))
    rows.append(_line("all but Parties", figures.without_parties))
    for name, own in figures.by_type.items():
        rows.append(f"{_line(name, own)} {figures.in_first_three[name]:6.3f}")
    rows.append(f"mean AUPR of the types {figures.macro_aupr:.3f}")
    rows.append(
        f"first view: {figures.first_view_right:.3f} of it right; it answers {figures.first_view_answers:.3f}"
    )
    rows.append(
        f"ten deal-critical types, a right one in the first three: {figures.deal_critical_in_first_three:.3f}"
    )
    rows.append(f"expected calibration error from 0.1 up: {figures.calibration_error:.3f}")
    rows.append(f"AUPR by offsets: {figures.aupr_by_place:.3f}")
    return rows


def _line(name: str, own: Scores) -> str:
    return (
        f"{name:36} {own.answers:7d} {own.aupr:6.3f} {own.precision_at_80:6.3f}"
        f" {own.precision_at_90:6.3f} {own.recall:6.3f}"
    )

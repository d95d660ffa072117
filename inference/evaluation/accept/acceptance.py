"""The result of an acceptance: plain frozen values that a service can keep as JSON and show. Knows no models."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["accepted", "answers below the bar", "refused"]

LOADS, MEMORY, QUOTES, NEEDLE, ABSENT, KNOWN, SPEED = CHECKS = (
    "loads",
    "memory",
    "exact quotes",
    "needle",
    "absent clauses",
    "known answers",
    "speed",
)
MUST = frozenset({LOADS, MEMORY, QUOTES, NEEDLE})  # without these a model cannot be used at all


@dataclass(frozen=True)
class Check:
    """One line: `figure` against `bar` in words, and whether it passes; None where there is no bar to pass."""

    name: str
    passed: bool | None
    figure: str
    bar: str
    note: str = ""

    @property
    def must(self) -> bool:
        """Whether a model that fails it is refused."""
        return self.name in MUST

    def json(self) -> dict[str, Any]:
        """Stable keys."""
        return {
            "name": self.name,
            "pass": self.passed,
            "must": self.must,
            "figure": self.figure,
            "bar": self.bar,
            "note": self.note,
        }


@dataclass(frozen=True)
class Acceptance:
    """What became of one profile; `figures` holds what the checks were made from, by the check's name.

    `complete` says whether every check was made to its end: one that was not counts as failed.
    """

    profile: str
    fingerprint: str
    window: int
    checks: tuple[Check, ...]
    seconds: float
    complete: bool
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """Accepted where nothing fails; refused where something fails that a model must do."""
        failed = [check for check in self.checks if check.passed is False]
        if any(check.must for check in failed) or not self.complete:
            return "refused"
        return "answers below the bar" if failed else "accepted"

    def json(self) -> dict[str, Any]:
        """Stable keys; `pass` is that of the whole."""
        return {
            "profile": self.profile,
            "fingerprint": self.fingerprint,
            "window": self.window,
            "pass": self.verdict == "accepted",
            "verdict": self.verdict,
            "complete": self.complete,
            "seconds": round(self.seconds, 1),
            "checks": [check.json() for check in self.checks],
            "figures": dict(self.figures),
        }

    def page(self) -> str:
        """One page for people: a line a check, and what stands behind it."""
        lines = [
            f"Acceptance of {self.profile}: {self.verdict}",
            f"{self.fingerprint or 'not loaded'}, window {self.window:,} tokens, {self.seconds / 60:.1f} minutes",
            "",
            f"{'check':16} {'':7} {'figure':34} bar",
        ]
        for check in self.checks:
            lines.append(f"{check.name:16} {_word(check):7} {check.figure:34} {check.bar}")
            if check.note:
                lines.append(f"{'':24} {check.note}")
        if not self.complete:
            lines += ["", "It was stopped before every check was made; what was not made counts as failed."]
        return "\n".join(lines)


def _word(check: Check) -> str:
    return "-" if check.passed is None else "pass" if check.passed else "FAIL"

"""`python -m inference accept`: the checks of a profile, made in order and told on one page."""

import json
from pathlib import Path

import pytest

from inference.__main__ import main
from inference.engine.profile import EngineProfile
from inference.evaluation.accept.accept import Accepting, Limits
from inference.evaluation.accept.acceptance import CHECKS, Acceptance, Check
from inference.evaluation.needle.command import STANDIN

PROFILE = STANDIN.with_suffix(".toml")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, object], str]:
    """The stand-in's acceptance by the command: its exit code, JSON and page."""
    out = tmp_path_factory.mktemp("accept") / "page.json"
    asked = ["accept", "--profile", str(PROFILE), "--lengths", "600", "--needles", "4"]
    code = main([*asked, "--json", "--out", str(out)])
    given = json.loads(out.read_text())
    return code, given, _page(given)


def _page(given: dict[str, object]) -> str:
    checks = [Check(c["name"], c["pass"], c["figure"], c["bar"], c["note"]) for c in given["checks"]]  # type: ignore[attr-defined]
    return Acceptance("standin", "", 0, tuple(checks), 1.0, complete=True).page()


def test_the_stand_in_does_all_it_must_and_knows_no_prose(
    written: tuple[int, dict[str, object], str],
) -> None:
    code, given, _ = written
    passed = {check["name"]: check["pass"] for check in given["checks"]}  # type: ignore[attr-defined]
    assert tuple(passed) == CHECKS
    assert all(passed[name] for name in ("loads", "memory", "exact quotes", "needle", "absent clauses"))
    assert passed["speed"] is None
    assert passed["known answers"] is False  # it was taught nothing but named clauses
    assert (code, given["pass"], given["verdict"]) == (1, False, "answers below the bar")


def test_its_page_has_a_line_for_every_check(written: tuple[int, dict[str, object], str]) -> None:
    _, _, page = written
    lines = page.splitlines()
    assert "answers below the bar" in lines[0]
    for name in CHECKS:
        assert sum(line.startswith(f"{name} ") for line in lines) == 1


def test_figures_stand_behind_the_checks(written: tuple[int, dict[str, object], str]) -> None:
    figures = written[1]["figures"]
    assert isinstance(figures, dict)
    assert len(figures["known answers"]) == 80
    assert figures["memory"]["foreseen"] > 0
    assert figures["speed"]["questions_a_minute"] > 0


def test_a_model_that_does_not_load_is_refused_with_the_reason(tmp_path: Path) -> None:
    acceptance = Accepting(EngineProfile(tmp_path / "nowhere"), Limits(), say=lambda line: None).make()
    assert acceptance.verdict == "refused"
    assert not acceptance.complete
    assert acceptance.checks[0].note
    assert [check.passed for check in acceptance.checks] == [False] * len(CHECKS)


def test_what_is_interrupted_tells_what_it_knows() -> None:
    def stop(line: object) -> None:
        if str(line).startswith("loads"):
            raise KeyboardInterrupt

    acceptance = Accepting(EngineProfile.from_toml(PROFILE), Limits(), say=stop).make()
    assert acceptance.checks[0].passed
    assert "not tried" in acceptance.page()
    assert acceptance.verdict == "refused"

"""The bench every test stands on: real services, the schema as shipped, and one cast of people with fresh firms.

Tests commit, connected as the role `app`; there is no test transaction, because inside one the context of a
"request" would leak into the next and prove nothing. ENGROSS_TEST_DATA names a DATA folder whose services already
run and are kept, which spares the few seconds of starting them.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import bench

pytest_plugins = ["tests.cast"]

SHARED = Path(__file__).resolve().parents[2] / "shared"
SHARED_ABSENT = "the shared folder of contracts is not beside the checkout"
WITHOUT_SERVICES = ("tests/inference", "tests/deploy")
# Files that take a minute or more go first: one left for the end would keep one core busy and the other waiting.
LONGEST_FIRST = (
    "tests/review/readings/test_kills.py",
    "tests/review/findings/test_twenty_contracts.py",
    "tests/review/test_sample_room.py",
    "tests/review/web/test_in_browser.py",
    "tests/review/readings/test_sections.py",
    "tests/review/web/test_kept_readings_in_browser.py",
    "tests/deploy/test_supervisor.py",
    "tests/review/web/test_case_file_in_browser.py",
    "tests/review/readings/test_kept.py",
    "tests/review/readings/test_sharing_a_reader.py",
    "tests/review/readings/test_kills_in_company.py",
    "tests/inference/engine/keeping/test_keeper_walk.py",
    "tests/inference/engine/keeping/test_elsewhere.py",
    "tests/review/web/test_families_in_browser.py",
    "tests/review/web/test_warnings_in_browser.py",
)

# How long an example takes says how busy the machine is.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

_skips: dict[str, int] = {}


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        return  # runs no test itself: each of its processes starts services of its own
    asked = [Path(str(argument).split("::")[0]).resolve() for argument in config.args]
    alone = [Path(config.rootpath, folder).resolve() for folder in WITHOUT_SERVICES]
    if asked and all(any(path.is_relative_to(folder) for folder in alone) for path in asked):
        return
    bench.start()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    first = {Path(config.rootpath, file): place for place, file in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: first.get(item.path, len(first)))


def pytest_unconfigure() -> None:
    bench.stop()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public contracts and hostile files; a test that wants it is skipped, and counted, without it."""
    if not SHARED.is_dir():
        pytest.skip(SHARED_ABSENT)
    return SHARED


@pytest.fixture
def as_person() -> Callable[..., object]:
    """`with as_person(ada):` runs as ada in her own firm, and commits."""
    from tests.cast import as_person

    return as_person


@pytest.fixture
def as_job() -> Callable[..., object]:
    """`with as_job(matter):` runs as a worker that has a job of this matter, and commits."""
    from tests.cast import as_job

    return as_job


@pytest.fixture(autouse=True)
def _no_transaction_left_open() -> Iterator[None]:
    """A test that leaves a transaction open would hide what the next one writes."""
    yield
    if bench.is_up():
        bench.close_what_was_left_open()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        _skips[reason.removeprefix("Skipped: ")] = _skips.get(reason.removeprefix("Skipped: "), 0) + 1


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        _skips[reason.removeprefix("Skipped: ")] = _skips.get(reason.removeprefix("Skipped: "), 0) + 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"{_skips.get(SHARED_ABSENT, 0)} tests skipped because {SHARED_ABSENT}")
    if others := _other_skips():
        for reason, count in sorted(others.items()):
            terminalreporter.write_line(f"{count} skipped: {reason}")
        if os.environ.get("CI") == "true":
            terminalreporter.write_line("With CI=true nothing else may be skipped: this run fails.", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if os.environ.get("CI") == "true" and _other_skips() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _other_skips() -> dict[str, int]:
    return {reason: count for reason, count in _skips.items() if reason != SHARED_ABSENT}

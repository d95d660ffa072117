"""What was read of sections for a question without an answer: it serves the same reader, and goes with the question."""

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from inference.beyond.sit import Sitter
from inference.evaluation.needle.agreements import written
from review import engine
from review.engine import half_asked
from tests.readers import stand_in

AGREEMENTS = written(random.Random("sections"), clauses=60, documents=4)
ABSENT = AGREEMENTS.absent[0]
ASKED = [engine.Asked("a", ABSENT, f"What the clause {ABSENT} says.", "text", "")]
TEXTS = tuple(engine.CaseText(each.id, each.content, "en") for each in AGREEMENTS.case_file.documents)
CASE = engine.Case("firm", "matter", "case", TEXTS)


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    yield
    engine.close_whole_reader()


@pytest.fixture
def sat(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions of every reading of sections."""
    told: list[str] = []
    real = Sitter.sit

    def sit(self: Sitter[Any], sitting: Any) -> None:
        real(self, sitting)
        told.extend(each.question.id for each in sitting.pending)

    monkeypatch.setattr(Sitter, "sit", sit)
    return told


@pytest.fixture
def spec() -> engine.ReaderSpec:
    """A reader that has gone through the case file."""
    folder = Path(settings.MODELS_DIR) / stand_in()
    found = engine.ReaderSpec("engine", "Narrow", str(folder), dtype="float32", window=1024, reason_tokens=4)
    engine.begin_case(found, CASE)
    engine.read_case(found, CASE, lambda done, total: None, lambda: False)
    return found


def ask(
    spec: engine.ReaderSpec, news: engine.News | None = None, cancelled: Callable[[], bool] = lambda: False
) -> list[engine.CaseAnswered]:
    return list(engine.ask_case(spec, CASE, ASKED, cancelled, lambda: news or engine.News()))


def ask_once_around(spec: engine.ReaderSpec, leaving: frozenset[str] = frozenset()) -> None:
    with pytest.raises(engine.GaveWay):
        ask(spec, engine.News(leaving=leaving, is_enough=True))


def test_it_goes_when_the_question_is_called_off(spec: engine.ReaderSpec, sat: list[str]) -> None:
    ask_once_around(spec)
    assert sat == ["a"]
    assert half_asked.holds_half_asked("firm", "matter")
    with pytest.raises(engine.CalledOff):
        ask(spec, cancelled=lambda: True)
    assert not half_asked.holds_half_asked("firm", "matter")
    ask_once_around(spec, leaving=frozenset({"a"}))
    assert not half_asked.holds_half_asked("firm", "matter")


def test_what_a_reader_read_that_reasons_otherwise_is_not_taken_for_its_own(
    spec: engine.ReaderSpec, sat: list[str]
) -> None:
    ask_once_around(spec)
    other = replace(spec, reason_tokens=8)
    for each, rounds in ((other, 3), (spec, 2)):
        sat.clear()
        (answer,) = ask(each)
        assert answer.state == "not_found"
        assert len(sat) == rounds


def test_what_lies_on_no_shelf_any_more_is_not_said_to_stay(spec: engine.ReaderSpec, tmp_path: Path) -> None:
    case = replace(CASE, key="kept", shelf=engine.Shelf(tmp_path, bytes(32)))
    engine.begin_case(spec, case)
    assert engine.read_case(spec, case, lambda done, total: None, lambda: False).stays
    assert engine.begin_case(spec, case).stays
    shutil.rmtree(tmp_path / engine.MEMORIES)  # as the firm's disk budget does
    begun = engine.begin_case(spec, case)
    assert (begun.is_warm, begun.stays) == (True, False)


def test_it_goes_where_nobody_came_back_for_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    half_asked.half_asked("firm", "matter", "old", "reader")["a"] = "so far"
    monkeypatch.setattr(half_asked, "STAYS", -1.0)
    engine.tidy_cases()
    assert not half_asked.holds_half_asked("firm", "matter")
    monkeypatch.undo()
    half_asked.half_asked("firm", "matter", "new", "reader")["a"] = "so far"
    engine.tidy_cases()
    assert half_asked.holds_half_asked("firm", "matter")

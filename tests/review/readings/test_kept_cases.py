"""What a worker's process keeps of case files, through the door: budgets, pins, shelves, and every move told once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from review import engine
from tests.cast import AGREEMENT, LEASE
from tests.readers import tiny_model

FIRM, OTHER_FIRM = "firm-1", "firm-2"
ASKED = [engine.Asked("law", "Governing law", "Which law governs?", "text", "")]
GIB = 1024**3


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    yield
    engine.close_whole_reader()
    engine.set_budgets(FIRM, engine.Budgets())
    engine.what_moved()


@pytest.fixture
def spec() -> engine.ReaderSpec:
    folder = Path(settings.MODELS_DIR) / tiny_model()
    return engine.ReaderSpec(
        "engine", "Tiny", str(folder), dtype="float32", chunk=256, window=1024, reason_tokens=4
    )


def case_of(
    key: str, matter: str = "matter-1", firm: str = FIRM, shelf: engine.Shelf | None = None
) -> engine.Case:
    content = f"{key}. {LEASE}\n\n{AGREEMENT}"
    return engine.Case(firm, matter, key, (engine.CaseText("one", content, "en"),), shelf)


def read(spec: engine.ReaderSpec, *cases: engine.Case) -> list[engine.CaseRead]:
    found = []
    for case in cases:
        engine.begin_case(spec, case)
        found.append(engine.read_case(spec, case, lambda done, total: None, lambda: False))
    return found


def answers(spec: engine.ReaderSpec, case: engine.Case) -> list[object]:
    found = engine.ask_case(spec, case, ASKED, lambda: False)
    return [(each.state, each.value, each.reason, each.evidence, each.support) for each in found]


def places() -> dict[str, str]:
    return {kept.key: kept.place for kept in engine.kept_cases()}


def told() -> list[tuple[str, str, str, str, str]]:
    return [(each.key, each.before, each.after, each.why, each.room_for) for each in engine.what_moved()]


def budget_of(
    spec: engine.ReaderSpec, device: float = 1, memory: float = 0, lifetime: float | None = None
) -> int:
    """Budgets from now on, counted in one of the case files; gives its bytes."""
    read(spec, case_of("z"))
    (kept,) = engine.kept_cases()
    engine.forget_cases(FIRM, "matter-1")
    engine.set_budgets(FIRM, engine.Budgets(int(kept.bytes * device), int(kept.bytes * memory), lifetime))
    engine.what_moved()
    return kept.bytes


def test_a_case_file_that_waited_in_memory_is_not_read_again_and_answers_the_same(
    spec: engine.ReaderSpec,
) -> None:
    budget_of(spec, device=1.5, memory=1.5)
    read(spec, case_of("a"))
    before = answers(spec, case_of("a"))
    read(spec, case_of("b"))
    assert places() == {"a": "memory", "b": "device"}
    begun = engine.begin_case(spec, case_of("a"))
    assert begun.is_warm
    assert answers(spec, case_of("a")) == before
    assert told() == [
        ("a", "gone", "device", "used", ""),
        ("a", "device", "memory", "room", "b"),
        ("b", "gone", "device", "used", ""),
        ("b", "device", "memory", "room", "a"),
        ("a", "memory", "device", "used", ""),
    ]
    assert told() == []


def test_without_budgets_as_much_is_kept_as_one_window_and_what_leaves_says_so(
    spec: engine.ReaderSpec,
) -> None:
    first, *_ = read(spec, *map(case_of, "abcde"))
    gone = [each for each in engine.what_moved() if each.after == "gone"]
    assert gone
    assert {each.why for each in gone} == {"room"}
    kept = engine.kept_cases()
    assert {each.place for each in kept} == {"device"}
    taken, window = sum(each.bytes for each in kept), kept[0].bytes * spec.window / first.tokens
    # About, since the last tokens of each take more than others: one less would waste room, one more has none.
    assert taken - kept[0].bytes < window < taken + kept[0].bytes


def test_a_move_names_no_other_matter(spec: engine.ReaderSpec) -> None:
    budget_of(spec)
    read(spec, case_of("a"), case_of("b", matter="matter-2"), case_of("c", firm=OTHER_FIRM))
    moved = [each for each in engine.what_moved() if each.why == "room"]
    assert [(each.key, each.room_for) for each in moved] == [("a", ""), ("b", "")]


def test_a_pinned_case_file_stays_and_another_that_cannot_be_is_told_in_bytes(
    spec: engine.ReaderSpec,
) -> None:
    each = budget_of(spec, device=2.5, memory=1.5)
    read(spec, case_of("a"), case_of("b"))
    assert engine.pin_case(FIRM, "matter-1", "a")
    with pytest.raises(engine.PinRefused, match="To stay whatever comes") as refused:
        engine.pin_case(FIRM, "matter-1", "b")
    assert refused.value.asked == each
    assert 0 <= refused.value.there < each
    read(spec, case_of("c"), case_of("d"), case_of("e"))
    assert "a" in places()
    (pinned,) = [kept for kept in engine.kept_cases() if kept.is_pinned]
    assert (pinned.key, pinned.pinned_until) == ("a", None)
    engine.unpin_case(FIRM, "matter-1", "a")
    until = datetime.now(UTC) + timedelta(days=2)
    assert engine.pin_case(FIRM, "matter-1", "e", until)
    assert [kept.pinned_until for kept in engine.kept_cases() if kept.is_pinned] == [until]


def test_a_firm_s_budget_neither_narrows_nor_widens_what_another_keeps(spec: engine.ReaderSpec) -> None:
    each = budget_of(spec, device=1.5, memory=1.5)
    read(spec, case_of("a"), case_of("b"))
    engine.set_budgets(OTHER_FIRM, engine.Budgets(each * 3 // 2, 0, 0.0))
    read(spec, case_of("c", firm=OTHER_FIRM))
    engine.tidy_cases()
    assert places() == {"b": "memory", "c": "device"}  # "a" made room for it
    read(spec, case_of("d", firm=OTHER_FIRM))
    assert places() == {"c": "memory", "d": "device"}
    engine.tidy_cases()  # the place in main memory is none of this firm's
    assert places() == {"d": "device"}


def test_a_firm_that_keeps_nothing_here_any_more_widens_nobody_s_budget(spec: engine.ReaderSpec) -> None:
    each = budget_of(spec, device=1.5, memory=5)
    read(spec, case_of("a"))
    engine.forget_cases(FIRM, "matter-1")
    engine.set_budgets(OTHER_FIRM, engine.Budgets(each * 3 // 2, 0))
    read(spec, case_of("c", firm=OTHER_FIRM), case_of("d", firm=OTHER_FIRM))
    assert places() == {"d": "device"}  # "c" has no main memory to wait in


def test_a_case_file_in_hand_stays_until_it_was_asked_whatever_is_wanted_meanwhile(
    spec: engine.ReaderSpec,
) -> None:
    budget_of(spec)
    with engine.in_hand(spec, case_of("a")):
        read(spec, case_of("a"))
        engine.what_moved()
        engine.set_budgets(FIRM, engine.Budgets(1))
        engine.tidy_cases()
        engine.forget_cases(FIRM, "matter-1")
        answers(spec, case_of("a"))
        assert told() == []  # it never left, so it was not read again
    assert told() == [("a", "device", "gone", "let go", "")]


def test_nothing_can_be_pinned_that_this_process_does_not_know(spec: engine.ReaderSpec) -> None:
    assert not engine.pin_case(FIRM, "matter-1", "a")
    assert not engine.unpin_case(FIRM, "matter-1", "a")
    assert engine.kept_cases() == ()
    read(spec, case_of("a"))
    assert not engine.pin_case(OTHER_FIRM, "matter-1", "a")


def test_what_a_matter_is_told_to_forget_is_gone_pinned_or_not(spec: engine.ReaderSpec) -> None:
    budget_of(spec, device=3, memory=3)
    read(spec, case_of("a"), case_of("b", matter="matter-2"))
    engine.pin_case(FIRM, "matter-1", "a")
    engine.what_moved()
    engine.forget_cases(FIRM, "matter-1")
    assert told() == [("a", "device", "gone", "let go", "")]
    assert places() == {"b": "device"}


def test_lifetimes_end_when_the_worker_tidies(spec: engine.ReaderSpec) -> None:
    budget_of(spec, lifetime=0)
    read(spec, case_of("a"))
    engine.tidy_cases()
    assert told()[-1] == ("a", "device", "gone", "lifetime", "")


def test_a_case_file_is_saved_on_its_shelf_and_restored_by_another_process(
    spec: engine.ReaderSpec, tmp_path: Path
) -> None:
    shelf = engine.Shelf(tmp_path / "matter-1", bytes(range(32)))
    case = case_of("a", shelf=shelf)
    assert engine.begin_case(spec, case).saved == 0
    (first,) = read(spec, case)
    assert first.restored == 0
    assert (first.saved, first.trouble) == (first.tokens, "")
    before = answers(spec, case)
    (saved,) = engine.saved_cases(shelf.folder)
    assert (saved.name, saved.done, saved.tokens) == (first.saved_as, first.tokens, first.tokens)
    assert 0 < first.disk_bytes < saved.bytes  # which counts the manifest too
    assert [kept.disk_bytes for kept in engine.kept_cases()] == [first.disk_bytes]
    engine.what_moved()
    engine.close_whole_reader()
    assert told() == [("a", "device", "disk", "closed", "")]

    begun = engine.begin_case(spec, case)
    assert (begun.done, begun.saved) == (0, begun.tokens)
    again = engine.read_case(spec, case, lambda done, total: None, lambda: False)
    assert (again.restored, again.saved, again.saved_as) == (again.tokens, again.tokens, saved.name)
    assert engine.read_case(spec, case, lambda done, total: None, lambda: False).restored == 0  # it was there
    assert answers(spec, case) == before
    assert told() == [("a", "disk", "device", "used", "")]


def test_a_case_file_that_went_to_the_disk_meanwhile_is_asked_all_the_same(
    spec: engine.ReaderSpec, tmp_path: Path
) -> None:
    budget_of(spec)
    case = case_of("a", shelf=engine.Shelf(tmp_path / "matter-1", bytes(32)))
    read(spec, case)
    before = answers(spec, case)
    read(spec, case_of("b"))
    assert places() == {"a": "disk", "b": "device"}
    assert answers(spec, case) == before


def test_a_saved_reading_is_deleted_by_its_name_and_by_nothing_else(
    spec: engine.ReaderSpec, tmp_path: Path
) -> None:
    shelf = engine.Shelf(tmp_path / "matter-1", bytes(32))
    (first,) = read(spec, case_of("a", shelf=shelf))
    (tmp_path / "other").mkdir()
    for name in ("", ".", "..", "../other", str(tmp_path / "other"), "nobody"):
        assert not engine.delete_saved(shelf.folder, name)
    assert engine.delete_saved(shelf.folder, first.saved_as)
    assert list(engine.saved_cases(shelf.folder)) == []
    assert (tmp_path / "other").is_dir()
    assert list(engine.saved_cases(tmp_path / "nobody")) == []


def test_a_shelf_without_a_proper_key_is_refused_and_its_key_is_never_shown(
    spec: engine.ReaderSpec, tmp_path: Path
) -> None:
    shelf = engine.Shelf(tmp_path, b"too short")
    assert "too short" not in repr(case_of("a", shelf=shelf))
    with pytest.raises(engine.UnfitReader, match="must have 32 bytes"):
        engine.begin_case(spec, case_of("a", shelf=shelf))


def test_a_question_that_finds_no_room_comes_back_later(spec: engine.ReaderSpec) -> None:
    budget_of(spec)
    read(spec, case_of("a"))
    asking = engine.ask_case(
        spec, case_of("a"), [*ASKED, engine.Asked("x", "X", "X?", "text", "")], lambda: False
    )
    next(asking)
    with pytest.raises(engine.NotThere, match="finds no room") as refused:
        engine.begin_case(spec, case_of("b"))
    assert (refused.value.wait, refused.value.of_the_reader) == (300, False)
    asking.close()  # type: ignore[attr-defined]
    assert engine.begin_case(spec, case_of("b")).done == 0

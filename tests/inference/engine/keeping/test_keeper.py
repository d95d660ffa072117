"""Several readings of one model beside one another: who leaves for whom, what stays, and that all of it is told."""

import math
import weakref

import pytest

from inference.engine.keeping.budgets import Limits
from inference.engine.keeping.refused import NoRoom, PinRefused
from inference.engine.prefill import Cancelled
from inference.engine.saved.folder import delete_reading, readings_in
from inference.types import Question

from .conftest import Kept, MakeKept


def test_the_least_recently_used_waits_in_memory_and_comes_back(kept: MakeKept) -> None:
    here = kept(device=2, memory=2)
    here.read("a", "b", "a", "c")
    assert here.places() == {"b": "memory", "a": "device", "c": "device"}
    here.told()
    with here.using("b") as reading:
        assert reading.is_complete  # nothing is read again
    assert here.told() == [("a", "device", "memory", "room", "b"), ("b", "memory", "device", "used", None)]


def test_what_memory_cannot_have_is_gone_where_it_was_not_saved(kept: MakeKept) -> None:
    here = kept(device=1, memory=1)
    here.read("a", "b", "c")
    assert here.places() == {"b": "memory", "c": "device"}
    assert here.told()[2:] == [
        ("b", "gone", "device", "used", None),
        ("a", "memory", "gone", "room", "c"),
        ("b", "device", "memory", "room", "c"),
        ("c", "gone", "device", "used", None),
    ]


def test_what_was_saved_stays_on_the_disk_and_is_restored(kept: MakeKept) -> None:
    here = kept(device=1, saves=True)
    here.read("a", "b")
    assert here.places() == {"a": "disk", "b": "device"}
    here.told()
    with here.using("a") as reading:
        reading.prefill()
        assert reading.restored == reading.total
    assert here.told() == [("b", "device", "disk", "room", "a"), ("a", "disk", "device", "used", None)]


def test_another_keeper_finds_it_on_the_disk(kept: MakeKept) -> None:
    kept(device=1, saves=True).read("a")
    other = kept(device=1, saves=True)
    other.read("a")
    assert other.told() == [("a", "disk", "device", "used", None)]


def test_a_reading_that_was_half_saved_does_not_count_as_saved(kept: MakeKept) -> None:
    here = kept(device=1, saves=True)
    with here.using("a") as reading, pytest.raises(Cancelled):
        reading.prefill(cancelled=lambda: reading.saved is not None and reading.saved.saved_tokens > 0)
    here.read("b")
    assert here.places() == {"b": "device"}


def test_a_pinned_reading_leaves_last_and_never_for_good(kept: MakeKept) -> None:
    here = kept(device=2, memory=1)
    here.read("a", "b")
    assert here.keeper.pin("a", math.inf)
    here.read("c", "d", "e", "f")
    assert here.places()["a"] == "device"  # used least, and kept
    here.keeper.keep_within(Limits(0, here.keeper.limits.memory, None, here.keeper.limits.window))
    assert here.places() == {"a": "memory"}
    here.read("b", "c", "d")
    assert here.places()["a"] == "memory"


def test_some_are_held_to_less_than_there_is_and_those_that_wait_leave_first(kept: MakeKept) -> None:
    here = kept(device=2, memory=2)
    here.read("a", "b", "c", "d")
    here.keeper.pin("b", math.inf)
    here.keeper.keep_own_within(lambda name: name != "a", 2 * here.keeper.statement()[0].bytes)
    assert here.places() == {"a": "memory", "b": "memory", "d": "device"}  # "b" has nowhere else to be


def test_a_pin_ends_at_its_moment(kept: MakeKept) -> None:
    here = kept(device=1, memory=1)
    here.read("a")
    here.keeper.pin("a", until=here.now + 2.5)
    here.read("b", "c")
    assert here.places() == {"a": "memory", "c": "device"}
    here.read("d")
    assert here.places() == {"c": "memory", "d": "device"}


def test_a_pin_that_could_not_be_kept_is_refused_with_its_bytes(kept: MakeKept) -> None:
    here = kept(device=2, memory=1)
    here.read("a", "b")
    assert here.keeper.pin("a", math.inf)
    with pytest.raises(PinRefused, match="could be pinned if all of it were saved") as refused:
        here.keeper.pin("b", math.inf)
    by_name = {each.key: each for each in here.keeper.statement()}
    assert refused.value.asked == by_name["b"].bytes
    assert refused.value.there == here.keeper.limits.memory - by_name["a"].bytes
    assert by_name["b"].pinned_until is None
    here.keeper.unpin("a")
    assert here.keeper.pin("b", math.inf)
    assert not here.keeper.pin("nobody", math.inf)
    assert not here.keeper.unpin("nobody")


def test_what_is_saved_can_be_pinned_without_memory(kept: MakeKept) -> None:
    here = kept(device=1, saves=True)
    here.read("a")
    here.keeper.pin("a", math.inf)
    here.read("b")
    assert here.places() == {"a": "disk", "b": "device"}
    here.read("a")
    (told,) = [each for each in here.keeper.statement() if each.key == "a"]
    assert (told.place, told.pinned_until) == ("device", math.inf)  # the promise came back with it
    assert told.disk_bytes > 0


def test_nobody_is_sent_away_while_being_used(kept: MakeKept) -> None:
    here = kept(device=1, memory=2)
    with here.using("a") as reading:
        reading.prefill()
        before = here.places()
        with pytest.raises(NoRoom, match="are left") as refused, here.using("b"):
            raise AssertionError
        assert refused.value.asked == here.begin("b").bytes
        assert here.places() == before
        with here.using("a") as again:
            assert again is reading
    here.read("b")
    assert here.places() == {"a": "memory", "b": "device"}


def test_a_pinned_reading_with_nowhere_to_go_stays_and_the_new_one_is_refused(kept: MakeKept) -> None:
    here = kept(device=1, memory=1)
    here.read("a")
    here.keeper.pin("a", math.inf)
    limits = here.keeper.limits
    here.keeper.keep_within(Limits(limits.device, 0, None, limits.window))  # less than was promised
    with pytest.raises(NoRoom), here.using("b"):
        raise AssertionError
    assert here.places() == {"a": "device"}


def test_two_pinned_ones_change_places_where_memory_has_one_alone(kept: MakeKept) -> None:
    here = kept(device=1, memory=2)
    here.read("a")
    here.keeper.pin("a", math.inf)
    here.read("b")
    here.keeper.pin("b", math.inf)
    limits = here.keeper.limits
    here.keeper.keep_within(Limits(limits.device, limits.memory // 2, None, limits.window))
    here.read("a")
    assert here.places() == {"b": "memory", "a": "device"}


def test_one_larger_than_the_budget_is_worked_with_and_not_kept(kept: MakeKept) -> None:
    here = kept(device=0.1)
    with here.using("a") as reading:
        reading.prefill()
    with here.using("a") as again:
        assert again is reading  # still there for the questions that follow
    here.keeper.tidy()
    assert here.told() == [("a", "gone", "device", "used", None), ("a", "device", "gone", "budget", None)]


def test_what_is_not_used_for_its_lifetime_ends(kept: MakeKept) -> None:
    here = kept(device=3, memory=1, lifetime=60)
    here.read("a", "b", "c")
    here.keeper.pin("a", math.inf)
    here.now += 58.5
    here.keeper.tidy()
    assert here.places() == {"a": "device", "b": "device", "c": "device"}
    here.now += 1
    here.told()
    here.keeper.tidy()
    here.keeper.tidy()
    assert here.told() == [("b", "device", "gone", "lifetime", None)]
    here.now += 60
    with here.using("c"):
        here.keeper.tidy()
    assert here.places() == {"a": "device", "c": "device"}


def test_a_saved_one_stays_on_the_disk_after_its_lifetime_until_its_files_are_deleted(kept: MakeKept) -> None:
    here = kept(device=1, lifetime=60, saves=True)
    here.read("a")
    here.now += 60
    here.keeper.tidy()
    assert here.places() == {"a": "disk"}
    assert here.shelf is not None
    for listed in list(readings_in(here.shelf.folder)):
        delete_reading(listed.folder)
    here.told()
    here.keeper.tidy()
    here.keeper.tidy()
    assert here.told() == [("a", "disk", "gone", "deleted", None)]
    assert here.places() == {}


def test_letting_go_ends_pins_and_waits_for_who_is_in_use(kept: MakeKept) -> None:
    here = kept(device=3, memory=3)
    here.read("a", "b")
    here.keeper.pin("a", math.inf)
    here.told()
    with here.using("b"):
        here.keeper.let_go(lambda name: name in "ab")
        assert here.told() == [("a", "device", "gone", "let go", None)]
    here.keeper.let_go(lambda name: True)
    assert here.told() == [("b", "device", "gone", "let go", None)]


def test_closing_lets_go_of_everything(kept: MakeKept) -> None:
    here = kept(device=1, saves=True)
    here.read("a", "b")
    here.told()
    with here.using("b"):
        here.keeper.close()
    here.keeper.close()
    assert here.told() == [("b", "device", "disk", "closed", None)]
    assert here.places() == {}


def test_the_statement_tells_what_is_kept(kept: MakeKept) -> None:
    here = kept(device=1, memory=1)
    here.read("a", "b")
    first, second = here.keeper.statement()
    assert (first.key, first.last_used, first.in_use) == ("a", 1001, False)
    assert first.bytes == here.begin("a").bytes
    assert (second.key, second.last_used) == ("b", 1002)
    assert here.keeper.bytes_in("memory") == first.bytes
    assert here.keeper.bytes_in("device") == second.bytes
    with here.using("a"):
        assert [each.in_use for each in here.keeper.statement()] == [False, True]


@pytest.mark.parametrize("saves", [False, True])
def test_who_was_asked_and_is_gone_takes_no_memory_any_more(kept: MakeKept, saves: bool) -> None:
    here = kept(device=1, saves=saves)
    here.read("a")
    with here.using("a") as reading:
        asked = [Question("flour", "Flour", "Who sells flour?", "text")]
        assert list(here.reader.ask(reading, asked, second_reading=False))
        left = weakref.ref(reading.prefix.store)
    del reading
    here.read("b")
    assert left() is None  # without waiting for a collection


def test_a_reading_that_cannot_be_begun_moves_nobody(kept: MakeKept) -> None:
    here = kept(device=1, memory=1)
    here.read("a")
    here.told()

    def broken() -> Kept:
        raise ValueError("too long")

    with pytest.raises(ValueError, match="too long"), here.keeper.using("b", broken):  # type: ignore[arg-type]
        raise AssertionError
    assert here.told() == []
    assert here.places() == {"a": "device"}

"""A long walk of drawn operations on a keeper: whatever comes, budgets and promises hold and the book is right."""

import math
import random
from collections.abc import Callable

import pytest
import torch

from inference.engine.keeping.budgets import Limits
from inference.engine.keeping.moves import Place
from inference.engine.keeping.refused import NoRoom, PinRefused
from inference.engine.prefill import Cancelled
from inference.engine.reader import EngineReader
from inference.engine.reading import EngineReading

from .conftest import NAMES, Kept, MakeKept, case_of

STEPS = 250
ASKED = [[11, 12, 13], [21]]


@pytest.fixture(scope="module")
def answers(reader: EngineReader) -> dict[str, torch.Tensor]:
    """What each case file answers when it is read by itself, [2, vocabulary]."""
    names = NAMES.upper()
    return {name: reader.read(case_of(name)).prefix.fork(2).feed(ASKED) for name in names}


class Walk:
    """Draws operations, and does the book-keeping of what it asked for and was told by itself."""

    def __init__(self, kept: Kept, answers: dict[str, torch.Tensor], seed: int) -> None:
        self.kept, self.answers, self.draw = kept, answers, random.Random(seed)
        self.book: dict[str, Place] = {}
        self.pinned: dict[str, float] = {}
        self.last = ""
        self.seen: set[str] = set()

    def step(self) -> None:
        name = self.draw.choice(sorted(self.answers))
        self.kept.now += self.draw.choice([0, 1, 5])
        operations: list[tuple[float, Callable[[str], None]]] = [
            (8, self.use),
            (2, self.pin),
            (1, self.unpin),
            (0.5, self.let_go),
            (2, self.tidy),
        ]
        weights, actions = zip(*operations, strict=True)
        (action,) = self.draw.choices(actions, weights)
        action(name)
        self.check()

    def use(self, name: str) -> None:
        with self.kept.using(name) as reading:
            self.last = name
            self.work(name, reading)

    def work(self, name: str, reading: EngineReading) -> None:
        """Read all of it and ask, or be called off on the way."""
        left = self.draw.choice([1, 99, 99])

        def cancelled() -> bool:
            nonlocal left
            left -= 1
            return left < 0

        try:
            reading.prefill(cancelled=cancelled)
        except Cancelled:
            return
        assert torch.equal(reading.prefix.fork(2).feed(ASKED), self.answers[name])

    def pin(self, name: str) -> None:
        until = self.draw.choice([math.inf, self.kept.now + 20])
        try:
            if self.kept.keeper.pin(name, until):
                self.pinned[name] = until
        except PinRefused as refusal:
            self.seen.add("refused" if refusal.asked > refusal.there >= 0 else "wrongly refused")

    def unpin(self, name: str) -> None:
        self.kept.keeper.unpin(name)
        self.pinned.pop(name, None)

    def let_go(self, name: str) -> None:
        self.kept.keeper.let_go(lambda key: key == name)
        self.pinned.pop(name, None)

    def tidy(self, name: str) -> None:
        self.kept.keeper.tidy()
        self.last = ""

    def check(self) -> None:
        self.replay()
        assert "wrongly refused" not in self.seen
        keeper, limits = self.kept.keeper, self.kept.keeper.limits
        used = {each.key: each.bytes for each in keeper.statement()}
        assert keeper.bytes_in("device") <= max(limits.device, used.get(self.last, 0))
        assert keeper.bytes_in("memory") <= limits.memory
        lasting = {name for name, until in self.pinned.items() if until > self.kept.now}
        assert lasting <= self.kept.places().keys()

    def replay(self) -> None:
        """Everything that was told, and nothing else, happened."""
        for move in self.kept.moves:
            self.seen |= {move.why, f"{move.before} to {move.after}"}
            assert move.before != move.after
            assert self.book.get(move.key, move.before) == move.before
            if move.key not in self.book:
                assert move.before in ("gone", "disk")
            if move.room_for is not None:
                assert move.room_for != move.key
            assert (move.why == "room") == (move.room_for is not None)
            self.book[move.key] = move.after
        self.kept.moves.clear()
        self.book = {key: place for key, place in self.book.items() if place != "gone"}
        assert self.book == self.kept.places()


@pytest.mark.parametrize("saves", [False, True])
@pytest.mark.parametrize("seed", [1, 2])
def test_budgets_and_promises_hold_and_no_question_is_refused(
    kept: MakeKept, answers: dict[str, torch.Tensor], seed: int, saves: bool
) -> None:
    walk = Walk(kept(device=4, memory=3, lifetime=12, saves=saves), answers, seed)
    for _ in range(STEPS):
        walk.step()  # NoRoom would end it
    assert {"used", "room", "lifetime", "let go", "device to memory", "memory to device"} <= walk.seen
    assert bool({"device to disk", "memory to disk"} & walk.seen) == saves
    assert saves or "refused" in walk.seen


class Changing(Walk):
    """Budgets change on the way, and readings are used while others are: then a pin may stand in the way."""

    def tidy(self, name: str) -> None:
        super().tidy(name)
        now = self.kept.keeper.limits
        device, memory = (self.draw.choice([0, 4, 6, 8]) * now.window // 8 for _ in range(2))
        self.kept.keeper.keep_within(Limits(device, memory, now.lifetime, now.window))

    def use(self, name: str) -> None:
        other = self.draw.choice(sorted(self.answers))
        try:
            with self.kept.using(name) as reading, self.kept.using(other) as beside:
                self.work(name, reading)
                self.work(other, beside)
        except NoRoom as refusal:
            self.seen.add("no room" if refusal.asked > refusal.there >= 0 else "wrongly refused")

    def check(self) -> None:
        self.replay()
        assert "wrongly refused" not in self.seen
        self.kept.keeper.tidy()
        self.replay()
        keeper, limits = self.kept.keeper, self.kept.keeper.limits
        bound = {name for name, until in self.pinned.items() if until > self.kept.now}
        assert bound <= self.kept.places().keys()
        above = [each.key for each in keeper.statement() if each.place == "device"]
        if keeper.bytes_in("device") > limits.device:
            assert set(above) <= bound
        if keeper.bytes_in("memory") > limits.memory:
            assert {name for name, place in self.kept.places().items() if place == "memory"} <= bound


@pytest.mark.parametrize("seed", [3, 4])
def test_only_what_is_pinned_is_ever_above_a_budget(
    kept: MakeKept, answers: dict[str, torch.Tensor], seed: int
) -> None:
    walk = Changing(kept(device=4, memory=3, lifetime=40), answers, seed)
    for _ in range(STEPS):
        walk.step()
    assert {"used", "room", "budget", "no room", "refused"} <= walk.seen

"""What the model of this process has read: kept under budgets, pinned, let go of, and told of as plain values."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from .errors import PinRefused
from .half_asked import tidy_half_asked
from .kept import Budgets, KeptCase, MovedCase

Key = tuple[str, str, str]  # organization, matter, key of the case file
SECTIONS = "sections"  # in place of a case file's key: room that is taken for a while, and no reading


class _Kept:
    """What this process holds: one model's keeper at most, budgets by firm, and what nobody has asked for yet."""

    def __init__(self) -> None:
        self.budgets: dict[str, Budgets] = {}  # of firms that have something here, and of the one in hand
        self.keeper: Any = None
        self.loaded: Any = None
        self.moved: list[MovedCase] = []

    def limits(self, *of: Budgets) -> Any:
        """Those of one firm, or the widest of all: what one wants ended sooner is told by its own rows."""
        from inference.engine.keeping.budgets import Budgets as EngineBudgets
        from inference.engine.keeping.budgets import limits_of

        given = of or tuple(self.budgets.values()) or (Budgets(),)
        keeper = self.keeper
        taken = [keeper.bytes_in(place) if keeper else 0 for place in ("device", "memory")]

        def limits(device: int | None, memory: int, lifetime: float | None) -> Any:
            asked = EngineBudgets(device, memory, lifetime)
            return limits_of(asked, self.loaded, on_device=taken[0], in_memory=taken[1])

        device = max(limits(each.device_bytes, 0, None).device for each in given)  # None is a window
        lifetimes = [each.lifetime_seconds for each in given]
        lifetime = None if None in lifetimes else max(each for each in lifetimes if each is not None)
        return limits(device, max(each.memory_bytes for each in given), lifetime)

    def hold(self, keeper: Any) -> None:
        """Hold the widest budgets with all of it, and each firm's own with what is that firm's."""
        budgets = self.budgets  # another thread may put others in their place
        keeper.keep_within(self.limits(*budgets.values()))
        if len(budgets) < 2:
            return
        for organization, given in budgets.items():
            own = self.limits(given)
            keeper.keep_own_within(partial(_is_of, organization), own.device + own.memory)


_kept = _Kept()


def open_keeper(loaded: Any) -> Any:
    """The keeper of a model that was just opened, in the place of the one before."""
    from inference.engine.keeping.keeper import Keeper

    close_keeper()
    _kept.loaded = loaded
    _kept.keeper = Keeper(_kept.limits(), _note)
    return _kept.keeper


def close_keeper() -> None:
    """Let go of all that is kept."""
    keeper, _kept.keeper, _kept.loaded = _kept.keeper, None, None
    if keeper is not None:
        keeper.close()


def set_budgets(organization: str, budgets: Budgets) -> None:
    """What this process may keep of a firm from now on; what is above it leaves at once, unless in use or pinned."""
    keeper = _kept.keeper
    there = {kept.key[0] for kept in keeper.statement() if kept.place != "disk"} if keeper else set()
    others = {name: given for name, given in _kept.budgets.items() if name in there}
    _kept.budgets = {**others, organization: budgets}
    if keeper is not None:
        _kept.hold(keeper)


def kept_cases() -> tuple[KeptCase, ...]:
    """What this process keeps of case files, the least recently used first."""
    keeper = _kept.keeper  # once: another thread may close it at any time
    told = map(_told, keeper.statement()) if keeper else ()
    return tuple(each for each in told if each.key != SECTIONS)


def what_moved() -> tuple[MovedCase, ...]:
    """Every move since this was last asked, in its order; each is told once."""
    moved, _kept.moved = tuple(_kept.moved), []
    return moved


def pin_case(organization: str, matter: str, key: str, until: datetime | None = None) -> bool:
    """Promise that a case file stays, until a moment or without end; False where this process does not know it.

    Raises PinRefused where neither main memory nor its shelf could have it.
    """
    keeper = _kept.keeper
    if keeper is None:
        return False
    from inference.engine.keeping import refused

    try:
        return bool(keeper.pin((organization, matter, key), until.timestamp() if until else math.inf))
    except refused.PinRefused as refusal:
        raise PinRefused(str(refusal), refusal.asked, refusal.there) from None


def unpin_case(organization: str, matter: str, key: str) -> bool:
    """Take the promise back; False where this process does not know it."""
    keeper = _kept.keeper
    return bool(keeper and keeper.unpin((organization, matter, key)))


def tidy_cases() -> None:
    """Let go of what has not been used for its lifetime, and hold every firm's budget."""
    tidy_half_asked()
    keeper = _kept.keeper
    if keeper is not None:
        keeper.tidy()
        _kept.hold(keeper)


def forget_kept(organization: str, matter: str, key: str | None = None) -> None:
    """Let go of all that is kept of a matter, or of one of its case files."""
    wanted, keeper = (organization, matter, key), _kept.keeper
    if keeper is not None:
        keeper.let_go(lambda own: own == wanted if key else own[:2] == wanted[:2])


@contextmanager
def room_for_sections(keeper: Any, matter: tuple[str, str]) -> Iterator[None]:
    """A window's bytes on the device for a while; others leave it for that as for a reading. Raises NoRoom."""
    if keeper is None:
        yield
        return
    key = (*matter, SECTIONS)
    try:
        with keeper.using(key, lambda: _Room(keeper.limits.window)):
            yield
    finally:
        keeper.let_go(lambda own: own == key)


class _Room:
    """Bytes that a keeper counts like a reading's; it is never kept."""

    saved = None

    def __init__(self, taken: int) -> None:
        self.bytes = taken

    def leave_device(self) -> None:
        """There is nothing to be moved."""

    def return_to_device(self) -> None:
        """The same."""


def _is_of(organization: str, key: Key) -> bool:
    return key[0] == organization


def _note(move: Any) -> None:
    organization, matter, key = move.key
    if key == SECTIONS:
        return
    same = move.room_for is not None and move.room_for[:2] == (organization, matter)
    room_for = move.room_for[2] if same else ""
    told = (move.before, move.after, move.why, move.bytes, room_for)
    _kept.moved.append(MovedCase(organization, matter, key, *told, datetime.now(UTC)))


def _told(kept: Any) -> KeptCase:
    organization, matter, key = kept.key
    until = kept.pinned_until
    return KeptCase(
        organization,
        matter,
        key,
        kept.place,
        kept.bytes,
        kept.disk_bytes,
        last_used=datetime.fromtimestamp(kept.last_used, UTC),
        is_pinned=until is not None,
        pinned_until=None if until in (None, math.inf) else datetime.fromtimestamp(until, UTC),
    )

"""Turns keep the names and seeds they always had, so that workers of two releases keep out of each other's way."""

from uuid import UUID

import pytest
from django.db import connection, transaction

from review.tenancy.turns import Turn, take_turn

ONE = UUID("00000000-0000-7000-8000-000000000001")
OTHER = UUID("00000000-0000-7000-8000-000000000002")


@pytest.mark.parametrize(
    ("turn", "subject", "name", "seed"),
    [
        (Turn.ROW, (ONE,), f"{ONE}", 0),
        (Turn.READERS, (ONE,), f"readers {ONE}", 0),
        (Turn.RUNS, (ONE,), f"runs {ONE}", 0),
        (Turn.READINGS, (ONE,), f"readings {ONE}", 0),
        (Turn.FAMILIES, (ONE,), f"families {ONE}", 0),
        (Turn.FILES, (ONE,), f"{ONE}", 1),
        (Turn.LEARNING, (ONE, OTHER), f"{ONE}{OTHER}", 1),
        (Turn.LESSONS, (ONE,), f"{ONE}", 2),
    ],
)
def test_a_turn_locks_what_it_always_locked(
    turn: Turn, subject: tuple[UUID, ...], name: str, seed: int
) -> None:
    with transaction.atomic():
        take_turn(turn, *subject)
        assert _locked() == [_hash(name, seed)]
    assert _locked() == []


def test_no_two_turns_are_the_same() -> None:
    assert len(Turn) == len({turn.value for turn in Turn.__members__.values()}) == len(Turn.__members__)


def _locked() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks"
            " WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        return [row[0] for row in cursor.fetchall()]


def _hash(name: str, seed: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT hashtextextended(%s, %s)", [name, seed])
        return int(cursor.fetchone()[0])

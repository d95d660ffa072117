"""Turns: what one transaction at a time may do. Whoever wants the same waits until this one ends.

They are advisory locks of the database on a name, because there is often no row to lock: `app` may not update what
only grows, hence may not lock its rows. Names and seeds stay as they are: workers of another release take the same.
"""

from enum import Enum
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections


class Turn(Enum):
    """The name a turn is known by, and the seed of its hash; no two are the same."""

    ROW = "{}", 0  # a decision about one row that only grows: a finding, a warning, a comparison
    READERS = "readers {}", 0  # the readers of an organization
    RUNS = "runs {}", 0  # the runs of a matter
    READINGS = "readings {}", 0  # what an organization's readings take of its disk
    FAMILIES = "families {}", 0  # what hangs on what in a matter
    FILES = "{}", 1  # the files of a matter as they arrive
    LEARNING = "{}{}", 1  # what a matter learns of a question
    LESSONS = "{}", 2  # what the matters of an organization teach each other


def take_turn(turn: Turn, *subject: UUID, using: str = DEFAULT_DB_ALIAS) -> None:
    """Wait until no other transaction has this turn of this subject, and keep it to the end of the running one."""
    name, seed = turn.value
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [name.format(*subject), seed]
        )

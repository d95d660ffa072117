"""Who is asking: the one place that sets the database's context, and opens the transaction it lives in.

The policies of every tenant table read these three settings. They are local to the transaction, so a pooled
connection cannot carry them to the next borrower. Knows nothing of matters beyond their id.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction


class ContextError(RuntimeError):
    """A second, different context was asked for inside a running one."""


@dataclass(frozen=True, slots=True)
class Context:
    """A person is (organization, user); a job is (organization, matter); before a firm is chosen, (user,) alone."""

    organization: UUID | None = None
    user: UUID | None = None
    matter: UUID | None = None


def current_context() -> Context | None:
    """The context of the running transaction, or None outside one."""
    if not connection.in_atomic_block:
        return None
    return getattr(connection, "engross_context", None)


@contextmanager
def in_context(
    organization: UUID | None = None, *, user: UUID | None = None, matter: UUID | None = None
) -> Iterator[Context]:
    """Open a transaction in which the database answers as this person or this job.

    Inside a running context the same one may be entered again (a savepoint); any other raises ContextError.
    """
    wanted = Context(organization, user, matter)
    running = current_context()
    if running is not None:
        if running != wanted:
            raise ContextError("Another context is already running; end its transaction first.")
        with transaction.atomic():
            yield wanted
        return
    if connection.in_atomic_block:
        raise ContextError("A transaction without a context is running; open the context first.")
    with transaction.atomic():
        _tell_database(wanted)
        connection.engross_context = wanted  # type: ignore[attr-defined]
        try:
            yield wanted
        finally:
            connection.engross_context = None  # type: ignore[attr-defined]


@contextmanager
def within_matter(matter: UUID) -> Iterator[Context]:
    """Act for one matter inside a person's context, after a gate has let them: how a guest delivers without reading.

    The person stays known to the database, so that an exclusion still beats it.
    """
    running = current_context()
    if running is None or running.matter is not None:
        raise ContextError("This needs the running context of a person.")
    widened = Context(running.organization, running.user, matter)
    _tell_database(widened)
    connection.engross_context = widened  # type: ignore[attr-defined]
    try:
        yield widened
    finally:
        connection.engross_context = running  # type: ignore[attr-defined]
        if not connection.needs_rollback:
            _tell_database(running)


def _tell_database(context: Context) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('engross.organization', %s, true), set_config('engross.user', %s, true),"
            " set_config('engross.matter', %s, true)",
            [str(part) if part else "" for part in (context.organization, context.user, context.matter)],
        )

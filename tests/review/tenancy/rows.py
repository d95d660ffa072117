"""The row walker: every tenant table, every command, every identity, straight at the database.

Each attempt is undone. Triggers are another matter: a quote of a text one cannot see is refused by its guard before
the policies are asked, so a refusal by either counts, unless the session has its triggers switched off.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, LiteralString, cast
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

Session = psycopg.Connection[tuple[Any, ...]]
Command = Literal["SELECT", "INSERT", "UPDATE", "DELETE", "UPDATE all", "DELETE all"]
COMMANDS: tuple[Command, ...] = ("SELECT", "INSERT", "UPDATE", "DELETE", "UPDATE all", "DELETE all")

BESIDE_THE_WALL = {"matters_mattermember", "matters_matterexclusion"}


@dataclass(frozen=True, slots=True)
class Identity:
    """What the database is told about who asks; `name` says who that is."""

    name: str
    organization: UUID | None = None
    user: UUID | None = None
    matter: UUID | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A tenant table with one row of the firm, and where its row stands to the wall."""

    name: str
    key: UUID
    columns: tuple[str, ...]
    values: tuple[Any, ...]
    privileges: frozenset[str]

    @property
    def is_walled(self) -> bool:
        inside = "matter_id" in self.columns or self.name == "matters_matter"
        return inside and self.name not in BESIDE_THE_WALL

    @property
    def tenant(self) -> str:
        return "id" if self.name == "tenancy_organization" else "organization_id"


@dataclass(frozen=True, slots=True)
class People:
    """Who asks: those whom everything of the matter is open to, those of the firm, and those of nowhere."""

    rightful: tuple[Identity, ...]
    of_the_firm: tuple[Identity, ...]
    strangers: tuple[Identity, ...]

    def all(self) -> tuple[Identity, ...]:
        return (*self.rightful, *self.of_the_firm, *self.strangers)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One command of one identity on one table, and whether it should reach the row."""

    table: Table
    command: Command
    identity: Identity
    is_admitted: bool

    def __str__(self) -> str:
        wanted = "is let in" if self.is_admitted else "is refused"
        return f"{self.identity.name} {wanted}: {self.command} {self.table.name}"


def attempts(table: Table, people: People) -> Iterator[Attempt]:
    """Everything to be tried on one table, with what should come of it."""
    for command in COMMANDS:
        for identity in people.all():
            yield Attempt(table, command, identity, _should_reach(table, command, identity, people))


def reaches(session: Session, attempt: Attempt, rightful: Identity) -> bool:
    """Whether the row was seen, written, changed or removed by this identity."""
    with undone(session):
        become(session, attempt.identity)
        try:
            return _TRY[attempt.command](session, attempt.table, attempt.identity, rightful)
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation):
            return False
        except psycopg.errors.UniqueViolation:
            return True  # only rows that the policies let through are compared with others


def wrong(session: Session, table: Table, people: People) -> Iterator[Attempt]:
    """The attempts on one table that do not end as they should, as they are tried."""
    for attempt in attempts(table, people):
        if reaches(session, attempt, people.rightful[0]) != attempt.is_admitted:
            yield attempt


def is_handed_on(session: Session, table: Table, identity: Identity, column: str, to: UUID) -> bool:
    """Whether this identity can write another firm, or another matter, into the rows that it may change."""
    with undone(session):
        become(session, identity)
        # Without a condition, so that only the policies for UPDATE judge the new row.
        statement = sql.SQL("UPDATE {} SET {} = %s").format(
            sql.Identifier(table.name), sql.Identifier(column)
        )
        try:
            return bool(session.execute(statement, [to]).rowcount)
        except psycopg.errors.InsufficientPrivilege:
            return False
        except psycopg.errors.UniqueViolation:
            return True


def become(session: Session, identity: Identity) -> None:
    session.execute(
        "SELECT set_config('engross.organization', %s, true), set_config('engross.user', %s, true),"
        " set_config('engross.matter', %s, true)",
        [str(part or "") for part in (identity.organization, identity.user, identity.matter)],
    )


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Whatever happens inside is taken back."""
    session.execute("SAVEPOINT attempt")
    try:
        yield
    finally:
        session.execute("ROLLBACK TO SAVEPOINT attempt")
        session.execute("RELEASE SAVEPOINT attempt")  # or an outer one of the same name could not be reached


def read_tables(session: Session, keys: Iterable[tuple[str, UUID]]) -> list[Table]:
    """The tables with the row of each key, read by a session that no policy binds."""
    tables = []
    for name, key in keys:
        cursor = session.execute(_sql("SELECT * FROM {} WHERE id = %s", name), [key])
        row = cursor.fetchone()
        assert row is not None
        assert cursor.description is not None
        granted = session.execute(
            "SELECT privilege FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS privilege"
            " WHERE has_table_privilege('app', %s::regclass, privilege)",
            [name],
        )
        columns = tuple(column.name for column in cursor.description)
        # JSON goes back as the text it came as.
        values = tuple(
            psycopg.types.json.Jsonb(value) if isinstance(value, dict | list) else value for value in row
        )
        tables.append(Table(name, key, columns, values, frozenset(each[0] for each in granted)))
    return tables


def _should_reach(table: Table, command: Command, identity: Identity, people: People) -> bool:
    if command.split()[0] not in table.privileges:
        return False
    if identity in people.rightful:
        return True
    if identity in people.of_the_firm:
        if table.name == "findings_sharedlesson" and command == "INSERT":
            return False  # it lies in the firm, and is given by those alone who see the matter that teaches
        # The audit trail is written by whoever acts, and read only on this side of the wall.
        return not table.is_walled or (table.name == "tenancy_auditevent" and command == "INSERT")
    own = (
        table.name in {"tenancy_membership", "tenancy_organization"}
        and identity.user == people.rightful[0].user
    )
    return own and command == "SELECT"  # one's own firms are listed before one of them is chosen


def _select(session: Session, table: Table, identity: Identity, rightful: Identity) -> bool:
    return bool(session.execute(_sql("SELECT 1 FROM {} WHERE id = %s", table.name), [table.key]).rowcount)


def _insert(session: Session, table: Table, identity: Identity, rightful: Identity) -> bool:
    values = dict(zip(table.columns, table.values, strict=True))
    if table.name not in {"tenancy_organization", "matters_matter"}:  # theirs is what the policies look at
        values["id"] = uuid4()
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder() * len(values)),
    )
    return bool(session.execute(statement, list(values.values())).rowcount)


def _update(session: Session, table: Table, identity: Identity, rightful: Identity) -> bool:
    return bool(
        session.execute(_sql("UPDATE {} SET id = id WHERE id = %s", table.name), [table.key]).rowcount
    )


def _delete(session: Session, table: Table, identity: Identity, rightful: Identity) -> bool:
    return bool(session.execute(_sql("DELETE FROM {} WHERE id = %s", table.name), [table.key]).rowcount)


def _update_all(session: Session, table: Table, identity: Identity, rightful: Identity) -> bool:
    # Reads no column, so that the policies for SELECT are not asked and cannot hide a hole in those for UPDATE.
    become(session, rightful)
    before = _place(session, table)
    become(session, identity)
    if table.name == "tenancy_organization":
        session.execute(_sql("UPDATE {} SET name = 'taken'", table.name))
    else:
        firm = identity.organization or rightful.organization
        session.execute(_sql("UPDATE {} SET organization_id = %s", table.name), [firm])
    become(session, rightful)
    return _place(session, table) != before


def _place(session: Session, table: Table) -> tuple[Any, ...] | None:
    """Where the row lies on disk, which changes with every change of the row; None when it is gone."""
    return session.execute(
        _sql("SELECT ctid::text FROM {} WHERE id = %s", table.name), [table.key]
    ).fetchone()


def _delete_all(session: Session, table: Table, identity: Identity, rightful: Identity) -> bool:
    session.execute(_sql("DELETE FROM {}", table.name))
    become(session, rightful)
    return not session.execute(_sql("SELECT 1 FROM {} WHERE id = %s", table.name), [table.key]).rowcount


_TRY = {
    "SELECT": _select,
    "INSERT": _insert,
    "UPDATE": _update,
    "DELETE": _delete,
    "UPDATE all": _update_all,
    "DELETE all": _delete_all,
}


def _sql(statement: str, table: str) -> sql.Composed:
    return sql.SQL(cast(LiteralString, statement)).format(sql.Identifier(table))

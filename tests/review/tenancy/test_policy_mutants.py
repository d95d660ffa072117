"""Every policy is taken away or loosened in turn, and the row walker must notice each time.

Done by a superuser who then acts as `app`, in a transaction that is never committed. Triggers are off, so that it is
the policies that refuse and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from psycopg import sql

from tests import bench

from .conftest import Walled, tenant_models
from .policies import MATTER, USER
from .rows import Session, Table, is_handed_on, undone, wrong

TABLES = [model._meta.db_table for model in tenant_models()]

# Parts of a wall, and what is left when one is forgotten.
FORGOTTEN = {
    "forgets exclusions": (f"(excluded.user_id = {USER})", "false"),
    "forgets who is asking": (f"(member.user_id = {USER})", "true"),
    "lets guests read": ("<> 'guest_uploader'::text", "IS NOT NULL"),
    "forgets the jobs of the matter": (f"= {MATTER})", "= NULL)"),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A table with one thing about its policies changed."""

    name: str
    statement: sql.Composable


@pytest.mark.parametrize("name", TABLES)
def test_every_loosened_policy_is_noticed(walled: Walled, name: str) -> None:
    table = next(table for table in walled.tables if table.name == name)
    with bench.superuser() as session:
        session.execute("SET LOCAL session_replication_role = replica")
        assert _noticed(session, table, walled) is None
        mutants = list(mutants_of(session, name))
        survivors = [mutant.name for mutant in mutants if not _is_killed(session, mutant, table, walled)]
    assert len(mutants) >= 5
    assert survivors == []


def test_a_dispatcher_without_its_policy_routes_nothing(walled: Walled) -> None:
    table = next(table for table in walled.tables if table.name == "jobs_job")

    def is_routed(session: Session) -> bool:
        session.execute("SET LOCAL ROLE dispatcher")
        return bool(session.execute("SELECT id FROM jobs_job WHERE id = %s", [table.key]).rowcount)

    with bench.superuser() as session:
        with undone(session):
            assert is_routed(session)
        session.execute("DROP POLICY routing ON jobs_job")
        assert not is_routed(session)


def mutants_of(session: Session, table: str) -> Iterator[Mutant]:
    """Each policy of the table dropped, each of its halves made always true, each part of a wall forgotten.

    A policy for a command that `app` was never granted stands behind that, and cannot be noticed.
    """
    named = sql.Identifier(table)
    yield Mutant(
        "row-level security is off", sql.SQL("ALTER TABLE {} DISABLE ROW LEVEL SECURITY").format(named)
    )
    policies = session.execute(
        "SELECT policyname, permissive, qual, with_check FROM pg_policies WHERE tablename = %s"
        " AND roles = '{app}' AND (cmd = 'ALL' OR has_table_privilege('app', tablename::text, cmd)) ORDER BY 1",
        [table],
    )
    for policy, permissive, seen, written in policies.fetchall():
        yield Mutant(
            f"{policy} is dropped", sql.SQL("DROP POLICY {} ON {}").format(sql.Identifier(policy), named)
        )
        if permissive == "PERMISSIVE":
            continue
        for half, expression in (("USING", seen), ("WITH CHECK", written)):
            if expression is None:
                continue
            for name, loosened in _loosened(expression):
                statement = sql.SQL("ALTER POLICY {} ON {} {} ({})").format(
                    sql.Identifier(policy), named, sql.SQL(half), sql.SQL(loosened)
                )
                yield Mutant(f"{policy} {half} {name}", statement)


def _loosened(expression: str) -> Iterator[tuple[str, str]]:
    yield "is always true", "true"
    if "engross.matter" in expression:
        for name, (part, left) in FORGOTTEN.items():
            assert part in expression
            yield name, expression.replace(part, left)


def _is_killed(session: Session, mutant: Mutant, table: Table, walled: Walled) -> bool:
    with undone(session):
        session.execute(mutant.statement)
        return _noticed(session, table, walled) is not None


def _noticed(session: Session, table: Table, walled: Walled) -> str | None:
    """The first thing the row walker says of the table as it is now, or None when all is well."""
    with undone(session):
        session.execute("SET LOCAL ROLE app")
        return next(_complaints(session, table, walled), None)


def _complaints(session: Session, table: Table, walled: Walled) -> Iterator[str]:
    yield from map(str, wrong(session, table, walled.people))
    if "UPDATE" in table.privileges:
        moves = {table.tenant: walled.other_firm}
        if table.is_walled and "matter_id" in table.columns:
            moves["matter_id"] = walled.other_matter
        yield from (
            column for column, to in moves.items() if is_handed_on(session, table, walled.ada, column, to)
        )

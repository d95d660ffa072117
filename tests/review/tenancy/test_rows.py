"""Every tenant table, every command, every identity, through the role `app` on committed rows."""

import pytest

from tests import bench

from .conftest import Walled, tenant_models
from .rows import COMMANDS, Table, attempts, is_handed_on, wrong


def test_every_tenant_table_of_the_database_has_a_row_to_ask_for(walled: Walled) -> None:
    with bench.superuser() as session:
        cursor = session.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attname = 'organization_id'"
        )
        of_a_firm = {name for (name,) in cursor} | {"tenancy_organization"}
    assert of_a_firm == {model._meta.db_table for model in tenant_models()}
    assert of_a_firm == {table.name for table in walled.tables}


@pytest.mark.parametrize("name", [model._meta.db_table for model in tenant_models()])
def test_a_row_is_reached_by_the_rightful_and_by_nobody_else(walled: Walled, name: str) -> None:
    table = _table(walled, name)
    with bench.as_app() as session:
        assert [str(each) for each in wrong(session, table, walled.people)] == []


def test_nothing_was_left_out_of_the_walk(walled: Walled) -> None:
    walked = [attempt for table in walled.tables for attempt in attempts(table, walled.people)]
    assert len(walked) == len(walled.tables) * len(COMMANDS) * len(walled.people.all())
    for table in walled.tables:
        # An empty answer means refused, not absent: each table has a command that succeeds and one that does not.
        mine = [attempt.is_admitted for attempt in walked if attempt.table == table]
        assert any(mine)
        assert not all(mine)


@pytest.mark.parametrize("name", [model._meta.db_table for model in tenant_models()])
def test_nobody_can_hand_a_row_to_another_firm(walled: Walled, name: str) -> None:
    table = _table(walled, name)
    with bench.as_app() as session:
        may_change = "UPDATE" in table.privileges
        assert is_handed_on(session, table, walled.ada, table.tenant, walled.firm) == may_change
        assert not is_handed_on(session, table, walled.ada, table.tenant, walled.other_firm)


@pytest.mark.parametrize("name", ["documents_bundle", "documents_document", "jobs_job"])
def test_nobody_can_hand_a_row_to_a_matter_they_are_not_on(walled: Walled, name: str) -> None:
    table = _table(walled, name)
    with bench.as_app() as session:
        assert is_handed_on(session, table, walled.ada, "matter_id", walled.matter)
        assert not is_handed_on(session, table, walled.ada, "matter_id", walled.other_matter)


def _table(walled: Walled, name: str) -> Table:
    return next(table for table in walled.tables if table.name == name)

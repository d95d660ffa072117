"""The schema as shipped has no fault, and every fault we can think of is caught by the rule that should catch it."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import CASCADE, PROTECT, ForeignKey, UUIDField

from review.tenancy.operations import KeepApart, KeepReferencesApart
from tests import bench

from .catalogue import RULES, Fault, walk
from .policies import ORGANIZATION

INSIDE = f"organization_id = {ORGANIZATION}"

NEW_TABLE = (
    "CREATE TABLE documents_seal (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES tenancy_organization,"
    " matter_id uuid NOT NULL);"
)

# (what goes wrong, the statements that make it go wrong, the rule that must notice)
FAULTS: list[tuple[str, str, str]] = [
    (
        "a table without an organization",
        "CREATE TABLE documents_note (id uuid PRIMARY KEY)",
        "undecided table",
    ),
    (
        "a table in another schema",
        "CREATE SCHEMA attic; CREATE TABLE attic.page AS TABLE documents_page",
        "undecided table",
    ),
    (
        "an optional organization",
        "ALTER TABLE documents_page ALTER organization_id DROP NOT NULL",
        "organization may be missing",
    ),
    (
        "an optional matter",
        "ALTER TABLE documents_page ALTER matter_id DROP NOT NULL",
        "matter may be missing",
    ),
    (
        "an organization that need not exist",
        "ALTER TABLE documents_seal ADD tag text",
        "organization is not checked",
    ),
    ("a numbered table", "ALTER TABLE documents_page ADD serial_number bigserial", "key can be counted"),
    (
        "a table keyed by number",
        "CREATE TABLE documents_note (id bigserial PRIMARY KEY, organization_id uuid NOT NULL)",
        "key can be counted",
    ),
    (
        "a parent that does not name its firm",
        "ALTER TABLE annotation_flag DROP CONSTRAINT annotation_flag_apart",
        "no key that names the organization",
    ),
    (
        "a key that forgets the matter",
        "ALTER TABLE annotation_flag DROP CONSTRAINT annotation_flag_apart, ADD UNIQUE (organization_id, id)",
        "no key that names the organization",
    ),
    (
        "a reference by id alone",
        "ALTER TABLE annotation_flag ADD document_id uuid REFERENCES documents_document (id)",
        "reference is not composite",
    ),
    (
        "a reference that forgets the matter",
        "ALTER TABLE documents_document ADD UNIQUE (organization_id, id);"
        " ALTER TABLE annotation_flag ADD document_id uuid,"
        " ADD FOREIGN KEY (organization_id, document_id) REFERENCES documents_document (organization_id, id)",
        "reference is not composite",
    ),
    (
        "a reference that is not enforced",
        "ALTER TABLE documents_page ALTER CONSTRAINT documents_page_text_id_apart NOT ENFORCED",
        "reference is not composite",
    ),
    (
        "a reference without a key",
        "ALTER TABLE annotation_flag ADD document_id uuid",
        "reference without a key",
    ),
    (
        "a dropped reference",
        "ALTER TABLE documents_page DROP CONSTRAINT documents_page_text_id_apart",
        "reference without a key",
    ),
    (
        "a person who points into a firm",
        "ALTER TABLE accounts_user ADD last_document_id uuid REFERENCES documents_document (id)",
        "global table points into a firm",
    ),
    (
        "a hash unique in the whole service",
        "CREATE UNIQUE INDEX ON documents_document (sha256) WHERE false",
        "uniqueness reaches across the wall",
    ),
    (
        "a hash unique in the firm",
        "CREATE UNIQUE INDEX ON documents_document (organization_id, sha256) WHERE false",
        "uniqueness reaches across the wall",
    ),
    (
        "a matter number unique in the firm",
        "CREATE UNIQUE INDEX ON matters_matter (organization_id, number) WHERE false",
        "uniqueness reaches across the wall",
    ),
    (
        "a view with its owner's rights",
        "CREATE VIEW all_pages AS TABLE documents_page",
        "view answers as its owner",
    ),
    (
        "a materialized view for the service",
        "CREATE MATERIALIZED VIEW page_count AS TABLE documents_page; GRANT SELECT ON page_count TO app",
        "materialized view",
    ),
    (
        "a function with its owner's rights",
        "CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM documents_page'",
        "function runs as its owner",
    ),
    (
        "a function that sees hidden rows",
        "CREATE FUNCTION note(t text) RETURNS boolean LANGUAGE plpgsql LEAKPROOF COST 0.01 AS 'BEGIN RETURN true; END'",
        "function is called before the policies",
    ),
    (
        "a rule that copies rows",
        "CREATE RULE copy AS ON INSERT TO documents_page DO ALSO NOTIFY pages",
        "statement is rewritten",
    ),
    (
        "a guard switched off",
        "ALTER TABLE findings_evidence DISABLE TRIGGER quote_is_exact",
        "guard is missing",
    ),
    (
        "a guard dropped",
        "DROP TRIGGER found_has_evidence ON findings_finding",
        "guard is missing",
    ),
    (
        "row-level security switched off",
        "ALTER TABLE documents_page DISABLE ROW LEVEL SECURITY",
        "row-level security is off",
    ),
    ("a new table never secured", NEW_TABLE, "row-level security is off"),
    (
        "row-level security not forced",
        "ALTER TABLE documents_page NO FORCE ROW LEVEL SECURITY",
        "row-level security is not forced",
    ),
    ("nobody let in", "DROP POLICY everyone ON documents_page", "nobody is let in"),
    (
        "the dispatcher let in to texts",
        "CREATE POLICY routing ON documents_documenttext FOR SELECT TO dispatcher USING (true)",
        "policy for somebody else",
    ),
    (
        "a policy for everybody",
        "CREATE POLICY open ON documents_page TO PUBLIC USING (true)",
        "policy for somebody else",
    ),
    ("no tenant policy", "DROP POLICY tenant ON documents_page", "no tenant policy"),
    (
        "a tenant policy that is always true",
        "DROP POLICY tenant ON documents_page;"
        " CREATE POLICY tenant ON documents_page AS RESTRICTIVE TO app USING (true) WITH CHECK (true)",
        "policy restricts nothing",
    ),
    (
        "a tenant policy for reading only",
        "DROP POLICY tenant ON documents_page;"
        f" CREATE POLICY tenant ON documents_page AS RESTRICTIVE FOR SELECT TO app USING ({INSIDE})",
        "no tenant policy",
    ),
    (
        "a tenant policy that permits instead of restricting",
        "DROP POLICY tenant ON documents_page;"
        f" CREATE POLICY tenant ON documents_page AS PERMISSIVE TO app USING ({INSIDE}) WITH CHECK ({INSIDE})",
        "no tenant policy",
    ),
    (
        "a tenant policy that lets anything be written",
        f"ALTER POLICY tenant ON documents_page USING ({INSIDE}) WITH CHECK (true)",
        "no tenant policy",
    ),
    (
        "a tenant policy with a way out",
        f"ALTER POLICY tenant ON documents_page USING ({INSIDE} OR number = 1) WITH CHECK ({INSIDE})",
        "no tenant policy",
    ),
    (
        "a tenant policy for another role",
        "ALTER POLICY tenant ON documents_page TO maintenance",
        "no tenant policy",
    ),
    (
        "membership written outside the firm",
        "DROP POLICY tenant_insert ON tenancy_membership",
        "no tenant policy",
    ),
    ("no wall", "DROP POLICY wall ON documents_page", "no wall"),
    ("no wall on the matter itself", "DROP POLICY wall ON matters_matter", "no wall"),
    (
        "a wall that forgets exclusions",
        "ALTER POLICY wall ON documents_page USING (matter_id IN (SELECT m.matter_id FROM matters_mattermember m))"
        " WITH CHECK (matter_id IN (SELECT m.matter_id FROM matters_mattermember m))",
        "no wall",
    ),
    (
        "an audit trail read across walls",
        "DROP POLICY wall ON tenancy_auditevent",
        "audit trail is not walled",
    ),
    ("a service that bypasses policies", "ALTER ROLE app BYPASSRLS", "role stands above the policies"),
    ("a service that is superuser", "ALTER ROLE app SUPERUSER", "role stands above the policies"),
    ("a dispatcher that makes roles", "ALTER ROLE dispatcher CREATEROLE", "role stands above the policies"),
    ("a service that can become the owner", "GRANT owner TO app", "role is a member of another"),
    ("a service that can become maintenance", "GRANT maintenance TO app", "role is a member of another"),
    (
        "a table owned by the service",
        "GRANT CREATE ON SCHEMA public TO app; ALTER TABLE annotation_flag OWNER TO app",
        "service owns something",
    ),
    (
        "a table owned by the superuser",
        "ALTER TABLE annotation_flag OWNER TO postgres",
        "table belongs to somebody else",
    ),
    ("a service that truncates", "GRANT TRUNCATE ON documents_page TO app", "app may do more than it needs"),
    (
        "a service that adds triggers",
        "GRANT TRIGGER ON documents_page TO app",
        "app may do more than it needs",
    ),
    ("a service that refers", "GRANT REFERENCES ON documents_page TO app", "app may do more than it needs"),
    (
        "text that can be rewritten",
        "GRANT UPDATE ON documents_documenttext TO app",
        "app may do more than it needs",
    ),
    (
        "an audit trail that can be cut",
        "GRANT DELETE ON tenancy_auditevent TO app",
        "app may do more than it needs",
    ),
    ("a global table nobody needs", "GRANT SELECT ON auth_group TO app", "app may do more than it needs"),
    (
        "a service that cannot read",
        "REVOKE SELECT ON documents_page FROM app",
        "app may not do what it needs",
    ),
    (
        "a dispatcher that reads texts",
        "GRANT SELECT ON documents_documenttext TO dispatcher",
        "dispatcher sees a table",
    ),
    ("a table for everybody", "GRANT SELECT ON documents_page TO PUBLIC", "everybody was granted a table"),
    (
        "a dispatcher that reads causes",
        "GRANT SELECT (error) ON jobs_job TO dispatcher",
        "column was granted apart",
    ),
    (
        "a dispatcher that moves jobs to another firm",
        "GRANT UPDATE (organization_id) ON jobs_job TO dispatcher",
        "column was granted apart",
    ),
    (
        "one column of an immutable text",
        "GRANT UPDATE (content) ON documents_documenttext TO app",
        "column was granted apart",
    ),
    ("a service that makes tables", "GRANT CREATE ON SCHEMA public TO app", "service may make things"),
    ("a service that makes schemas", "GRANT CREATE ON DATABASE engross TO app", "service may make things"),
    ("temporary tables", "GRANT TEMPORARY ON DATABASE engross TO app", "service may make temporary tables"),
    (
        "a role that begins inside a firm",
        "ALTER ROLE app SET \"engross.organization\" = '00000000-0000-7000-8000-000000000000'",
        "role begins with a setting",
    ),
    (
        "a search path of one's own",
        "ALTER DATABASE engross SET search_path = attic, public",
        "role begins with a setting",
    ),
    (
        "rights granted in advance",
        "ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT ALL ON TABLES TO app",
        "later tables are granted in advance",
    ),
]

# Some faults can only be planted in a table made for them.
BEFORE = {
    "an organization that need not exist": NEW_TABLE.replace(" REFERENCES tenancy_organization", ""),
}


def test_the_schema_as_shipped_has_no_fault() -> None:
    def ask(query: str, parameters: Mapping[str, Any]) -> Iterable[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall()

    assert walk(ask) == []


@pytest.mark.parametrize(("plant", "rule"), [(name, rule) for name, _, rule in FAULTS])
def test_a_planted_fault_is_caught(plant: str, rule: str) -> None:
    statements = next(statements for name, statements, _ in FAULTS if name == plant)
    with bench.superuser() as superuser:
        superuser.execute(BEFORE.get(plant, "SELECT"))
        superuser.execute(statements)
        assert _walk(superuser, rule) != []


def test_every_rule_has_a_fault_that_it_catches() -> None:
    assert set(RULES) == {rule for _, _, rule in FAULTS}


def test_a_table_put_apart_by_our_own_operations_has_no_fault() -> None:
    # The clean counterpart of the planted faults: the walker is silent where the table was made as it should be.
    state = ProjectState.from_apps(apps)
    state.add_model(
        ModelState(
            "documents",
            "Seal",
            [
                ("id", UUIDField(primary_key=True)),
                ("organization", ForeignKey("tenancy.Organization", PROTECT, db_index=False)),
                ("matter", ForeignKey("matters.Matter", CASCADE, db_constraint=False)),
            ],
        )
    )
    with connections["owner"].schema_editor(collect_sql=True, atomic=False) as editor:
        editor.create_model(state.apps.get_model("documents", "Seal"))
        for operation in (KeepApart("Seal"), KeepReferencesApart("Seal")):
            operation.database_forwards("documents", editor, state, state)
        statements = editor.collected_sql + [str(each) for each in editor.deferred_sql]
    with bench.superuser() as superuser:
        superuser.execute("SET ROLE owner")
        for statement in statements:
            superuser.execute(statement)
        assert _walk(superuser) == []


def _walk(superuser: bench.Session, *rules: str) -> list[Fault]:
    return walk(lambda query, parameters: superuser.execute(query, parameters).fetchall(), rules or RULES)

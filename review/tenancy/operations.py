"""Migration operations that put a table behind its organization, and behind its matter's wall.

Used by every migration that makes a tenant table; the catalogue walker in the tests proves that none forgot.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

ORGANIZATION = "(SELECT NULLIF(current_setting('engross.organization', true), '')::uuid)"
USER = "(SELECT NULLIF(current_setting('engross.user', true), '')::uuid)"
MATTER = "(SELECT NULLIF(current_setting('engross.matter', true), '')::uuid)"

APPEND_ONLY = "SELECT, INSERT"
EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"


def wall(column: str, *, nullable: bool = False) -> str:
    """The wall: a job of this matter, or a person who is on it and may read; an exclusion beats both.

    Membership and exclusion carry only the tenant policy, so this does not recurse. Both sub-selects are
    uncorrelated: hashed once a statement.
    """
    admitted = (
        f"({column} = {MATTER} OR {column} IN (SELECT member.matter_id FROM matters_mattermember member"
        f" WHERE member.user_id = {USER} AND member.role <> 'guest_uploader'))"
        f" AND {column} NOT IN (SELECT excluded.matter_id FROM matters_matterexclusion excluded"
        f" WHERE excluded.user_id = {USER})"
    )
    return f"({column} IS NULL OR ({admitted}))" if nullable else f"({admitted})"


class KeepApart(Operation):
    """Row-level security, the key that references point at, and grants, for one new tenant table.

    `matter` names the column of the wall ("matter_id"; "id" on the matter itself; None above matters).
    `privileges` is what `app` may do. `readable_by` widens SELECT of the tenant policy, for membership only.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(
        self,
        model_name: str,
        *,
        matter: str | None = "matter_id",
        matter_optional: bool = False,
        privileges: str = EVERYTHING,
        tenant: str = "organization_id",
        readable_by: str | None = None,
    ) -> None:
        self.model_name = model_name
        self.matter = matter
        self.matter_optional = matter_optional
        self.privileges = privileges
        self.tenant = tenant
        self.readable_by = readable_by

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        named = {
            "matter": self.matter,
            "matter_optional": self.matter_optional,
            "privileges": self.privileges,
            "tenant": self.tenant,
            "readable_by": self.readable_by,
        }
        return (type(self).__name__, [self.model_name], named)

    def describe(self) -> str:
        return f"Keep rows of {self.model_name} apart by organization" + (
            " and matter" if self.matter else ""
        )

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The state Django keeps does not know about policies."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        for statement in self.statements(model):
            schema_editor.execute(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Nothing: going back drops the table, and its policies with it."""

    def statements(self, model: Any) -> list[str]:
        table = model._meta.db_table
        return [*self._security(table), *_unique_key(model), *self._grants(table)]

    def _security(self, table: str) -> list[str]:
        inside = f"{self.tenant} = {ORGANIZATION}"
        statements = [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY everyone ON {table} AS PERMISSIVE FOR ALL TO app USING (true) WITH CHECK (true)",
        ]
        if self.readable_by is None:
            statements.append(
                f"CREATE POLICY tenant ON {table} AS RESTRICTIVE FOR ALL TO app"
                f" USING ({inside}) WITH CHECK ({inside})"
            )
        else:
            seen = f"({inside} OR {self.readable_by})"
            statements += [
                f"CREATE POLICY tenant ON {table} AS RESTRICTIVE FOR SELECT TO app USING ({seen})",
                f"CREATE POLICY tenant_insert ON {table} AS RESTRICTIVE FOR INSERT TO app WITH CHECK ({inside})",
                f"CREATE POLICY tenant_update ON {table} AS RESTRICTIVE FOR UPDATE TO app"
                f" USING ({inside}) WITH CHECK ({inside})",
                f"CREATE POLICY tenant_delete ON {table} AS RESTRICTIVE FOR DELETE TO app USING ({inside})",
            ]
        if self.matter:
            admitted = wall(f"{table}.{self.matter}", nullable=self.matter_optional)
            statements.append(
                f"CREATE POLICY wall ON {table} AS RESTRICTIVE FOR ALL TO app"
                f" USING ({admitted}) WITH CHECK ({admitted})"
            )
        return statements

    def _grants(self, table: str) -> list[str]:
        return [
            f"GRANT {self.privileges} ON {table} TO app",
            f"GRANT {EVERYTHING} ON {table} TO maintenance",
        ]


class KeepReferencesApart(Operation):
    """Composite keys of the references of one table: all of them, or those named, once their targets are kept apart."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str, *fields: str) -> None:
        self.model_name = model_name
        self.fields = fields

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__name__, [self.model_name, *self.fields], {})

    def describe(self) -> str:
        return f"Keep references of {self.model_name} inside the organization and matter"

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The state Django keeps does not know about composite keys."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model: Any = to_state.apps.get_model(app_label, self.model_name)
        for field in model._meta.local_fields:
            named = not self.fields or field.name in self.fields
            if (
                named
                and field.is_relation
                and field.name != "organization"
                and _has(field.related_model, "organization")
            ):
                schema_editor.execute(_composite_key(model, field))

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Nothing: going back drops the columns, and their keys with them."""


def _has(model: Any, name: str) -> bool:
    return any(field.name == name for field in model._meta.get_fields())


def _key_columns(model: Any) -> list[str]:
    columns = ["organization_id"] if _has(model, "organization") else []
    columns += ["matter_id"] if _has(model, "matter") and _below_matter(model) else []
    return [*columns, "id"]


def _below_matter(model: Any) -> bool:
    """Whether rows lie inside a matter; membership and exclusion name one without lying inside it."""
    return (
        _has(model, "matter")
        and not model._meta.get_field("matter").null
        and model._meta.db_table
        not in {
            "matters_mattermember",
            "matters_matterexclusion",
        }
    )


def _unique_key(model: Any) -> list[str]:
    """What the composite keys of other tables point at."""
    columns = _key_columns(model)
    table = model._meta.db_table
    return (
        [f"ALTER TABLE {table} ADD CONSTRAINT {table}_apart UNIQUE ({', '.join(columns)})"]
        if columns[1:]
        else []
    )


def _composite_key(model: Any, field: Any) -> str:
    """FOREIGN KEY (organization, [matter,] x) so that a foreign id and a missing one are the same error."""
    table, target = model._meta.db_table, field.related_model
    theirs = _key_columns(target)
    ours = [*theirs[:-1], field.column]
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{field.column}_apart FOREIGN KEY ({', '.join(ours)})"
        f" REFERENCES {target._meta.db_table} ({', '.join(theirs)}) DEFERRABLE INITIALLY DEFERRED"
    )

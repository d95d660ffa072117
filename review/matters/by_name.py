"""An operator's look-up of a firm or a matter by the words people use; for commands alone, never for a page."""

from uuid import UUID

from django.core.management.base import CommandError
from django.db import connections


def organization_named(wanted: str) -> UUID:
    """The id of an organization by its name or id. Raises CommandError where there is none, or several."""
    return _one("tenancy_organization", "name", wanted, "organization")


def matter_numbered(wanted: str, organization_id: UUID) -> UUID:
    """The id of a matter by its client-matter number or id. Raises CommandError where there is none, or several."""
    return _one("matters_matter", "number", wanted, "matter", organization_id)


def _one(table: str, column: str, wanted: str, word: str, organization_id: UUID | None = None) -> UUID:
    """Only an operator's role sees all firms."""
    if "maintenance" not in connections.databases:
        raise CommandError("This needs MAINTENANCE_DATABASE_URL, which only an operator's shell has.")
    sql = f"SELECT id FROM {table} WHERE ({column} = %s OR id::text = %s)"  # noqa: S608 (names of our own tables)
    parameters: list[str | UUID] = [wanted, wanted]
    if organization_id is not None:
        sql += " AND organization_id = %s"
        parameters.append(organization_id)
    with connections["maintenance"].cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    if not rows:
        raise CommandError(f"There is no {word} {wanted}.")
    if len(rows) > 1:
        raise CommandError(f"There are {len(rows)} of the {word} {wanted}; give its id.")
    return UUID(str(rows[0][0]))

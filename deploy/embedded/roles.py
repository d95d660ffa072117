"""The four roles of the database and what each owns. Rights on tables are granted by migrations."""

from psycopg import Connection, sql

from deploy.embedded import postgres
from deploy.embedded.credentials import DATABASE, Credentials
from deploy.embedded.folders import Folders

PLAIN = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT"
ATTRIBUTES = {
    "owner": f"{PLAIN} NOBYPASSRLS",
    "app": f"{PLAIN} NOBYPASSRLS",
    "dispatcher": f"{PLAIN} NOBYPASSRLS",
    "maintenance": f"{PLAIN} BYPASSRLS",  # data migrations, backup and restore; never a service
}
VISITORS = ("app", "dispatcher", "maintenance")


def make_roles_and_database(folders: Folders, credentials: Credentials) -> None:
    """Make the roles and the service's database, or set them right where they exist."""
    with postgres.connect_as_superuser(folders, credentials) as server:
        for role, attributes in ATTRIBUTES.items():
            _make_role(server, role, attributes, credentials.roles[role])
        for name in ("postgres", "template1"):
            server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    make_database(folders, credentials, DATABASE)


def make_database(folders: Folders, credentials: Credentials, name: str, template: str | None = None) -> None:
    """Make a database that `owner` owns and the others may only visit; leaves an existing one in place."""
    with postgres.connect_as_superuser(folders, credentials) as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
            made = sql.SQL("CREATE DATABASE {} OWNER owner TEMPLATE {}")
            server.execute(made.format(sql.Identifier(name), sql.Identifier(template or "template0")))
        _close_to_public(server, name)
    with postgres.connect_as_superuser(folders, credentials, name) as inside:
        inside.execute("ALTER SCHEMA public OWNER TO owner")
        inside.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        inside.execute(_listed("GRANT USAGE ON SCHEMA public TO {}"))


def drop_database(folders: Folders, credentials: Credentials, name: str) -> None:
    """Drop a database and end its sessions; nothing happens when there is none."""
    with postgres.connect_as_superuser(folders, credentials) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _make_role(server: Connection[tuple[object, ...]], role: str, attributes: str, password: str) -> None:
    exists = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    statement = sql.SQL("{} ROLE {} {} PASSWORD {}").format(
        sql.SQL("ALTER" if exists else "CREATE"),
        sql.Identifier(role),
        sql.SQL(attributes),
        sql.Literal(password),
    )
    server.execute(statement)


def _close_to_public(server: Connection[tuple[object, ...]], name: str) -> None:
    database = sql.Identifier(name)
    server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    server.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, _visitors()))


def _listed(statement: str) -> sql.Composed:
    return sql.SQL(statement).format(_visitors())


def _visitors() -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(role) for role in VISITORS)

"""The four roles of the database and what each owns. Rights on tables are granted by migrations."""

from collections.abc import Callable

from psycopg import Connection, sql

Server = Connection[tuple[object, ...]]
Connect = Callable[[str], Server]  # a superuser's connection to the database of this name

PLAIN = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT"
ATTRIBUTES = {
    "owner": f"{PLAIN} NOBYPASSRLS",
    "app": f"{PLAIN} NOBYPASSRLS",
    "dispatcher": f"{PLAIN} NOBYPASSRLS",
    "maintenance": f"{PLAIN} BYPASSRLS",  # data migrations, backup and restore; never a service
}
VISITORS = ("app", "dispatcher", "maintenance")


def make_roles(connect: Connect, passwords: dict[str, str]) -> None:
    """Make the four roles, or set them right where they exist, with these passwords."""
    with connect("postgres") as server:
        for role, attributes in ATTRIBUTES.items():
            _make_role(server, role, attributes, passwords[role])
        for name in ("postgres", "template1"):
            server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))


def make_database(connect: Connect, name: str, template: str | None = None) -> None:
    """Make a database that `owner` owns and the others may only visit; leaves an existing one in place."""
    with connect("postgres") as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
            made = sql.SQL("CREATE DATABASE {} OWNER owner TEMPLATE {}")
            server.execute(made.format(sql.Identifier(name), sql.Identifier(template or "template0")))
        database = sql.Identifier(name)
        server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        server.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, _visitors()))
    with connect(name) as inside:
        inside.execute("ALTER SCHEMA public OWNER TO owner")
        inside.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        inside.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(_visitors()))


def drop_database(connect: Connect, name: str) -> None:
    """Drop a database and end its sessions; nothing happens when there is none."""
    with connect("postgres") as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _make_role(server: Server, role: str, attributes: str, password: str) -> None:
    exists = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    statement = sql.SQL("{} ROLE {} {} PASSWORD {}").format(
        sql.SQL("ALTER" if exists else "CREATE"),
        sql.Identifier(role),
        sql.SQL(attributes),
        sql.Literal(password),
    )
    server.execute(statement)


def _visitors() -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(role) for role in VISITORS)

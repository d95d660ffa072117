"""python -m deploy.roles: the four roles and the database on a real PostgreSQL 18 server, once, before `migrate`.

SUPERUSER_DATABASE_URL names the server; the roles' passwords and the database's name come from DATABASE_URL,
OWNER_DATABASE_URL, DISPATCHER_DATABASE_URL and MAINTENANCE_DATABASE_URL. Running it again changes the passwords.
"""

import os
import sys

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from deploy.embedded import roles
from deploy.embedded.credentials import ROLES


def main() -> int:
    names = ["SUPERUSER_DATABASE_URL", *ROLES.values()]
    if absent := [name for name in names if not os.environ.get(name)]:
        print(f"Set {', '.join(absent)}; deploy/environment.example shows the form.", file=sys.stderr)
        return 1
    superuser = os.environ["SUPERUSER_DATABASE_URL"]
    known = {role: conninfo_to_dict(os.environ[name]) for role, name in ROLES.items()}
    for role, parts in known.items():
        if parts.get("user") != role or not parts.get("password") or not parts.get("dbname"):
            print(f"{ROLES[role]} must name the user {role}, a password and a database.", file=sys.stderr)
            return 1

    def connect(database: str) -> roles.Server:
        return psycopg.connect(make_conninfo(superuser, dbname=database), autocommit=True)

    try:
        roles.make_roles(connect, {role: str(parts["password"]) for role, parts in known.items()})
        roles.make_database(connect, str(known["app"]["dbname"]))
    except psycopg.Error as error:
        print(f"The server refused: {str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    print("The roles and the database are in place; next: manage.py migrate --database owner.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Tables without an organization, each with its reason; the catalogue walker refuses any other."""

from collections.abc import Mapping
from typing import Any

from django.db import connections

READ = "SELECT"
ALL = "SELECT, INSERT, UPDATE, DELETE"

# table: (what `app` may do, why it has no organization)
GLOBAL_TABLES: Mapping[str, tuple[str, str]] = {
    "accounts_user": (ALL, "a person may belong to several organizations"),
    "account_emailaddress": (ALL, "sign-in address of a person"),
    "account_emailconfirmation": (ALL, "pending confirmation of a sign-in address"),
    "mfa_authenticator": (ALL, "second factor of a person"),
    "django_session": (ALL, "signed-in browser, known before an organization is chosen"),
    "django_content_type": (READ, "names of the models, the same for everybody"),
    "auth_permission": (READ, "Django's own, unused: rights come from membership"),
    "auth_group": ("", "Django's own, unused"),
    "auth_group_permissions": ("", "Django's own, unused"),
    "django_migrations": (READ, "which schema this is, read by the health page"),
}


def grant_global_tables(*, using: str, **_: Any) -> None:
    """After a migration, let `app` use the global tables and nothing that is not listed."""
    with connections[using].cursor() as cursor:
        cursor.execute("GRANT USAGE ON SCHEMA public TO app, dispatcher, maintenance")
        present = set(connections[using].introspection.table_names(cursor))
        for table, (privileges, _reason) in GLOBAL_TABLES.items():
            if table in present and privileges:
                cursor.execute(f'GRANT {privileges} ON "{table}" TO app')
            if table in present:
                cursor.execute(f'GRANT {ALL} ON "{table}" TO maintenance')
        cursor.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO app, maintenance")

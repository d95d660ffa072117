"""Whether the service can serve: the database answers, and its schema is this program's."""

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

_expected: set[tuple[str, str]] = set()


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """`ok`, or one line on what is missing with status 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = set(cursor.fetchall())
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    if missing := missing_from(applied):
        return HttpResponse(
            f"{len(missing)} migrations are not applied\n", status=503, content_type="text/plain"
        )
    return HttpResponse("ok\n", content_type="text/plain")


def missing_from(applied: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The migrations of this program that are not among those applied, as (app, name); read from disk once."""
    if not _expected:
        loader = MigrationLoader(None)
        replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
        _expected.update(set(loader.disk_migrations) - replaced)
    return _expected - applied

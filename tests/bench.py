"""Starts the real services once a test run, brings the schema up to date as `owner`, and lets tests reach it.

Knows nothing of people or matters.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg

from deploy import embedded
from deploy.embedded import postgres
from deploy.embedded.credentials import DATABASE, Credentials, credentials_of
from deploy.embedded.folders import Folders, folders_of

Session = psycopg.Connection[tuple[Any, ...]]

_services: embedded.Services | None = None
_kept = False


def start() -> None:
    """Start the services in a DATA folder of this run, or use the running one that ENGROSS_TEST_DATA names."""
    global _services, _kept
    if _services is not None:
        return
    named = os.environ.get("ENGROSS_TEST_DATA")
    _kept = named is not None
    data = Path(named) if named else Path(tempfile.mkdtemp(prefix="engross-test-"))
    _services = embedded.start(data, dies_with_caller=not _kept)
    # Set, not defaulted: a developer's own DATABASE_URL must never be the one that tests write to.
    os.environ.update(_services.env, DATA=str(_services.data), DJANGO_SETTINGS_MODULE="review.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")

    import django
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    django.setup()
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    setup_test_environment(debug=False)


def stop() -> None:
    """Close every connection, and stop and remove what this run started."""
    global _services
    if _services is None:
        return
    from django.db import connections

    connections.close_all()
    if not _kept:
        embedded.stop(_services)
        for folder in (_services.data, folders_of(_services.data).sockets):
            shutil.rmtree(folder, ignore_errors=True)
    _services = None


def is_up() -> bool:
    return _services is not None


def services() -> embedded.Services:
    """The running services. Raises RuntimeError where the run was asked for tests that need none."""
    if _services is None:
        raise RuntimeError("This test needs the services; start it from the tests of review/.")
    return _services


def close_what_was_left_open() -> None:
    """Close connections that are inside a transaction, so that a failed test does not spoil the next."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        if connection.in_atomic_block:
            connection.close()
            connection.in_atomic_block = False
            connection.savepoint_ids.clear()
            connection.needs_rollback = False


@contextmanager
def superuser() -> Iterator[Session]:
    """A superuser's session on the service's database. Whatever happens in it is rolled back."""
    folders = folders_of(services().data)
    with postgres.connect_as_superuser(folders, _credentials(folders), DATABASE) as connection:
        connection.autocommit = False
        try:
            yield connection
        finally:
            connection.rollback()


@contextmanager
def as_app() -> Iterator[Session]:
    """A session of the role `app`, apart from the one Django has. Whatever happens in it is rolled back."""
    with psycopg.connect(services().env["DATABASE_URL"]) as connection:
        try:
            yield connection
        finally:
            connection.rollback()


@lru_cache(maxsize=1)
def _credentials(folders: Folders) -> Credentials:
    return credentials_of(folders)

"""PostgreSQL 18 and Valkey out of their wheels, on Unix sockets, for one DATA folder.

Servers outlive the program that started them unless it asks otherwise; starting again finds them running.
Knows nothing of Django: what it hands over is the environment that the settings read.
"""

import fcntl
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded import postgres, roles, valkey
from deploy.embedded.credentials import DATABASE, Credentials, credentials_of, environment_of, read_env
from deploy.embedded.errors import EmbeddedError
from deploy.embedded.folders import Folders, folders_of, make_folders, remove_sockets
from deploy.embedded.programs import programs_for

__all__ = [
    "EmbeddedError",
    "Services",
    "create_database",
    "drop_database",
    "environment",
    "is_running",
    "prepare_folders",
    "start",
    "stop",
]


@dataclass(frozen=True)
class Services:
    """Running servers of one DATA folder, and the variables that point the service at them."""

    data: Path
    env: dict[str, str]


def start(data: Path, *, dies_with_caller: bool = False) -> Services:
    """Start both servers, or find them running, with roles and database in place. Raises EmbeddedError.

    With `dies_with_caller` they shut down in order when the calling process ends in any way.
    """
    folders = folders_of(data)
    make_folders(folders)
    with _one_at_a_time(folders):
        programs = programs_for(folders.account, folders.data)
        credentials = credentials_of(folders)
        postgres.make_database_cluster(folders, programs, credentials)
        postgres.start(
            folders, programs, credentials, when_parent_dies=signal.SIGINT if dies_with_caller else 0
        )
        connect = _superuser_of(folders, credentials)
        roles.make_roles(connect, credentials.roles)
        roles.make_database(connect, DATABASE)
        valkey.start(
            folders, programs, credentials, when_parent_dies=signal.SIGTERM if dies_with_caller else 0
        )
    return Services(data=folders.data, env=environment_of(folders, credentials))


def prepare_folders(data: Path) -> None:
    """Make the DATA folder and what is in it, and no more. Raises EmbeddedError when it cannot be used."""
    make_folders(folders_of(data))


def stop(services: Services | Path) -> None:
    """Stop both servers, the broker first; nothing happens when they are not running. The data stays."""
    folders = folders_of(services.data if isinstance(services, Services) else services)
    if not folders.run.is_dir():
        return
    with _one_at_a_time(folders):
        valkey.stop(folders)
        postgres.stop(folders)
        remove_sockets(folders)


def is_running(data: Path) -> dict[str, bool]:
    """Which of the two servers is alive."""
    folders = folders_of(data)
    return {
        "postgres": postgres.find_running(folders) is not None,
        "valkey": valkey.find_running(folders) is not None,
    }


def environment(data: Path) -> dict[str, str]:
    """What DATA/env says; empty before the first start."""
    return read_env(folders_of(data).env_file)


def create_database(services: Services, name: str, template: str | None = None) -> Services:
    """Make another database with the same owner and roles, empty or as a copy of `template`, and point to it.

    A template must have no sessions open. Raises EmbeddedError for a name that is not plain.
    """
    folders = folders_of(services.data)
    credentials = credentials_of(folders)
    roles.make_database(_superuser_of(folders, credentials), _plain(name), template)
    return Services(data=services.data, env=environment_of(folders, credentials, name))


def drop_database(services: Services, name: str) -> None:
    """Drop a database made by `create_database` and end its sessions."""
    folders = folders_of(services.data)
    roles.drop_database(_superuser_of(folders, credentials_of(folders)), _plain(name))


def _superuser_of(folders: Folders, credentials: Credentials) -> roles.Connect:
    return lambda database: postgres.connect_as_superuser(folders, credentials, database)


def _plain(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
        raise EmbeddedError("A database's name is made of small letters, digits and underscores.")
    return name


@contextmanager
def _one_at_a_time(folders: Folders) -> Iterator[None]:
    with (folders.run / "services.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

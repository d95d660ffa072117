"""Starts and stops PostgreSQL 18 on a Unix socket. Knows no roles and no tables."""

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from deploy.embedded import processes
from deploy.embedded.credentials import Credentials
from deploy.embedded.errors import EmbeddedError
from deploy.embedded.folders import Folders
from deploy.embedded.processes import Process
from deploy.embedded.programs import Programs

SUPERUSER = "postgres"
START_SECONDS = 60  # a large recovery after a power cut takes its time
FAST_STOP = [(signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)]
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}  # the servers inherit nothing of ours

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A log never shows a row or a parameter: those are a client's documents.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


def make_database_cluster(folders: Folders, programs: Programs, credentials: Credentials) -> None:
    """Make the data directory where there is none. An interrupted attempt leaves nothing that counts."""
    if folders.database.exists():
        _refuse_foreign(folders)
        return
    part = folders.data / "postgres.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    folders.account.own(part)
    with _password_file(folders, credentials.superuser) as password_file:
        made = folders.account.run(
            [
                programs.initdb,
                f"--pgdata={part}",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--data-checksums",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
            ],
            ENVIRONMENT,
        )
    if made.returncode != 0:
        log = folders.logs / "initdb.log"
        log.write_text(made.stdout, encoding="utf-8")
        raise EmbeddedError(f"PostgreSQL could not make its data directory; {log} says why.")
    (part / "pg_hba.conf").write_text("local all all scram-sha-256\n", encoding="ascii")
    part.rename(folders.database)


def start(
    folders: Folders, programs: Programs, credentials: Credentials, *, when_parent_dies: int
) -> Process:
    """Start the server, or find it running; it answers on return. Raises EmbeddedError when it does not."""
    running = find_running(folders)
    if running is not None and _answers_in_time(folders, credentials, running):
        return running
    # None was running, or the one that was has just shut down: the supervisor before us may have been killed.
    _clear_the_way(folders)
    running = _launch(folders, programs, when_parent_dies)
    if not _answers_in_time(folders, credentials, running):
        raise EmbeddedError(f"PostgreSQL did not start; the end of {_log(folders)} says why.")
    return running


def stop(folders: Folders) -> None:
    """Stop the server, ending its sessions; a crash is recovered from at the next start."""
    running = find_running(folders)
    if running is not None:
        processes.end(running, FAST_STOP)
    _end_orphans(folders)


def find_running(folders: Folders) -> Process | None:
    """The living server of this data directory. A pid file alone proves nothing: numbers are used again."""
    pid = _pid_in_lock_file(folders)
    process = processes.find(pid) if pid else None
    return process if process is not None and _works_in(process, folders.database) else None


def connect_as_superuser(
    folders: Folders, credentials: Credentials, database: str = "postgres"
) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(folders.sockets),
        port=5432,
        user=SUPERUSER,
        password=credentials.superuser,
        dbname=database,
        autocommit=True,
        connect_timeout=5,
    )


def _launch(folders: Folders, programs: Programs, when_parent_dies: int) -> Process:
    settings = {**SETTINGS, "unix_socket_directories": str(folders.sockets)}
    command = [str(programs.postgres), "-D", str(folders.database)]
    command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with _log(folders).open("ab") as log:
        child = processes.spawn(
            command,
            log=log,
            env=ENVIRONMENT,
            cwd=Path("/"),
            account=folders.account.ids,
            when_parent_dies=when_parent_dies,
        )
    return processes.let_go(child)


def _answers_in_time(folders: Folders, credentials: Credentials, server: Process) -> bool:
    """Wait until the server answers; False when it ends first. Raises EmbeddedError when it does neither."""
    until = time.monotonic() + START_SECONDS
    while server.is_running():
        try:
            connect_as_superuser(folders, credentials).close()
            return True
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise EmbeddedError(
                    f"PostgreSQL does not accept the password in {folders.superuser_file}; restore that file."
                ) from error
            if time.monotonic() > until:
                raise EmbeddedError(f"PostgreSQL does not answer; {_log(folders)} says why.") from error
        time.sleep(0.05)
    return False


def _log(folders: Folders) -> Path:
    return folders.logs / "postgres.log"


def _clear_the_way(folders: Folders) -> None:
    """After a crash: end what is left of the old server, and drop a lock file that would stop the new one.

    PostgreSQL sees for itself that a number is free. It gives up when another program has it by now, or when
    the dead server is still listed because nobody collected it, as in a container without an init process.
    """
    _end_orphans(folders)
    pid = _pid_in_lock_file(folders)
    if pid and Path(f"/proc/{pid}").exists():
        (folders.database / "postmaster.pid").unlink(missing_ok=True)
    (folders.sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _end_orphans(folders: Folders) -> None:
    # Sessions outlive a killed server for a moment; a new server over them would make two writers.
    orphans = [each for each in processes.all_processes() if _works_in(each, folders.database)]
    if not processes.wait_until_gone(orphans, 2):
        for each in orphans:
            processes.end(each, [(signal.SIGQUIT, 3.0), (signal.SIGKILL, 5.0)])


def _works_in(process: Process, database: Path) -> bool:
    """True for PostgreSQL's processes: they change to the data directory when they start."""
    try:
        folder = os.readlink(f"/proc/{process.pid}/cwd")
        program = os.readlink(f"/proc/{process.pid}/exe")
        return folder == str(database) and program.removesuffix(" (deleted)").endswith("/postgres")
    except OSError:
        return False  # gone, or of another account


def _pid_in_lock_file(folders: Folders) -> int | None:
    try:
        first = (folders.database / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0]
        return int(first)
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _refuse_foreign(folders: Folders) -> None:
    if folders.database.stat().st_uid != folders.account.uid:
        raise EmbeddedError(
            f"The database in {folders.database} belongs to another user than {folders.account.name}; "
            "start as whoever made it, or choose another DATA folder."
        )
    version = (folders.database / "PG_VERSION").read_text(encoding="ascii").strip()
    if version != "18":
        raise EmbeddedError(f"The database in {folders.database} was made by PostgreSQL {version}, not 18.")


@contextlib.contextmanager
def _password_file(folders: Folders, password: str) -> Iterator[Path]:
    path = folders.sockets / "new-superuser"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(password + "\n")
    folders.account.own(path)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)

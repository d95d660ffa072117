"""Starts and stops Valkey on a Unix socket: a hint channel that keeps nothing and may lose everything."""

import os
import signal
import socket
import time
from pathlib import Path

from deploy.embedded import processes
from deploy.embedded.credentials import Credentials, write_closed
from deploy.embedded.errors import EmbeddedError
from deploy.embedded.folders import Folders
from deploy.embedded.processes import Process
from deploy.embedded.programs import Programs

START_SECONDS = 15
STOP = [(signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)]

SETTINGS = """\
port 0
unixsocket {socket}
unixsocketperm 700
requirepass {password}
dir {folder}
save ""
appendonly no
maxmemory 128mb
maxmemory-policy noeviction
daemonize no
enable-debug-command no
enable-module-command no
"""


def start(
    folders: Folders, programs: Programs, credentials: Credentials, *, when_parent_dies: int
) -> Process:
    """Start the server, or find it running; it answers on return. Raises EmbeddedError when it does not."""
    running = find_running(folders)
    if running is not None and _answers(folders, credentials):
        return running
    stop(folders)
    running = _launch(folders, programs, credentials, when_parent_dies)
    until = time.monotonic() + START_SECONDS
    while not _answers(folders, credentials):
        if not running.is_running() or time.monotonic() > until:
            raise EmbeddedError(f"Valkey did not start; the end of {folders.logs / 'valkey.log'} says why.")
        time.sleep(0.02)
    return running


def stop(folders: Folders) -> None:
    running = find_running(folders)
    if running is not None:
        processes.end(running, STOP)
    folders.valkey_socket.unlink(missing_ok=True)
    _pid_file(folders).unlink(missing_ok=True)


def find_running(folders: Folders) -> Process | None:
    process = processes.load(_pid_file(folders))
    return process if process is not None and process.is_running() else None


def _launch(folders: Folders, programs: Programs, credentials: Credentials, when_parent_dies: int) -> Process:
    # The password goes through a file: everybody can read a command line.
    settings = folders.sockets / "valkey.conf"
    write_closed(
        settings,
        SETTINGS.format(socket=folders.valkey_socket, password=credentials.valkey, folder=folders.sockets),
    )
    folders.account.own(settings)
    with (folders.logs / "valkey.log").open("ab") as log:
        child = processes.spawn(
            [programs.valkey, settings],
            log=log,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            cwd=Path("/"),
            account=folders.account.ids,
            when_parent_dies=when_parent_dies,
        )
    process = processes.let_go(child)
    process.save(_pid_file(folders))
    return process


def _answers(folders: Folders, credentials: Credentials) -> bool:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(2)
            line.connect(str(folders.valkey_socket))
            line.sendall(f"AUTH {credentials.valkey}\r\n".encode())
            return line.recv(64).startswith(b"+OK")
    except OSError:
        return False


def _pid_file(folders: Folders) -> Path:
    return folders.run / "valkey.pid"

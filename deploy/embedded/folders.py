"""Where the embedded services keep their things, and who may look into each folder.

DATA            0700, or 0711 when the servers run under another account than ours
DATA/env        0600  how to reach the services, without the superuser
DATA/superuser  0600  the password of the database's superuser, for the launcher alone
DATA/postgres   0700  the database, the servers' account
DATA/run        0700  locks and pid files
DATA/logs       0700
DATA/programs   0755  only when we are root: a copy of the server programs
sockets         0700  outside DATA: a socket's path may have 107 bytes at most
"""

import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.account import Account, service_account
from deploy.embedded.errors import EmbeddedError

LONGEST_SOCKET_PATH = 107
MARKS = ("env", "superuser", "postgres", "run")  # any of these says that a folder is ours


@dataclass(frozen=True)
class Folders:
    data: Path
    account: Account
    sockets: Path

    @property
    def database(self) -> Path:
        return self.data / "postgres"

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def blobs(self) -> Path:
        return self.data / "blobs"

    @property
    def env_file(self) -> Path:
        return self.data / "env"

    @property
    def superuser_file(self) -> Path:
        return self.data / "superuser"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"


def folders_of(data: Path) -> Folders:
    """The layout for this DATA folder; makes nothing."""
    data = data.resolve()
    account = service_account()
    name = f"engross-{account.uid}-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"
    return Folders(data=data, account=account, sockets=Path(tempfile.gettempdir()).resolve() / name)


def make_folders(folders: Folders) -> None:
    """Make what is missing. Raises EmbeddedError when DATA is not ours or not within reach of the servers."""
    _make_data(folders)
    for folder in (folders.run, folders.logs, folders.blobs):
        folder.mkdir(mode=0o700, exist_ok=True)
    _make_sockets(folders)


def remove_sockets(folders: Folders) -> None:
    """Leave nothing in the temporary folder once the servers are stopped."""
    shutil.rmtree(folders.sockets, ignore_errors=True)


def _make_data(folders: Folders) -> None:
    data, account = folders.data, folders.account
    _refuse_unreachable(folders, next(above for above in data.parents if above.exists()))
    try:
        data.mkdir(parents=True, exist_ok=True)
        # An existing folder with other things in it is not ours to open or close.
        if not any(data.iterdir()) or any((data / mark).exists() for mark in MARKS):
            data.chmod(0o711 if account.is_dropped_to else 0o700)
    except (FileExistsError, NotADirectoryError):
        raise EmbeddedError(f"DATA must be a folder, and {data} is not.") from None
    except OSError as error:
        raise EmbeddedError(f"The DATA folder {data} cannot be used: {error.strerror}.") from error
    if not os.access(data, os.W_OK | os.X_OK):
        raise EmbeddedError(f"The DATA folder {data} cannot be written to by {account.name}.")
    _refuse_unreachable(folders, data)


def _refuse_unreachable(folders: Folders, folder: Path) -> None:
    account = folders.account
    if account.is_dropped_to and not account.can_reach(folder):
        raise EmbeddedError(
            f"PostgreSQL refuses to run as root and is started as the user {account.name}, who cannot reach "
            f"the DATA folder {folders.data}; choose one outside closed folders with DATA=/a/folder."
        )


def _make_sockets(folders: Folders) -> None:
    sockets, account = folders.sockets, folders.account
    longest = max(len(os.fsencode(sockets / name)) for name in (".s.PGSQL.5432", folders.valkey_socket.name))
    if longest > LONGEST_SOCKET_PATH:
        raise EmbeddedError(
            f"The temporary folder {sockets.parent} is too long a name for sockets; set TMPDIR."
        )
    try:
        sockets.mkdir(mode=0o700, exist_ok=True)
        found = sockets.lstat()
        closed = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o700
        if not closed or found.st_uid not in (account.uid, os.geteuid()):
            raise EmbeddedError(f"Somebody else made the folder {sockets}; remove it and start again.")
        account.own(sockets)
    except OSError as error:
        raise EmbeddedError(f"The folder {sockets.parent} cannot be used: {error.strerror}.") from error
    if account.is_dropped_to and not account.can_reach(sockets):
        raise EmbeddedError(f"The user {account.name} cannot reach {sockets.parent}; set TMPDIR.")

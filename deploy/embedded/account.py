"""The account that PostgreSQL and Valkey run under: our own, or an unprivileged one when we are root."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.embedded.errors import EmbeddedError

ROOT = 0
UNPRIVILEGED = ("engross", "nobody")  # an administrator may make the first; the second is on every machine


@dataclass(frozen=True)
class Account:
    """Who owns the database files and runs the servers."""

    name: str
    uid: int
    gid: int

    @property
    def is_dropped_to(self) -> bool:
        """True when we are root and the servers run as somebody else."""
        return self.uid != os.geteuid()

    @property
    def ids(self) -> tuple[int, int]:
        """User and group to change to before starting a program; -1 keeps ours."""
        return (self.uid, self.gid) if self.is_dropped_to else (-1, -1)

    def own(self, path: Path) -> None:
        if self.is_dropped_to:
            os.chown(path, self.uid, self.gid)

    def run(self, command: Sequence[str | Path], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a program to its end as this account, in the root folder, its output captured."""
        whose: dict[str, Any] = (
            {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_dropped_to else {}
        )
        return subprocess.run(
            [str(part) for part in command],
            env=env,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            umask=0o077,
            check=False,
            **whose,
        )

    def can_reach(self, folder: Path) -> bool:
        """True when this account may walk into the folder. Asked of the system, which knows all its rules."""
        try:
            return self.run(["test", "-x", folder], env={"PATH": os.defpath}).returncode == 0
        except (PermissionError, subprocess.SubprocessError) as error:
            raise EmbeddedError(f"Root cannot become the user {self.name} here: {error}.") from error


def service_account() -> Account:
    """Our own account, or an unprivileged one when we are root, as PostgreSQL refuses to run as root."""
    if os.geteuid() != ROOT:
        return _own_account()
    for name in UNPRIVILEGED:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, found.pw_uid, found.pw_gid)
    raise EmbeddedError("PostgreSQL refuses to run as root, and there is no user nobody here to run it.")


def _own_account() -> Account:
    uid = os.geteuid()
    try:
        return Account(pwd.getpwuid(uid).pw_name, uid, os.getegid())
    except KeyError:
        raise EmbeddedError(
            f"PostgreSQL refuses to run under the user number {uid}, which has no name on this machine; "
            "give it one, or start as root."
        ) from None

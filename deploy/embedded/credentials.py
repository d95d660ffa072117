"""The passwords of one DATA folder and the file DATA/env that tells the service how to reach its servers."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from deploy.embedded.folders import Folders

DATABASE = "engross"
ROLES = {
    "app": "DATABASE_URL",
    "owner": "OWNER_DATABASE_URL",
    "dispatcher": "DISPATCHER_DATABASE_URL",
    "maintenance": "MAINTENANCE_DATABASE_URL",
}


@dataclass(frozen=True)
class Credentials:
    """What is secret: one password a role, Valkey's, the superuser's, what signs sessions and what seals readings."""

    roles: dict[str, str]
    valkey: str
    superuser: str
    secret_key: str
    readings_secret: str


def credentials_of(folders: Folders) -> Credentials:
    """The passwords in force, new ones where there are none; written to disk before anybody uses them."""
    known = read_env(folders.env_file)
    credentials = Credentials(
        roles={role: _password_in(known.get(name, "")) for role, name in ROLES.items()},
        valkey=_password_in(known.get("BROKER_URL", "")),
        superuser=_read(folders.superuser_file) or new_password(),
        secret_key=known.get("SECRET_KEY") or secrets.token_urlsafe(48),
        readings_secret=known.get("READINGS_SECRET") or secrets.token_urlsafe(48),
    )
    write_closed(folders.superuser_file, credentials.superuser + "\n")
    environment = {**known, **environment_of(folders, credentials)}
    write_closed(folders.env_file, "".join(f"{name}={value}\n" for name, value in environment.items()))
    return credentials


def environment_of(folders: Folders, credentials: Credentials, database: str = DATABASE) -> dict[str, str]:
    """The variables that point the service at these servers and at one database."""
    urls = {
        name: database_url(folders, role, credentials.roles[role], database) for role, name in ROLES.items()
    }
    socket = f"redis+socket://:{credentials.valkey}@{folders.valkey_socket}?virtual_host=0"
    return {
        **urls,
        "BROKER_URL": socket,
        "BLOB_URL": f"file://{folders.blobs}",
        "SECRET_KEY": credentials.secret_key,
        "READINGS_SECRET": credentials.readings_secret,
    }


def database_url(folders: Folders, role: str, password: str, database: str) -> str:
    return f"postgresql://{role}:{password}@/{database}?{urlencode({'host': folders.sockets}, safe='/')}"


def new_password() -> str:
    return secrets.token_urlsafe(24)


def read_env(path: Path) -> dict[str, str]:
    """The NAME=value lines of an environment file; empty when there is none."""
    lines = (line for line in _read(path).splitlines() if "=" in line and not line.startswith("#"))
    pairs = (line.split("=", 1) for line in lines)
    return {name.strip(): value.strip() for name, value in pairs}


def write_closed(path: Path, text: str) -> None:
    """Replace a file whole, readable by us alone from its first byte on."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _password_in(url: str) -> str:
    return urlsplit(url).password or new_password()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""

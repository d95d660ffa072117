"""The files for a real installation say what the settings read, and make the roles the launcher makes."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml

from deploy import embedded
from deploy.embedded.credentials import credentials_of, database_url
from deploy.embedded.folders import folders_of

CHECKOUT = Path(embedded.__file__).resolve().parents[2]
EXAMPLE = CHECKOUT / "deploy" / "environment.example"


def named_in_the_example() -> set[str]:
    return set(re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))


def read_by_the_settings() -> set[str]:
    source = (CHECKOUT / "review" / "settings.py").read_text(encoding="utf-8")
    named = set(re.findall(r'\b(?:text|flag|number|names)\(\s*"([A-Z_]+)"', source))
    named |= set(re.findall(r'\bname\.startswith\("([A-Z_]+)"\)', source))  # the first of a family of names
    roles = {f"{role}_DATABASE_URL" for role in ("OWNER", "DISPATCHER", "MAINTENANCE")}
    return named | roles | {"DATA"}


def test_every_setting_is_in_the_example_and_nothing_else_is() -> None:
    assert named_in_the_example() == read_by_the_settings()


def test_the_compose_file_hands_over_only_names_the_example_explains() -> None:
    text = (CHECKOUT / "deploy" / "compose.yml").read_text(encoding="utf-8")
    own = {"POSTGRES_PASSWORD", "VALKEY_PASSWORD"}
    assert set(re.findall(r"\$\{([A-Z_]+)", text)) - own <= named_in_the_example()


def test_the_web_container_knows_no_role_but_app() -> None:
    services = yaml.safe_load((CHECKOUT / "deploy" / "compose.yml").read_text(encoding="utf-8"))["services"]
    urls = {name for name in services["web"]["environment"] if name.endswith("DATABASE_URL")}
    assert urls == {"DATABASE_URL"}
    assert "DISPATCHER_DATABASE_URL" in services["dispatcher"]["environment"]


@pytest.fixture
def server() -> Iterator[embedded.Services]:
    data = Path(tempfile.mkdtemp(prefix="engross-real-"))
    yield embedded.start(data)
    embedded.stop(data)
    shutil.rmtree(data, ignore_errors=True)


def test_the_roles_of_a_real_server_are_made_from_the_environment(server: embedded.Services) -> None:
    folders = folders_of(server.data)
    superuser = database_url(folders, "postgres", credentials_of(folders).superuser, "postgres")
    urls = {
        name: url.replace("/engross?", "/firm?") for name, url in server.env.items() if "DATABASE" in name
    }
    made = subprocess.run(
        [sys.executable, "-m", "deploy.roles"],
        env={**os.environ, **urls, "SUPERUSER_DATABASE_URL": superuser},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (made.returncode, made.stderr) == (0, "")
    with psycopg.connect(urls["OWNER_DATABASE_URL"]) as owner:
        owner.execute("CREATE TABLE clause (number int)")
    with psycopg.connect(urls["DATABASE_URL"]) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("SELECT number FROM clause")


def test_without_the_superuser_the_roles_command_says_what_is_missing() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "deploy.roles"],
        env={"PATH": os.defpath},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert told.stderr.startswith("Set SUPERUSER_DATABASE_URL, DATABASE_URL")

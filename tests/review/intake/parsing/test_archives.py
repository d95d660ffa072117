import stat
import zipfile

import pytest

from review.intake.parsing.archives import ArchiveLimits, Entry, EntryProblem, open_zip

from .authored import zipped


def contents(path, limits=None):
    """Every entry read to its end: its path and its bytes, or its path and its cause."""
    found = []
    for entry in open_zip(path, limits):
        if isinstance(entry, EntryProblem):
            found.append(("/".join(entry.path_parts), entry.cause_code))
            continue
        try:
            with entry.open() as file:
                found.append(("/".join(entry.path_parts), file.read()))
        except EntryProblem.Raised as raised:
            found.append(("/".join(entry.path_parts), raised.problem.cause_code))
    return found


def test_the_tree_is_kept_and_every_file_comes_out(tmp_path):
    path = zipped(tmp_path / "a.zip", ("Deeds/2024/lease.pdf", b"one"), ("Deeds/", b""), ("note.txt", b"two"))
    assert contents(path) == [("Deeds/2024/lease.pdf", b"one"), ("note.txt", b"two")]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Deals\\lease.pdf", "Deals/lease.pdf"),
        ("a/./b//c.txt", "a/b/c.txt"),
        ("lease\u202efdp.exe", "leasefdp.exe"),
        ("..", "unnamed"),
    ],
)
def test_a_name_is_shown_and_never_a_way_out(tmp_path, name, shown):
    assert contents(zipped(tmp_path / "a.zip", (name, b"x"))) == [(shown, b"x")]


def test_names_in_utf8_and_in_cp437_are_read(tmp_path):
    path = zipped(tmp_path / "a.zip", ("Übernahme/契約.pdf", b"x"), ("plain.txt", b"y"))
    assert [name for name, _ in contents(path)] == ["Übernahme/契約.pdf", "plain.txt"]
    unmarked = tmp_path / "b.zip"
    unmarked.write_bytes(
        zipped(tmp_path / "c.zip", ("V%rtrag.txt", b"x")).read_bytes().replace(b"V%rtrag", b"V\x84rtrag")
    )
    assert [name for name, _ in contents(unmarked)] == ["Värtrag.txt"]


def test_what_systems_leave_behind_is_skipped_but_counted(tmp_path):
    path = zipped(
        tmp_path / "a.zip",
        ("__MACOSX/._a.pdf", b"x"),
        ("d/.DS_Store", b"x"),
        ("Thumbs.db", b"x"),
        ("a.pdf", b"y"),
    )
    assert [outcome for _, outcome in contents(path)] == ["skipped", "skipped", "skipped", b"y"]


def test_a_link_is_refused(tmp_path):
    link = zipfile.ZipInfo("shortcut")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert contents(zipped(tmp_path / "a.zip", (link, b"/etc/passwd"))) == [("shortcut", "unsupported_type")]


def test_a_locked_file_asks_for_its_password(tmp_path):
    path = zipped(tmp_path / "a.zip", ("secret.pdf", b"x"))
    data = bytearray(path.read_bytes())
    for header, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(header) + flag] |= 1
    path.write_bytes(bytes(data))
    assert contents(path) == [("secret.pdf", "needs_password")]


def test_a_bomb_is_stopped_while_it_unfolds(tmp_path):
    path = zipped(tmp_path / "a.zip", ("bomb", bytes(300 << 20)), ("after.txt", b"still here"))
    assert contents(path) == [("bomb", "over_limit"), ("after.txt", b"still here")]


def test_a_declared_size_is_not_believed(tmp_path):
    path = zipped(tmp_path / "a.zip", ("small.bin", bytes(range(256)) * 40))
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (5).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    (entry,) = open_zip(path, ArchiveLimits(entry_bytes=5000))
    assert isinstance(entry, Entry)
    assert entry.size == 5
    assert contents(path, ArchiveLimits(entry_bytes=5000)) in (
        [("small.bin", "over_limit")],
        [("small.bin", "corrupt")],
    )


def test_the_caps_on_count_and_total_hold(tmp_path):
    path = zipped(tmp_path / "a.zip", *((f"{n}.txt", b"12345678") for n in range(5)))
    assert contents(path, ArchiveLimits(entries=3))[3:] == [("", "over_limit")]
    assert [outcome for _, outcome in contents(path, ArchiveLimits(total_bytes=20))] == [
        b"12345678",
        b"12345678",
        "over_limit",
        "over_limit",
        "over_limit",
    ]


def test_a_file_damaged_inside_does_not_take_the_others_along(tmp_path):
    path = zipped(tmp_path / "a.zip", ("bad.txt", b"wrecked " * 50), ("good.txt", b"fine"))
    data = bytearray(path.read_bytes())
    data[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(bytes(data))
    assert contents(path) == [("bad.txt", "corrupt"), ("good.txt", b"fine")]


def test_a_damaged_archive_is_one_problem(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04" + bytes(100))
    assert contents(tmp_path / "a.zip") == [("", "corrupt")]


def test_an_archive_inside_is_an_entry_like_any_other(tmp_path):
    inner = zipped(tmp_path / "inner.zip", ("deed.txt", b"x")).read_bytes()
    assert contents(zipped(tmp_path / "a.zip", ("inner.zip", inner))) == [("inner.zip", inner)]

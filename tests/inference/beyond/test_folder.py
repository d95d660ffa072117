"""Memories on the disk: sealed, each whole or not there, and of no use without the key."""

import os
from pathlib import Path

import pytest

from inference.beyond.folder import MemoryFolder
from inference.beyond.memory import MatterMemory
from inference.engine.saved.keys import ReadingKey
from inference.types import CaseFile, SourceText

KEY, OTHER = ReadingKey(bytes(range(32))), ReadingKey(bytes(32))
LEASE = "LEASE\n\n“Quiet Hours” means the hours after ten.\n\nThe Tenant shall keep the Quiet Hours.\n"
ROOF = "The Landlord shall keep the roof in repair.\n"
CASE_FILE = CaseFile((SourceText("lease", LEASE), SourceText("roof", ROOF)))


@pytest.fixture
def folder(tmp_path: Path) -> MemoryFolder:
    """Both documents remembered and kept."""
    kept = MemoryFolder(tmp_path / "memory", KEY, CASE_FILE)
    MatterMemory(CASE_FILE).grow(kept, keep=kept.keep)
    return kept


def files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "memory").iterdir())


def made_again(tmp_path: Path, key: ReadingKey = KEY) -> tuple[list[str], MemoryFolder]:
    made: list[str] = []
    kept = MemoryFolder(tmp_path / "memory", key, CASE_FILE)
    MatterMemory(CASE_FILE).grow(kept, keep=lambda document_id, content: made.append(document_id))
    return made, kept


def test_what_was_kept_is_taken_and_nothing_is_made_again(folder: MemoryFolder, tmp_path: Path) -> None:
    assert sorted(folder) == ["lease", "roof"]
    made, again = made_again(tmp_path)
    assert (made, again.refusals, again.trouble, again.sealed_otherwise) == ([], [], "", 0)


def test_no_word_of_a_document_and_no_digest_of_it_lies_on_the_disk(
    folder: MemoryFolder, tmp_path: Path
) -> None:
    for path in files(tmp_path):
        content = path.read_bytes()
        assert not any(words in content for words in (b"Quiet", b"Tenant", b"PK\x03\x04", b"starts"))
        assert path.stat().st_mode & 0o077 == 0 or path.parent.stat().st_mode & 0o077 == 0


def test_another_key_opens_nothing_and_is_told(folder: MemoryFolder, tmp_path: Path) -> None:
    made, other = made_again(tmp_path, OTHER)
    assert (sorted(made), other.sealed_otherwise) == (["lease", "roof"], 2)


def test_what_was_changed_cut_off_or_exchanged_is_refused_and_made_anew(
    folder: MemoryFolder, tmp_path: Path
) -> None:
    one, other = files(tmp_path)
    whole = one.read_bytes()
    changed = bytearray(whole)
    changed[-20] ^= 1
    for content in (bytes(changed), whole[:-1], whole[:40], b"", other.read_bytes()):
        one.write_bytes(content)
        made, again = made_again(tmp_path)
        assert len(made) == 1
        assert again.refusals == ["A memory was changed after it was sealed, or cut off; it is made anew."]


def test_whoever_is_killed_while_keeping_leaves_no_half_memory(tmp_path: Path) -> None:
    folder = tmp_path / "memory"
    folder.mkdir()
    young, old = folder / "young.part", folder / "old.part"
    for part in (young, old):
        part.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert list(MemoryFolder(folder, KEY, CASE_FILE)) == []
    assert files(tmp_path) == [young]


def test_a_disk_that_takes_nothing_ends_the_keeping_and_not_the_reading(tmp_path: Path) -> None:
    kept = MemoryFolder(tmp_path / "memory", KEY, CASE_FILE)
    (tmp_path / "memory").rmdir()
    memory = MatterMemory(CASE_FILE)
    memory.grow(kept, keep=kept.keep)
    assert memory.is_complete
    assert kept.trouble == "Not every memory is kept: No such file or directory."


def test_nor_does_one_that_lets_nothing_be_removed(tmp_path: Path) -> None:
    kept = MemoryFolder(tmp_path / "memory", KEY, CASE_FILE)
    (tmp_path / "memory").rmdir()
    (tmp_path / "memory").write_text("no folder")
    memory = MatterMemory(CASE_FILE)
    memory.grow(kept, keep=kept.keep)
    assert memory.is_complete
    assert kept.trouble == "Not every memory is kept: Not a directory."

"""Going through a matter makes room between documents and pieces: nothing is made twice, and nothing is lost."""

import errno
from pathlib import Path

import pytest

from inference.beyond import encoding
from inference.beyond.folder import MemoryFolder
from inference.beyond.memory import MatterMemory
from inference.beyond.pieces import Forgotten, MadeRoom
from inference.beyond.scores import scored_by
from inference.compact.reader import CompactReader
from inference.compact.segments import split
from inference.engine.saved.keys import ReadingKey
from inference.evaluation.needle.agreements import Agreements
from inference.types import CaseFile, SourceText
from tests.inference.conftest import CONTRACT

KEY = ReadingKey(bytes(range(32)))
ROOF = SourceText("roof", "The Landlord shall keep the roof in repair.\n", "en")
CASE_FILE = CaseFile((ROOF, SourceText("long", CONTRACT, "en"), SourceText("door", "Doors are oak.\n", "en")))


@pytest.fixture(autouse=True)
def _short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """The contract is in several pieces of vectors, and in two of scores."""
    for name, passages in (("TOGETHER", 4), ("A_PIECE", 4), ("AS_ONE", 8)):
        monkeypatch.setattr(encoding, name, passages)


@pytest.fixture(scope="module")
def compact() -> CompactReader:
    return CompactReader.open()


def folder(tmp_path: Path, case_file: CaseFile = CASE_FILE) -> MemoryFolder:
    return MemoryFolder(tmp_path / "memory", KEY, case_file)


def turns(tmp_path: Path, compact: CompactReader | None = None) -> list[MatterMemory]:
    """One memory a turn, each of a process of its own, which makes room as soon as it may."""
    taken: list[MatterMemory] = []
    while not taken or not taken[-1].is_complete:
        kept = folder(tmp_path)
        taken.append(MatterMemory(CASE_FILE))
        try:
            taken[-1].grow(
                kept, scored=scored_by(compact), keep=kept.keep, pieces=kept, makes_room=lambda: True
            )
        except MadeRoom:
            assert len(taken) < 50, "It makes room and does nothing else."
    return taken


def test_a_turn_ends_after_a_document_or_a_piece_and_no_turn_makes_what_another_had_made(
    tmp_path: Path, compact: CompactReader
) -> None:
    once = MatterMemory(CASE_FILE)
    once.grow({}, scored=scored_by(compact))
    taken = turns(tmp_path, compact)
    assert len(taken) > 5
    assert all(each.work.characters for each in taken)
    characters = sum(len(each.content) for each in CASE_FILE.documents)
    assert sum(each.work.characters for each in taken) == once.work.characters
    assert once.work.characters == 2 * characters  # for vectors, and for scores
    for document_id, made in once.documents.items():
        assert taken[-1].documents[document_id].to_bytes() == made.to_bytes()
    assert not list((tmp_path / "memory").glob("*.piece"))


def test_what_was_called_off_or_killed_loses_the_piece_in_hand_and_no_other(tmp_path: Path) -> None:
    kept, memory = folder(tmp_path), MatterMemory(CASE_FILE)
    lying = tmp_path / "memory"
    with pytest.raises(Forgotten):
        memory.grow(
            kept, keep=kept.keep, pieces=kept, cancelled=lambda: len(list(lying.glob("*.piece"))) == 2
        )
    pieces = {path.name: path.stat().st_mtime_ns for path in lying.glob("*.piece")}
    assert len(pieces) == 2
    whole, again = MatterMemory(CASE_FILE), MatterMemory(CASE_FILE)
    whole.grow({})
    kept = folder(tmp_path)
    again.grow(kept, keep=kept.keep, pieces=kept)
    assert memory.work.characters + again.work.characters == whole.work.characters


def test_a_piece_that_was_changed_or_cut_off_is_made_anew(tmp_path: Path) -> None:
    kept, memory = folder(tmp_path), MatterMemory(CASE_FILE)
    lying = tmp_path / "memory"
    with pytest.raises(Forgotten):
        memory.grow(
            kept, keep=kept.keep, pieces=kept, cancelled=lambda: len(list(lying.glob("*.piece"))) == 2
        )
    one, other = sorted(lying.glob("*.piece"))
    one.write_bytes(other.read_bytes())
    again, whole = MatterMemory(CASE_FILE), MatterMemory(CASE_FILE)
    again.grow(folder(tmp_path), pieces=folder(tmp_path))
    whole.grow({})
    assert again.documents["long"].to_bytes() == whole.documents["long"].to_bytes()
    assert again.work.characters + memory.work.characters > whole.work.characters


def test_a_short_document_leaves_no_pieces_and_makes_room_only_when_it_is_finished(tmp_path: Path) -> None:
    kept, memory = folder(tmp_path), MatterMemory(CASE_FILE)
    with pytest.raises(MadeRoom):
        memory.grow(kept, keep=kept.keep, pieces=kept, makes_room=lambda: True)
    assert list(memory.documents) == ["roof"]
    assert [path.suffix for path in (tmp_path / "memory").iterdir()] == [".memory"]


def test_where_a_memory_could_not_be_kept_its_pieces_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, again = folder(tmp_path), MatterMemory(CASE_FILE)
    monkeypatch.setattr(kept, "keep", lambda document_id, made: None)
    MatterMemory(CASE_FILE).grow(kept, keep=kept.keep, pieces=kept)
    kept = folder(tmp_path)
    again.grow(kept, keep=kept.keep, pieces=kept)
    assert again.work.characters == sum(len(each.content) for each in CASE_FILE.documents) - len(CONTRACT)
    assert not list((tmp_path / "memory").glob("*.piece"))


def test_pieces_that_cannot_be_removed_end_no_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, *, missing_ok: bool = False) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    kept, memory = folder(tmp_path), MatterMemory(CASE_FILE)
    monkeypatch.setattr(Path, "unlink", refused)
    memory.grow(kept, keep=kept.keep, pieces=kept)
    assert memory.is_complete


def test_the_same_words_are_gone_through_once(tmp_path: Path) -> None:
    twice = CaseFile((*CASE_FILE.documents, SourceText("copy", CONTRACT, "en")))
    kept, memory = folder(tmp_path, twice), MatterMemory(twice)
    memory.grow(kept, keep=kept.keep, pieces=kept)
    assert memory.work.characters == sum(len(each.content) for each in CASE_FILE.documents)
    assert memory.documents["copy"] is memory.documents["long"]
    assert sorted(folder(tmp_path, twice)) == ["copy", "door", "long", "roof"]


def test_what_is_remembered_already_makes_no_room(tmp_path: Path) -> None:
    kept = folder(tmp_path)
    MatterMemory(CASE_FILE).grow(kept, keep=kept.keep, pieces=kept)
    again = MatterMemory(CASE_FILE)
    again.grow(kept, makes_room=lambda: True)
    assert again.is_complete
    assert again.work.characters == 0


def test_scores_that_are_wanted_later_cost_themselves_and_no_vectors(
    tmp_path: Path, compact: CompactReader
) -> None:
    kept, first, later = folder(tmp_path), MatterMemory(CASE_FILE), MatterMemory(CASE_FILE)
    first.grow(kept, keep=kept.keep, pieces=kept)
    later.grow(kept, scored=scored_by(compact), keep=kept.keep, pieces=kept)
    assert later.work.characters == first.work.characters
    for document_id, made in later.documents.items():
        assert made.is_scored
        assert (made.encoded == first.documents[document_id].encoded).all()
        assert len(made.chances) == made.passages


def test_a_document_is_told_further_until_all_of_it_is_remembered(compact: CompactReader) -> None:
    heard: list[tuple[int, int]] = []
    MatterMemory(CASE_FILE).grow({}, scored=scored_by(compact), progress=lambda *far: heard.append(far))
    assert heard == sorted(heard)
    total = sum(len(each.content) for each in CASE_FILE.documents)
    assert heard[-1] == (total, total)
    inside = [done for done, _ in heard if len(ROOF.content) < done < len(ROOF.content) + len(CONTRACT)]
    assert len(set(inside)) > 3


def test_a_stretch_of_passages_is_cut_as_the_whole_is_wherever_it_begins_and_ends(
    agreements: Agreements,
) -> None:
    """Else its scores would be those of other passages, and be left aside."""
    content = CONTRACT + agreements.case_file.documents[0].content[:6_000]
    cut = split(content)
    for first in range(0, len(cut), 3):
        for last in range(first + 1, min(first + 60, len(cut)), 7):
            begin = cut[first].start
            own = split(content[begin : cut[last].start])
            assert [(each.start + begin, each.end + begin) for each in own] == [
                (each.start, each.end) for each in cut[first:last]
            ]

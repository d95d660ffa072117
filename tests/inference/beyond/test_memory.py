"""A matter is remembered document by document, wholly, and a change costs its own document alone."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from inference.beyond.document import BadMemory, DocumentMemory
from inference.beyond.folder import MemoryFolder
from inference.beyond.memory import MatterMemory
from inference.beyond.pieces import Forgotten
from inference.beyond.remember import remember, searched
from inference.engine.saved.keys import ReadingKey
from inference.evaluation.needle.agreements import Agreements
from inference.types import CaseFile, SourceText

KEY = ReadingKey(bytes(range(32)))
LEASE = (
    "LEASE\n\nThis Lease is made as of March 4, 2019 between Halden Mills LLC and Birchfield Foods, Inc.\n\n"
    "1. Definitions.\n\n“Business Day” means a day on which banks are open in Oregon.\n\n"
    "2. Rent.\n\nThe Tenant shall pay the Rent on the first Business Day of each month.\n\n"
    "3. Repair.\n\nThe Landlord shall keep the roof in repair.\n"
)


@pytest.fixture(scope="module")
def lease() -> DocumentMemory:
    return remember(SourceText("lease", LEASE, "en"))


def test_passages_are_ranges_of_the_document_and_cover_all_but_white_space(lease: DocumentMemory) -> None:
    words = [LEASE[start:end] for start, end in zip(lease.starts, lease.ends, strict=True)]
    assert "The Landlord shall keep the roof in repair." in words
    assert re.sub(r"\s", "", "".join(words)) == re.sub(r"\s", "", LEASE)
    assert searched(lease, LEASE) == len(LEASE)


def test_a_passage_knows_its_heading_and_a_document_what_it_defines(lease: DocumentMemory) -> None:
    words = [LEASE[start:end] for start, end in zip(lease.starts, lease.ends, strict=True)]
    roof = words.index("The Landlord shall keep the roof in repair.")
    assert "Repair" in words[lease.headings[roof]]
    assert lease.is_heading[lease.headings[roof]]
    ((term, place),) = lease.defined
    assert term == "Business Day"
    assert words[place].startswith("“Business Day” means")


def test_what_was_kept_is_what_was_made(lease: DocumentMemory) -> None:
    again = DocumentMemory.from_bytes(lease.to_bytes())
    assert again.to_bytes() == lease.to_bytes()
    assert again.defined == lease.defined
    assert again.description == lease.description
    assert 0 < lease.size < 40 * len(LEASE)
    for broken in (b"", b"PK", lease.to_bytes()[:-40]):
        with pytest.raises(BadMemory):
            DocumentMemory.from_bytes(broken)


def test_a_matter_is_covered_wholly_and_what_cannot_be_searched_is_named() -> None:
    thai = SourceText("thai", "สัญญาเช่า", "th")
    numbers = SourceText("numbers", "1 2 3 4")
    damaged = SourceText("damaged", "The Tenant \ud800 shall pay.", "en")
    empty = SourceText("empty", " \n")
    memory = MatterMemory(CaseFile((SourceText("lease", LEASE), thai, numbers, damaged, empty)))
    memory.grow({})
    coverage = memory.coverage
    assert coverage.is_complete
    assert coverage.unreadable == ("thai", "numbers", "damaged")
    assert (coverage.documents_searched, coverage.characters_searched) == (2, len(LEASE) + 2)
    assert coverage.characters == sum(len(each.content) for each in memory.case_file.documents)


def test_a_changed_document_costs_its_own_work_alone(agreements: Agreements, tmp_path: Path) -> None:
    case_file = agreements.case_file
    folder = MemoryFolder(tmp_path / "memory", KEY, case_file)
    MatterMemory(case_file).grow(folder, keep=folder.keep)
    assert sorted(folder) == sorted(each.id for each in case_file.documents)

    first, *others = case_file.documents
    changed = CaseFile(
        (replace(first, content=first.content + "Signed.\n"), *others, SourceText("new", LEASE))
    )
    made: list[str] = []
    again = MatterMemory(changed)
    again.grow(
        MemoryFolder(tmp_path / "memory", KEY, changed),
        keep=lambda document_id, kept: made.append(document_id),
    )
    assert made == [first.id, "new"]
    assert again.is_complete


def test_what_another_program_made_or_nobody_can_read_is_made_anew(lease: DocumentMemory) -> None:
    made: list[str] = []
    for kept in (replace(lease, made_by="of old").to_bytes(), b"nonsense"):
        MatterMemory(CaseFile((SourceText("lease", LEASE),))).grow(
            {"lease": kept}, keep=lambda document_id, kept: made.append(document_id)
        )
    assert made == ["lease", "lease"]


def test_called_off_it_keeps_what_was_finished_and_goes_on(agreements: Agreements) -> None:
    memory = MatterMemory(agreements.case_file)
    heard: list[tuple[int, int]] = []
    with pytest.raises(Forgotten):
        memory.grow({}, progress=lambda *far: heard.append(far), cancelled=lambda: len(memory.documents) == 2)
    assert not memory.is_complete
    held = dict(memory.documents)
    assert len(held) == 2
    memory.grow({}, progress=lambda *far: heard.append(far))
    assert memory.is_complete
    assert all(memory.documents[key] is each for key, each in held.items())
    total = sum(len(each.content) for each in agreements.case_file.documents)
    assert heard[-1] == (total, total)

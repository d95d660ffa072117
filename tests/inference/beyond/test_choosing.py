"""What is like a question is found among all passages, and what fits is chosen with what it leans on."""

import pytest

from inference.beyond.choose import Chooser
from inference.beyond.families import checked, families_of
from inference.beyond.memory import MatterMemory
from inference.beyond.search import Search
from inference.beyond.sheet import Counter, Sheet, holds
from inference.types import CaseFile, Question, ReadRange, SourceText
from tests.inference.conftest import CONTRACT

PARTIES = (
    'between Corvane Freight, Inc., a Delaware corporation ("Corvane"), and Ostrava LLC, an Oregon company '
    '("Ostrava")'
)
MASTER = (
    f"SERVICES AGREEMENT\n\nThis Services Agreement is made as of May 2, 2018 {PARTIES}.\n\n1. Definitions\n\n"
    "“Service Credit” means a sum deducted from the Charges.\n\n"
    "2. Delay\n\nCorvane shall bring the pumps in time.\n\nA Service Credit is due for each day of delay.\n\n"
    "It is due on demand.\n\n3. Insurance\n\nCorvane shall insure the pumps while they are on the road.\n"
)
AMENDMENT = (
    f"FIRST AMENDMENT TO SERVICES AGREEMENT\n\nThis First Amendment is made on June 1, 2020 {PARTIES}.\n\n"
    "It amends the Services Agreement dated as of May 2, 2018.\n\n1. Delay\n\n"
    "No Service Credit is due for delay by strikes.\n"
)
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October")
THAI = SourceText("thai", "ประกันภัย insurance insurance", "th")
DELAY = Question("delay", "Delay", "What is due for each day of delay?", "text")
INSURANCE = Question("insurance", "Insurance", "Who shall insure the pumps?", "text")


@pytest.fixture(scope="module")
def memory() -> MatterMemory:
    texts = (SourceText("supply", CONTRACT, "en"), SourceText("amendment", AMENDMENT, "en"), THAI)
    memory = MatterMemory(CaseFile((*texts, SourceText("master", MASTER, "en"))))
    memory.grow({})
    return memory


@pytest.fixture(scope="module")
def chooser(memory: MatterMemory) -> Chooser:
    """Tokens are words here."""
    sources = {each.id: each for each in memory.case_file.documents}
    relatives = {key: family for family in families_of(memory.documents) for key in family}
    return Chooser(memory, sources, relatives, Counter(_words, sources))


def _words(case_file: CaseFile) -> int:
    return sum(len(each.content.split()) for each in case_file.documents)


def said(chooser: Chooser, ranges: list[ReadRange]) -> list[str]:
    return [chooser.sources[each.document_id].content[each.start : each.end] for each in ranges]


def test_the_likest_passage_of_the_matter_comes_first_and_headings_never(
    memory: MatterMemory, chooser: Chooser
) -> None:
    ranked = list(Search(memory, INSURANCE).ranked())
    assert said(chooser, [chooser.passage(ranked[0].document_id, ranked[0].passage)]) == [
        "Corvane shall insure the pumps while they are on the road."
    ]
    assert [each.score for each in ranked] == sorted((each.score for each in ranked), reverse=True)
    assert not any(memory.documents[each.document_id].is_heading[each.passage] for each in ranked)
    assert "thai" not in {each.document_id for each in ranked}


@pytest.mark.parametrize("party", ["Alder", "Cedar", "Birch"])
def test_of_clauses_that_say_the_same_the_one_whose_contract_the_question_names_comes_first(
    party: str,
) -> None:
    law = "7. Law.\n\nThis Agreement is governed by the laws of Oregon.\n"
    texts = [
        SourceText(name, f"AGREEMENT\n\nThis Agreement is made {PARTIES.replace('Corvane', name)}.\n\n{law}")
        for name in ("Alder", "Birch", "Cedar")
    ]
    memory = MatterMemory(CaseFile(tuple(texts)))
    memory.grow({})
    ranked = Search(
        memory, Question("q", "Law", f"Which laws govern the {party} agreement?", "text")
    ).ranked()
    best = next(ranked)
    assert best.document_id == party
    assert "governed" in texts[0].content[memory.documents[party].starts[best.passage] :][:40]


def test_a_name_that_hardly_any_passage_has_finds_the_long_one_that_has_it() -> None:
    common = "".join(f"The carrier shall pay what the owner is owed of it by {n}.\n\n" for n in MONTHS)
    long = (
        "Each year before the end of March the carrier and the owner shall meet in the office of the harbour master, "
        "look through the books of the depot, and settle between them what is due for the pallets under Project Corton."
    )
    memory = MatterMemory(CaseFile((SourceText("common", common), SourceText("long", f"{common}{long}"))))
    memory.grow({})
    best = next(
        Search(
            memory, Question("q", "Corton", "What does the carrier pay to the owner under Corton?", "text")
        ).ranked()
    )
    assert best.document_id == "long"
    assert memory.documents["long"].starts[best.passage] == len(common)


def test_only_the_documents_that_are_named_are_searched(memory: MatterMemory) -> None:
    assert {each.document_id for each in Search(memory, INSURANCE).ranked({"supply"})} == {"supply"}


def test_an_example_of_a_firms_own_finds_what_its_definition_does_not(
    memory: MatterMemory, chooser: Chooser
) -> None:
    asked = Question("q", "Rollover", "", "text", examples=("This Agreement shall automatically renew.",))
    best = next(Search(memory, asked).ranked())
    assert "automatically renew" in said(chooser, [chooser.passage(best.document_id, best.passage)])[0]


def test_a_passage_comes_with_its_heading_its_neighbours_and_the_definitions_it_leans_on(
    memory: MatterMemory, chooser: Chooser
) -> None:
    sheet = Sheet(400, chooser.tokens, [])
    chooser.choose(sheet, DELAY, Search(memory, DELAY).ranked({"master"}), (), 1)
    assert said(chooser, sheet.ranges)[:4] == [
        "A Service Credit is due for each day of delay.",
        "2. Delay",
        "Corvane shall bring the pumps in time.",
        "It is due on demand.",
    ]
    assert "“Service Credit” means a sum deducted from the Charges." in said(chooser, sheet.ranges)


def test_an_amendment_leans_on_the_definitions_of_its_master(memory: MatterMemory, chooser: Chooser) -> None:
    assert set(chooser.relatives["amendment"]) == {"master", "amendment"}
    sheet = Sheet(400, chooser.tokens, [])
    chooser.choose(sheet, DELAY, Search(memory, DELAY).ranked({"amendment"}), (), 1)
    assert "“Service Credit” means a sum deducted from the Charges." in said(chooser, sheet.ranges)


@pytest.mark.parametrize("room", [20, 40, 80, 160])
def test_a_sheet_is_never_fuller_than_its_room(memory: MatterMemory, chooser: Chooser, room: int) -> None:
    sheet = Sheet(room, chooser.tokens, [])
    chosen = chooser.choose(sheet, DELAY, Search(memory, DELAY).ranked(), (), 50)
    assert chosen > 0
    assert sum(map(chooser.tokens, sheet.ranges)) == sheet.taken <= room


def test_what_was_read_is_not_chosen_again(memory: MatterMemory, chooser: Chooser) -> None:
    search = Search(memory, DELAY)
    read: list[ReadRange] = []
    for _ in range(30):
        sheet = Sheet(60, chooser.tokens, [])
        if not chooser.choose(sheet, DELAY, search.ranked(), read, 4):
            break
        assert any(not holds(read, each) for each in sheet.ranges)
        read += sheet.ranges
    unread = [
        found
        for found in search.ranked()
        if not holds(read, chooser.passage(found.document_id, found.passage))
    ]
    assert unread == []


def test_a_passage_larger_than_the_room_is_chosen_in_pieces() -> None:
    clause = "The carrier shall insure " + "and insure again " * 300 + "the pumps"
    memory = MatterMemory(CaseFile((SourceText("long", clause),)))
    memory.grow({})
    sources = {"long": memory.case_file.documents[0]}
    chooser = Chooser(memory, sources, {"long": ("long",)}, Counter(_words, sources))
    search, read = Search(memory, INSURANCE), list[ReadRange]()
    while True:
        sheet = Sheet(100, chooser.tokens, [])
        if not chooser.choose(sheet, INSURANCE, search.ranked(), read, 4):
            break
        assert sheet.taken <= 100
        read += sheet.ranges
    whole = "".join(said(chooser, sorted(read, key=lambda own: own.start)))
    assert whole.replace(" ", "") == clause.replace(" ", ""), "all of it, once"


def test_where_scores_are_remembered_a_clause_type_is_ranked_by_them(memory: MatterMemory) -> None:
    from inference.beyond.scores import clause_types_of, scored_by
    from inference.compact.reader import CompactReader

    compact = CompactReader.open()
    scored = MatterMemory(memory.case_file)
    kept = {key: each.to_bytes() for key, each in memory.documents.items()}
    scored.grow(kept, scored=scored_by(compact))
    law = Question("law", "Law", "", "jurisdiction", "Governing Law")
    best = next(Search(scored, law, clause_types_of(compact)).ranked())
    own = scored.documents[best.document_id]
    words = CONTRACT[own.starts[best.passage] : own.ends[best.passage]]
    assert best.document_id == "supply"
    assert "laws of the State of New York" in words
    assert best.score > 0.5


def test_families_have_their_masters_first_and_may_be_named_by_the_caller(memory: MatterMemory) -> None:
    assert families_of(memory.documents) == (("supply",), ("master", "amendment"), ("thai",))
    ids = list(memory.documents)
    assert checked([["thai"], ids[:2], ["master"]], ids) == (("thai",), ("supply", "amendment"), ("master",))
    for wrong in ([ids, ["supply"]], [ids[:2]], []):
        with pytest.raises(ValueError, match="one family"):
            checked(wrong, ids)

"""Which documents hang on which: by title, date and parties, in any order, and on real contracts."""

import time

import pytest

from inference.families.describe import OPENING, as_plain, describe, from_plain
from inference.families.ties import Tie, place_of, ties_among

MASTER = """MASTER SERVICES AGREEMENT

This Master Services Agreement (the "Agreement") is made as of March 3, 2019 between Alder Systems, Inc., a Delaware \
corporation ("Alder"), and Birch Foods LLC, an Oregon limited liability company ("Birch").

1. Services. Alder performs the services that a statement of work describes.
"""
SAME = 'between Alder Systems, Inc., a Delaware corporation ("Alder"), and Birch Foods LLC, an Oregon company ("Birch")'
AMENDMENT = f"""AMENDMENT NO. 2 TO MASTER SERVICES AGREEMENT

This Amendment No. 2 is made on June 1, 2021 {SAME}.

The parties entered into a Master Services Agreement dated as of March 3, 2019. Section 4 is deleted.
"""
LEASE = """LEASE

This Lease is made as of March 3, 2019 between Cedar Land, Inc. ("Landlord") and Birch Foods LLC ("Tenant").
"""


def tied(**contents: str) -> dict[str, Tie]:
    return {
        tie.document_id: tie for tie in ties_among({key: describe(text) for key, text in contents.items()})
    }


def test_an_amendment_hangs_on_its_master_with_a_reason_a_lawyer_reads() -> None:
    assert tied(amendment=AMENDMENT, lease=LEASE, master=MASTER) == {
        "amendment": Tie(
            "amendment",
            "master",
            "sure",
            "Calls itself Amendment No. 2 to the Master Services Agreement of 3 March 2019; same parties.",
        )
    }


@pytest.mark.parametrize(
    ("opening", "called"),
    [
        (
            f"THIRD AMENDMENT TO MASTER SERVICES AGREEMENT\nThis Third Amendment is made {SAME}",
            "Amendment No. 3",
        ),
        (f"ADDENDUM\nThis Addendum to the Master Services Agreement is made {SAME}.", "Addendum"),
        (f"STATEMENT OF WORK NO. 4\nThis Statement of Work is made {SAME}", "Statement of Work No. 4"),
        (f"ORDER FORM\nThis Order Form is entered into {SAME}", "Order Form"),
        (f"WAIVER\nThis Waiver is given {SAME}", "Waiver"),
        (f"Schedule B\nThis Schedule B is attached to the Master Services Agreement {SAME}", "Schedule"),
        (f"This Consent under the Master Services Agreement is given {SAME}", "Consent"),
        (f"This Guaranty of the Master Services Agreement is given {SAME}", "Guaranty"),
        (
            f"Amendment #3 to the Master Services Agreement\nThis Amendment #3 is made {SAME}",
            "Amendment No. 3",
        ),
    ],
)
def test_instruments_that_hang_on_another(opening: str, called: str) -> None:
    words = f"{opening}\n\nWHEREAS the parties made the Master Services Agreement dated as of March 3, 2019."
    assert describe(words).called == called
    assert tied(child=words, master=MASTER)["child"].sureness == "sure"


@pytest.mark.parametrize(
    "words",
    [
        MASTER,
        LEASE,
        "EXHIBIT 10.1\nSUPPLY AGREEMENT\nThis Supply Agreement is made between Alder, Inc. and Birch LLC.",
        "Dear Ann,\nWe do not accept that Amendment No. 2 changed the Master Services Agreement dated March 3, 2019.",
        "filed under Rule 24b-2 of the Act, as amended.\nLICENSE AGREEMENT\nThis Agreement is made between us.",
        "DATA ROOM INDEX\n1.1 Master Services Agreement, 3 March 2019\n1.2 Amendment No. 1, 1 June 2020",
        "",
    ],
)
def test_instruments_of_their_own(words: str) -> None:
    assert not describe(words).hangs


def test_another_date_or_other_parties_make_no_sure_tie() -> None:
    assert not tied(child=AMENDMENT.replace("March 3, 2019", "May 9, 2018"), master=MASTER)
    strangers = MASTER.replace("Alder Systems", "Elm Trucks").replace("Birch Foods", "Fir Mills")
    assert tied(child=AMENDMENT, master=strangers)["child"].sureness == "likely"


def test_two_that_answer_alike_make_it_likely_and_the_reason_says_so() -> None:
    tie = tied(child=AMENDMENT, master=MASTER, copy=MASTER)["child"]
    assert (tie.sureness, tie.reason.split("; ")[-1]) == ("likely", "2 documents answer to that.")


def test_a_description_survives_as_json() -> None:
    for words in (AMENDMENT, MASTER):
        assert from_plain(as_plain(describe(words))) == describe(words)


def test_the_master_is_read_first_then_by_date() -> None:
    first = (
        AMENDMENT.replace("NO. 2", "NO. 1").replace("No. 2", "No. 1").replace("June 1, 2021", "May 4, 2020")
    )
    described = {"b": describe(AMENDMENT), "a": describe(first), "m": describe(MASTER)}
    assert sorted(described, key=lambda key: place_of(described[key])) == ["m", "a", "b"]


@pytest.mark.parametrize(
    "piece",
    [
        "AMENDMENT TO THE ",
        "This Amendment to the ",
        "agreement dated ",
        "A",
        "(“",
        "between ",
        "No. 1 to ",
        "\n",
        "1 ",
    ],
)
def test_time_does_not_run_away_on_any_opening(piece: str) -> None:
    started = time.process_time()
    described = describe(piece * (OPENING // len(piece) + 1) * 20)
    ties_among({str(n): described for n in range(500)})
    assert time.process_time() - started < 3


def test_sure_ties_among_the_training_contracts_are_right(shared) -> None:
    # Every one of these was looked at: the same two companies, and the amendment names the master's date.
    right = {
        ("048", "047"),
        *(("063", "062"), ("064", "062"), ("065", "062")),
        *(("124", "123"), ("125", "123")),
        *(("151", "150"), ("152", "150"), ("153", "150")),
        *(("244", "245"), ("246", "248")),
    }
    texts = {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted((shared / "cuad" / "txt").glob("*.txt"))
    }
    ties = ties_among({key: describe(text) for key, text in texts.items()})
    assert {(tie.document_id, tie.master_id) for tie in ties if tie.sureness == "sure"} == right

"""A back-test and the approval of a clause type through the API alone."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from review.findings.services import accept_finding
from review.matters.models import Matter
from tests.cast import AGREEMENT, GOVERNING_LAW, as_csv, as_person, back_test, find
from tests.workers import work_off

ROWS = [
    ["File", "Governing law", "Anti-assignment"],
    ["Supply agreement.txt", "Peru", "n/a"],
    ["Side letter.pdf", "England", "n/a"],
]


def test_a_program_goes_from_a_spreadsheet_to_a_ruling(
    ben_api: APIClient, matter: Matter, document: Any
) -> None:
    find(document, "governing-law", GOVERNING_LAW)
    find(document, "anti-assignment", None)
    file = SimpleUploadedFile("review.csv", as_csv(ROWS))
    made = ben_api.post(f"/api/v1/matters/{matter.pk}/backtests/", {"file": file}, format="multipart")
    assert (made.status_code, made.json()["state"]) == (201, "reading")
    address = f"/api/v1/backtests/{made.json()['id']}/"
    work_off(matter, "sheet")

    read = ben_api.get(address).json()
    assert (read["state"], read["figures"]) == ("to_map", None)
    (sheet,) = read["sheets"]
    assert [column["answers"] for column in sheet["columns"]] == [
        "document",
        "governing-law",
        "anti-assignment",
    ]
    columns = [{key: column[key] for key in ("column", "answers", "meaning")} for column in sheet["columns"]]
    sent = {"sheet": 1, "heading_row": sheet["heading_row"], "columns": columns}
    assert ben_api.post(f"{address}compare/", sent, format="json").status_code == 202
    work_off(matter, "compare")

    done = ben_api.get(address).json()
    assert (done["state"], done["done"]) == ("done", 0)
    total = done["figures"]["total"]
    assert (total["comparable"], total["agreement"]) == (2, 0.5)
    assert done["figures"]["rows_without_document"] == 1
    (line,) = ben_api.get(f"{address}lines/?verdict=differ").json()["results"]
    start = AGREEMENT.index(GOVERNING_LAW)
    assert line["shown"] == [
        {"start": start, "end": start + len(GOVERNING_LAW), "words": GOVERNING_LAW, "page": 1}
    ]
    assert (line["people"], line["question"], line["ruling"]) == ("Peru", "governing-law", "undecided")
    ruled = ben_api.post(f"/api/v1/comparisons/{line['id']}/rule/", {"ruling": "reader"}, format="json")
    assert (ruled.status_code, ruled.json()["decided_by"]) == (201, "Ben")
    assert ben_api.get(address).json()["figures"]["total"]["reader_right"] == 2
    assert len(ben_api.get(f"{address}lines/?ruling=reader").json()["results"]) == 1
    assert ben_api.get(f"{address}result.csv").content.decode("utf-8-sig").count("Supply agreement.txt") >= 2


def test_what_does_not_add_up_is_refused_in_words(
    ben_api: APIClient, ben: Any, matter: Matter, document: Any
) -> None:
    nothing = ben_api.post(
        f"/api/v1/matters/{matter.pk}/backtests/",
        {"file": SimpleUploadedFile("a.csv", b"")},
        format="multipart",
    )
    assert (nothing.status_code, nothing.json()["message"]) == (400, "This file is empty.")
    backtest = back_test(matter, ben, ROWS[:2])
    answer = ben_api.post(
        f"/api/v1/backtests/{backtest.pk}/compare/",
        {"columns": [{"column": 0, "answers": "document"}]},
        format="json",
    )
    assert answer.json() == {
        "code": "wrong_mapping",
        "message": "Say for at least one column which question it answers.",
    }
    cancelled = ben_api.post(f"/api/v1/backtests/{backtest.pk}/cancel/")
    assert (cancelled.status_code, cancelled.json()["code"]) == (409, "conflict")


def test_an_administrator_approves_a_clause_type(
    ada_api: APIClient, ben_api: APIClient, ben: Any, finding: Any
) -> None:
    with as_person(ben):
        accept_finding(finding, by=ben)
    by_key = {line["question"]: line for line in ada_api.get("/api/v1/measures/").json()}
    law = by_key["governing-law"]
    assert (law["judged"], law["right"], law["missed"], law["approval"]) == (1, 1, 0, "never")
    assert law["precision"]["is_enough"] is False
    decided = ada_api.post("/api/v1/measures/governing-law/decide/", {"approved": True}, format="json")
    assert decided.json()["approval"] == "approved"
    assert decided.json()["words"].endswith("by Ada, measured on 1 judged cell")
    for answer in (
        ben_api.get("/api/v1/measures/"),
        ben_api.post("/api/v1/measures/governing-law/decide/", {"approved": True}, format="json"),
    ):
        assert answer.status_code == 403


@pytest.mark.parametrize("who", ["cleo_api", "dan_api"])
def test_strangers_find_nothing(
    request: pytest.FixtureRequest, who: str, ada: Any, matter: Matter, document: Any
) -> None:
    backtest = back_test(matter, ada, ROWS)
    stranger: APIClient = request.getfixturevalue(who)
    for address in ("", "lines/", "result.xlsx"):
        assert stranger.get(f"/api/v1/backtests/{backtest.pk}/{address}").status_code == 404
    assert stranger.get(f"/api/v1/matters/{matter.pk}/backtests/").status_code == 404

"""What the API tells: matters, bundles, documents, findings with their evidence."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from review.accounts.models import User
from review.documents.models import Document
from review.findings.models import Finding
from review.matters.models import Matter
from review.tenancy.models import AuditEvent
from tests.cast import AGREEMENT, GOVERNING_LAW, LEASE, deliver, find
from tests.review.documents.test_families import AMENDMENT, MASTER
from tests.workers import work_off

HARROW = {
    "name": "Project Mill",
    "number": "10023-0009",
    "client": {"name": "Mill Holdings", "number": "10023"},
}


def test_ada_opens_a_matter_with_its_brief(ada_api: APIClient, ben_api: APIClient) -> None:
    brief = {"side": "buyer", "structure": "share", "closing_on": "2027-03-31", "scope": "All of it."}
    answer = ada_api.post("/api/v1/matters/", {**HARROW, **brief}, format="json")

    assert answer.status_code == 201
    made = answer.json()
    assert (made["name"], made["client"]["number"], made["ai_terms"]) == ("Project Mill", "10023", "allowed")
    assert (made["side"], made["closing_on"], made["signing_on"]) == ("buyer", "2027-03-31", None)
    assert ada_api.get(f"/api/v1/matters/{made['id']}/").json() == made
    assert ada_api.get("/api/v1/matters/").json()["results"] == [made]
    assert ben_api.get("/api/v1/matters/").json()["results"] == []


def test_a_document_tells_its_family(ben_api: APIClient, matter: Matter, bundle: Any, ada: User) -> None:
    master = deliver(bundle, ada, name="Master.txt", content=MASTER)
    amendment = deliver(bundle, ada, name="Amendment.txt", content=AMENDMENT)
    rows = ben_api.get(f"/api/v1/documents/?matter={matter.pk}").json()["results"]
    families = {row["id"]: row["family"] for row in rows}
    assert families == {
        str(master.pk): None,
        str(amendment.pk): {
            "master": str(master.pk),
            "said": "sure",
            "read_together": True,
            "reason": "Calls itself Amendment No. 1 to the Supply Agreement of 3 March 2021; same parties.",
            "said_by": "",
        },
    }


def test_a_client_may_be_named_flat_and_is_known_by_its_number(ada_api: APIClient) -> None:
    flat = {"name": "A", "number": "1-1", "client_name": "Mill Holdings", "client_number": "10023"}
    first = ada_api.post("/api/v1/matters/", flat, format="json").json()
    second = ada_api.post("/api/v1/matters/", HARROW, format="json").json()
    assert first["client"]["id"] == second["client"]["id"]


@pytest.mark.parametrize(
    ("number", "client"),
    [("10023-0009", "10023"), ("10023.4-0009", "10023.4"), ("10023", "10023"), ("-7", "-7")],
)
def test_the_client_matter_number_names_the_client(ada_api: APIClient, number: str, client: str) -> None:
    ada_api.post("/api/v1/matters/", HARROW, format="json")
    made = ada_api.post("/api/v1/matters/", {"name": "Project Loom", "number": number}, format="json").json()
    assert made["client"]["number"] == client
    assert made["client"]["name"] == ("Mill Holdings" if client == "10023" else f"Client {client}")


@pytest.mark.parametrize(
    "wrong",
    [{"client": None}, {"client": "Mill"}, {"side": "winner"}, {"name": " "}, {"name": "a\0b"}],
)
def test_a_matter_that_is_not_whole_is_refused(ada_api: APIClient, wrong: dict[str, Any]) -> None:
    answer = ada_api.post("/api/v1/matters/", {**HARROW, **wrong}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert ada_api.get("/api/v1/matters/").json()["results"] == []


def test_a_bundle_tells_what_became_of_every_file(ben_api: APIClient, matter: Matter) -> None:
    files = [
        SimpleUploadedFile("supply.txt", AGREEMENT.encode()),
        SimpleUploadedFile("copy.txt", AGREEMENT.encode()),
        SimpleUploadedFile("lease.txt", LEASE.encode()),
    ]
    paths = ["1 Supply/supply.txt", "1 Supply/copy.txt", "2 Property/lease.txt"]
    answer = ben_api.post(
        f"/api/v1/matters/{matter.pk}/bundles/", {"files": files, "paths": paths}, format="multipart"
    )

    assert answer.status_code == 201
    sent = answer.json()
    assert (sent["state"], sent["source"], sent["counts"]["files"]) == ("pending", "api", 3)
    assert [(file["path"], file["state"]) for file in sent["files"]] == [
        ("1 Supply/supply.txt", "pending"),
        ("1 Supply/copy.txt", "pending"),
        ("2 Property/lease.txt", "pending"),
    ]
    copy = sent["files"][1]
    assert (copy["cause"], copy["sentence"]) == ("duplicate", "Identical to 1 Supply/supply.txt.")
    assert copy["duplicate_of"] == sent["files"][0]["document"]
    assert copy["sha256"] == sent["files"][0]["sha256"]
    assert ben_api.get(f"/api/v1/bundles/{sent['id']}/").json() == sent


@pytest.mark.parametrize(
    "body", [{}, {"files": "words"}, {"files": [SimpleUploadedFile("a.txt", b"A")], "paths": ["a", "b"]}]
)
def test_a_bundle_without_files_is_refused(ben_api: APIClient, matter: Matter, body: dict[str, Any]) -> None:
    answer = ben_api.post(f"/api/v1/matters/{matter.pk}/bundles/", body, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_documents_are_listed_by_matter_and_state(
    ben_api: APIClient, matter: Matter, document: Document
) -> None:
    (row,) = ben_api.get(f"/api/v1/documents/?matter={matter.pk}").json()["results"]
    assert (row["id"], row["name"], row["state"], row["pages"]) == (
        str(document.pk),
        "Supply agreement.txt",
        "ready",
        1,
    )
    assert ben_api.get(f"/api/v1/documents/{document.pk}/").json() == row
    assert ben_api.get(f"/api/v1/documents/?matter={matter.pk}&state=refused").json()["results"] == []


def test_the_text_comes_with_its_pages_and_leaves_an_audit_row(
    ben_api: APIClient, document: Document, ben: User, as_person: Any
) -> None:
    import hashlib

    text = ben_api.get(f"/api/v1/documents/{document.pk}/text/").json()
    assert text["content"] == AGREEMENT
    assert text["sha256"] == hashlib.sha256(AGREEMENT.encode()).hexdigest()
    (page,) = text["pages"]
    assert (page["number"], page["start"], page["end"]) == (1, 0, len(AGREEMENT))
    with as_person(ben):
        opened = AuditEvent.objects.get(action="document.opened", subject_id=document.pk)
    assert (opened.actor_id, opened.matter_id) == (ben.pk, document.matter_id)


def test_a_document_without_text_says_why(ben_api: APIClient, matter: Matter) -> None:
    files = {"files": SimpleUploadedFile("old.doc", bytes.fromhex("d0cf11e0a1b11ae1") + b"." * 600)}
    sent = ben_api.post(f"/api/v1/matters/{matter.pk}/bundles/", files, format="multipart").json()
    address = f"/api/v1/documents/{sent['files'][0]['document']}/text/"

    answer = ben_api.get(address)
    assert answer.status_code == 409
    assert answer.json() == {"code": "no_text", "message": "The text of this document is not ready yet."}

    work_off(matter, "parse")
    (file,) = ben_api.get(f"/api/v1/bundles/{sent['id']}/").json()["files"]
    assert file["state"] == "refused"
    assert ben_api.get(address).json() == {"code": "no_text", "message": file["sentence"]}


def test_evidence_is_the_text_at_its_offsets_and_its_boxes_lie_on_the_page(
    ben_api: APIClient, matter: Matter, document: Document, finding: Finding
) -> None:
    text = ben_api.get(f"/api/v1/documents/{document.pk}/text/").json()
    (row,) = ben_api.get(f"/api/v1/findings/?matter={matter.pk}").json()["results"]
    (quote,) = row["evidence"]

    assert (quote["document"], quote["shown"], quote["score"]) == (str(document.pk), "quiet", 0.91)
    assert quote["quote"] == GOVERNING_LAW == text["content"][quote["start"] : quote["end"]]
    (box,) = quote["boxes"]
    x0, y0, x1, y1 = box["rectangle"]
    page = text["pages"][box["page"] - 1]
    assert 0 <= x0 < x1 <= page["width"]
    assert 0 <= y0 < y1 <= page["height"]
    # Line 6 of the agreement, behind "2. Governing law. ": 6 points a character, 14 a line.
    assert (x0, y0) == pytest.approx((36 + 6 * 18, 36 + 14 * 5), abs=0.1)
    assert x1 == pytest.approx(x0 + 6 * len(GOVERNING_LAW), abs=0.1)


def test_findings_are_filtered_by_each_word(
    ben_api: APIClient, matter: Matter, document: Document, finding: Finding
) -> None:
    find(document, "exclusivity", None)
    ben_api.post(f"/api/v1/findings/{finding.pk}/accept/")

    def keys(query: str) -> list[str]:
        rows = ben_api.get(f"/api/v1/findings/?{query}").json()["results"]
        return [row["question"] for row in rows]

    assert keys(f"matter={matter.pk}") == keys(f"document={document.pk}") == ["governing-law", "exclusivity"]
    assert keys(f"matter={matter.pk}&clause_type=Governing Law") == ["governing-law"]
    assert keys(f"matter={matter.pk}&clause_type=exclusivity") == ["exclusivity"]
    assert keys(f"matter={matter.pk}&state=not_found") == ["exclusivity"]
    assert keys(f"matter={matter.pk}&review_state=accepted") == ["governing-law"]
    assert keys(f"matter={matter.pk}&state=not_found&review_state=accepted") == []
    answer = ben_api.get(f"/api/v1/findings/?matter={matter.pk}&clause_type=Nonsense")
    assert answer.json()["message"] == "clause_type: There is no such clause type. GET questions/ lists them."
    answer = ben_api.get(f"/api/v1/findings/?matter={matter.pk}&state=lost")
    assert answer.json()["message"].startswith("state: Choose one of: found, not_found, unclear")


def test_a_long_list_comes_in_pages_and_none_is_lost(
    ben_api: APIClient, matter: Matter, document: Document
) -> None:
    made = [str(find(document, key, None).pk) for key in ("exclusivity", "non-compete", "audit-rights")]
    seen, address = [], f"/api/v1/findings/?matter={matter.pk}&limit=2"
    while address:
        page = ben_api.get(address).json()
        seen.append([row["id"] for row in page["results"]])
        address = page["next"]
    assert seen == [made[:2], made[2:]]


def test_a_page_of_findings_costs_the_same_whatever_its_length(
    ben_api: APIClient, matter: Matter, document: Document
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert ben_api.get(f"/api/v1/findings/?matter={matter.pk}").status_code == 200
        return len(asked)

    find(document, "governing-law", GOVERNING_LAW)
    one = queries()
    for key in ("exclusivity", "non-compete", "audit-rights", "insurance"):
        find(document, key, GOVERNING_LAW)
    assert queries() == one


def test_the_questions_are_those_of_the_firm(ben_api: APIClient) -> None:
    rows = ben_api.get("/api/v1/questions/").json()
    assert len(rows) == 41
    assert {
        "key": "governing-law",
        "clause_type": "Governing Law",
        "answer_type": "jurisdiction",
    }.items() <= (next(row for row in rows if row["key"] == "governing-law").items())


def test_a_matter_is_read_again_on_demand(ben_api: APIClient, matter: Matter, document: Document) -> None:
    answer = ben_api.post(f"/api/v1/matters/{matter.pk}/read/")
    assert (answer.status_code, answer.json()) == (202, {"due": 1})
    (row,) = ben_api.get(f"/api/v1/documents/?matter={matter.pk}").json()["results"]
    assert row["reading"] == "pending"


def test_ai_terms_stop_a_reading_at_the_door(
    ada: User, ben_api: APIClient, matter: Matter, document: Document, as_person: Any
) -> None:
    from review.matters.models import AiTerms
    from review.matters.services import record_ai_terms

    with as_person(ada):
        record_ai_terms(matter, AiTerms.FORBIDDEN, by=ada)
    answer = ben_api.post(f"/api/v1/matters/{matter.pk}/read/")
    assert (answer.status_code, answer.json()["code"]) == (409, "ai_forbidden")

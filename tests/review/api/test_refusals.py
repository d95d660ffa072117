"""What the API refuses: strangers, keys, scopes, and everything that is not there. One shape for every error."""

from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from rest_framework.test import APIClient

from review.accounts.models import User
from review.documents.models import Bundle, Document
from review.findings.models import Finding
from review.ids import uuid7
from review.matters.models import Matter
from review.tenancy.context import in_context
from review.tenancy.models import ApiToken, Membership, Organization, Scope
from review.tenancy.tokens import create_token

NOWHERE = {"code": "not_found", "message": "There is nothing here, or you have no access to it."}

GETS = (
    "matters/{matter}/",
    "matters/{matter}/export.xlsx",
    "matters/{matter}/export.docx",
    "bundles/{bundle}/",
    "documents/?matter={matter}",
    "documents/?bundle={bundle}",
    "documents/{document}/",
    "documents/{document}/text/",
    "findings/?matter={matter}",
    "findings/?document={document}",
    "findings/{finding}/",
    "findings/{finding}/comments/",
)
POSTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("matters/{matter}/read/", {}),
    ("findings/{finding}/accept/", {}),
    ("findings/{finding}/reject/", {"reason": "No."}),
    ("findings/{finding}/edit/", {"value": "Scotland"}),
    ("findings/{finding}/undo/", {}),
    ("findings/{finding}/verify/", {}),
    ("findings/{finding}/flag/", {}),
    ("findings/{finding}/comments/", {"body": "Hello."}),
)


NOBODY = "0190a5f2c3d87e4f9b1a2c3d4e5f6071"  # an id that no organization has


@pytest.fixture
def there(matter: Matter, bundle: Bundle, document: Document, finding: Finding) -> dict[str, UUID]:
    return {"matter": matter.pk, "bundle": bundle.pk, "document": document.pk, "finding": finding.pk}


def unknown() -> dict[str, UUID]:
    return {name: uuid7() for name in ("matter", "bundle", "document", "finding")}


def whole(answer: Any) -> tuple[int, dict[str, str], bytes]:
    return answer.status_code, dict(answer.headers), answer.content


@pytest.mark.parametrize("address", GETS)
def test_cleo_and_dan_cannot_tell_that_it_exists(
    address: str, there: dict[str, UUID], ben_api: APIClient, cleo_api: APIClient, dan_api: APIClient
) -> None:
    assert ben_api.get(f"/api/v1/{address.format(**there)}").status_code == 200
    for stranger in (cleo_api, dan_api):
        foreign = stranger.get(f"/api/v1/{address.format(**there)}")
        assert whole(foreign) == whole(stranger.get(f"/api/v1/{address.format(**unknown())}"))
        assert (foreign.status_code, foreign.json()) == (404, NOWHERE)


@pytest.mark.parametrize(("address", "body"), POSTS)
def test_cleo_and_dan_cannot_act_on_it(
    address: str, body: dict[str, Any], there: dict[str, UUID], cleo_api: APIClient, dan_api: APIClient
) -> None:
    for stranger in (cleo_api, dan_api):
        foreign = stranger.post(f"/api/v1/{address.format(**there)}", body, format="json")
        nowhere = stranger.post(f"/api/v1/{address.format(**unknown())}", body, format="json")
        assert whole(foreign) == whole(nowhere)
        assert (foreign.status_code, foreign.json()) == (404, NOWHERE)


def test_cleo_and_dan_cannot_deliver_or_add(
    there: dict[str, UUID], cleo_api: APIClient, dan_api: APIClient
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    for stranger in (cleo_api, dan_api):
        for ids in (there, unknown()):
            file = SimpleUploadedFile("a.txt", b"A letter.")
            sent = stranger.post(
                f"/api/v1/matters/{ids['matter']}/bundles/", {"files": file}, format="multipart"
            )
            body = {
                "document": str(ids["document"]),
                "question": "governing-law",
                "spans": [{"start": 0, "end": 3}],
            }
            added = stranger.post("/api/v1/findings/", body, format="json")
            assert (sent.status_code, sent.json()) == (added.status_code, added.json()) == (404, NOWHERE)


def test_lists_of_strangers_are_empty(
    there: dict[str, UUID], other_finding: Finding, cleo_api: APIClient, dan_api: APIClient
) -> None:
    assert cleo_api.get("/api/v1/matters/").json()["results"] == []
    assert cleo_api.get("/api/v1/documents/").json()["results"] == []
    assert [row["id"] for row in dan_api.get("/api/v1/documents/").json()["results"]] == [
        str(other_finding.document_id)
    ]


def test_without_a_key_nothing_is_answered(there: dict[str, UUID]) -> None:
    for address in GETS:
        answer = APIClient().get(f"/api/v1/{address.format(**there)}")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Token"
        assert answer.json() == {
            "code": "not_authenticated",
            "message": "This needs a key: send the header Authorization: Token KEY.",
        }


def test_a_signed_in_browser_is_no_key(ben: User, there: dict[str, UUID]) -> None:
    browser = Browser()
    browser.force_login(ben)
    assert browser.get("/api/v1/matters/").status_code == 401
    assert browser.post(f"/api/v1/findings/{there['finding']}/accept/").status_code == 401


@pytest.mark.parametrize("key", ["", "x", "engross_x_y", f"engross_{NOBODY}_secret", "engross__", "é" * 9])
def test_a_wrong_key_is_refused(key: str, organization: Organization) -> None:
    for claimed in (key, f"engross_{organization.pk.hex}_{key or 'none'}"):
        answer = APIClient().get("/api/v1/matters/", HTTP_AUTHORIZATION=f"Token {claimed}")
        assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")


def test_a_key_dies_with_its_time_and_with_its_person(
    ben: User, organization: Organization, ben_api: APIClient, as_person: Any
) -> None:
    from django.utils import timezone

    assert ben_api.get("/api/v1/matters/").status_code == 200
    with as_person(ben):
        ApiToken.objects.filter(user=ben).update(expires_at=timezone.now())
    assert ben_api.get("/api/v1/matters/").status_code == 401
    with as_person(ben):
        ApiToken.objects.filter(user=ben).update(expires_at=None)
        Membership.objects.filter(user=ben).delete()
    assert ben_api.get("/api/v1/matters/").status_code == 401


def test_a_key_works_in_its_own_organization_only(
    dan: User, other_organization: Organization, organization: Organization, dan_api: APIClient
) -> None:
    with in_context(other_organization.pk, user=dan.pk):
        key = create_token(dan, other_organization.pk, name="moved")
    secret = key.split("_", 2)[2]
    moved = f"engross_{organization.pk.hex}_{secret}"
    assert APIClient().get("/api/v1/matters/", HTTP_AUTHORIZATION=f"Token {key}").status_code == 200
    assert APIClient().get("/api/v1/matters/", HTTP_AUTHORIZATION=f"Token {moved}").status_code == 401


def test_a_key_made_for_reading_changes_nothing(
    ben: User, organization: Organization, there: dict[str, UUID], finding: Finding
) -> None:
    with in_context(organization.pk, user=ben.pk):
        key = create_token(ben, organization.pk, name="dashboard", scope=Scope.READ)
    reader = APIClient()
    reader.credentials(HTTP_AUTHORIZATION=f"Token {key}")

    assert reader.get(f"/api/v1/findings/{finding.pk}/").status_code == 200
    posts = [*POSTS, ("matters/", {"name": "x"}), ("findings/", {}), ("matters/{matter}/bundles/", {})]
    for address, body in posts:
        kind = "multipart" if "bundles" in address else "json"
        answer = reader.post(f"/api/v1/{address.format(**there)}", body, format=kind)
        assert answer.json() == {"code": "not_allowed", "message": "This key may only read."}
        assert answer.status_code == 403
    assert reader.get(f"/api/v1/findings/{finding.pk}/").json()["review_state"] == "unreviewed"


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("delete", "matters/", 405, "method_not_allowed"),
        ("options", "matters/", 405, "method_not_allowed"),
        ("get", "nowhere/", 404, "not_found"),
        ("get", "matters/not-an-id/", 404, "not_found"),
        ("get", "documents/?matter=not-an-id", 400, "invalid"),
        ("get", "documents/?mater=x", 400, "invalid"),
        ("get", "documents/?state=found", 400, "invalid"),
        ("get", "documents/?limit=0", 400, "invalid"),
        ("get", "documents/?limit=lots", 400, "invalid"),
        ("get", "documents/?cursor=a", 400, "invalid"),
        ("get", "documents/?cursor=cD14", 400, "invalid"),
        ("get", "findings/", 400, "invalid"),
        ("post", "matters/", 400, "invalid"),
    ],
)
def test_every_error_has_one_shape(
    ben_api: APIClient, method: str, address: str, status: int, code: str
) -> None:
    answer = getattr(ben_api, method)(f"/api/v1/{address}", format="json")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert body.keys() == {"code", "message"}
    assert body["code"] == code
    assert body["message"].endswith(".")


def test_a_body_that_is_no_json_is_refused(ben_api: APIClient, finding: Finding) -> None:
    for body in (b"{", b"[1]", b'"x"', b"\xff"):
        answer = ben_api.generic(
            "POST", f"/api/v1/findings/{finding.pk}/reject/", body, content_type="application/json"
        )
        assert answer.status_code == 400
        assert answer.json().keys() == {"code", "message"}
    other = ben_api.generic("POST", "/api/v1/matters/", b"<a/>", content_type="text/xml")
    assert (other.status_code, other.json()["code"]) == (415, "unsupported_media_type")


def test_create_token_prints_a_key_and_nothing_else(
    ben: User, matter: Matter, organization: Organization, other_organization: Organization, capsys: Any
) -> None:
    for named in (organization.name, str(organization.pk)):
        call_command("create_token", ben.email, "--organization", named, "--scope", "read")
        key = capsys.readouterr().out
        assert key.count("\n") == 1
        answer = APIClient().get("/api/v1/matters/", HTTP_AUTHORIZATION=f"Token {key.strip()}")
        assert [row["id"] for row in answer.json()["results"]] == [str(matter.pk)]
    for email, named in ((ben.email, other_organization.name), ("nobody@example.test", organization.name)):
        with pytest.raises(CommandError, match=r"belongs to no organization|no person"):
            call_command("create_token", email, "--organization", named)

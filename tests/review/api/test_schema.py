"""The committed description is the one the code gives; a change of the API changes both in one commit."""

from pathlib import Path

from django.core.management import call_command
from rest_framework.test import APIClient

import review.api

COMMITTED = Path(review.api.__file__).with_name("schema.yml")


def test_the_committed_schema_is_the_present_one(tmp_path: Path) -> None:
    present = tmp_path / "schema.yml"
    call_command("spectacular", file=str(present), validate=True, fail_on_warn=True)
    assert present.read_text() == COMMITTED.read_text(), (
        "The API changed. Run: python manage.py spectacular --file review/api/schema.yml --validate --fail-on-warn"
    )


def test_the_schema_is_served_without_a_key() -> None:
    answer = APIClient().get("/api/v1/schema/")
    assert answer.status_code == 200
    assert b"/api/v1/findings/{finding_id}/accept/" in answer.content


def test_every_operation_describes_the_one_error(style_sheets: None) -> None:
    answer = APIClient().get("/api/v1/schema/?format=json")
    operations = [
        operation
        for path in answer.json()["paths"].values()
        for method, operation in path.items()
        if method in {"get", "post", "patch"}
    ]
    assert len(operations) == 67
    for operation in operations:
        shape = operation["responses"]["default"]["content"]["application/json"]["schema"]
        assert shape == {"$ref": "#/components/schemas/ErrorOutput"}


def test_the_page_about_the_api_has_no_script_or_style_of_its_own(style_sheets: None) -> None:
    answer = APIClient().get("/api/v1/docs/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert page.count("<script") == page.count("<script defer src=")
    assert "<style" not in page
    assert " style=" not in page

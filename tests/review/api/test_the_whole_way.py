"""From a zip to a report through the API alone, as an outside program would go."""

import io
import zipfile
from typing import Any

import docx
import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from review.matters.models import Matter
from tests.cast import AGREEMENT, GOVERNING_LAW, LEASE
from tests.workers import work_off


def zipped(**files: str) -> SimpleUploadedFile:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"Data room/{name}.txt", content)
    return SimpleUploadedFile("data-room.zip", file.getvalue())


def test_a_zip_becomes_a_report(ada_api: APIClient, ada: Any, as_person: Any) -> None:
    wanted = {"name": "Mill", "number": "7-1", "client_name": "Mill Holdings", "client_number": "7"}
    matter_id = ada_api.post("/api/v1/matters/", wanted, format="json").json()["id"]
    with as_person(ada):
        matter = Matter.objects.get(pk=matter_id)

    files = {"files": zipped(supply=AGREEMENT, lease=LEASE)}
    bundle = ada_api.post(f"/api/v1/matters/{matter_id}/bundles/", files, format="multipart").json()
    assert (bundle["state"], bundle["counts"]["files"]) == ("pending", 1)
    work_off(matter)
    bundle = ada_api.get(f"/api/v1/bundles/{bundle['id']}/").json()
    assert bundle["state"] == "done"
    assert {
        file["path"].rsplit("/", 1)[-1]: (file["state"], file["reading"]) for file in bundle["files"]
    } == {
        "data-room.zip": ("unpacked", "none"),
        "supply.txt": ("ready", "read"),
        "lease.txt": ("ready", "read"),
    }

    findings = ada_api.get(f"/api/v1/findings/?matter={matter_id}&limit=500").json()["results"]
    assert len(findings) == 2 * 41
    texts: dict[str, str] = {}
    for quote in (quote for finding in findings for quote in finding["evidence"]):
        if quote["document"] not in texts:
            texts[quote["document"]] = ada_api.get(f"/api/v1/documents/{quote['document']}/text/").json()[
                "content"
            ]
        assert texts[quote["document"]][quote["start"] : quote["end"]] == quote["quote"]
        assert quote["boxes"]

    law = next(
        finding
        for finding in findings
        if finding["question"] == "governing-law" and finding["document_name"] == "supply.txt"
    )
    start = AGREEMENT.index(GOVERNING_LAW)
    span = {"start": start, "end": start + len(GOVERNING_LAW), "quote": GOVERNING_LAW}
    edit = {"spans": [span], "value": "England and Wales"}
    assert ada_api.post(f"/api/v1/findings/{law['id']}/edit/", edit, format="json").status_code == 200

    excel = ada_api.get(f"/api/v1/matters/{matter_id}/export.xlsx")
    assert excel.headers["Content-Disposition"] == 'attachment; filename="7-1-Mill.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(excel.content))["Findings"]
    assert sheet.max_row == 1 + 2 * 41
    word = ada_api.get(f"/api/v1/matters/{matter_id}/export.docx")
    report = docx.Document(io.BytesIO(word.content))
    assert any(GOVERNING_LAW in cell.text for table in report.tables for cell in table._cells)

"""The sample data room goes through the whole service and comes out as its authors expect."""

import json
import re
import shutil
from pathlib import Path

import pytest

from deploy.sample.build import bundle as files_of_the_room
from review import engine
from review.accounts.models import User
from review.documents.families import held_ties
from review.documents.models import Document, DocumentState, ReadingState
from review.findings.models import Evidence, Finding, MachineState
from review.findings.selectors import current_findings
from review.intake.services import accept_stream
from review.matters.models import Matter
from review.readings.units import plan_of
from tests.cast import as_person, new_person, open_delivery, open_firm, open_matter
from tests.workers import work_off

EXPECTED = json.loads(
    (Path(__file__).resolve().parents[2] / "deploy" / "sample" / "expected.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def ada() -> User:
    return new_person("Ada")


@pytest.fixture(scope="module")
def matter(ada: User) -> Matter:
    return open_matter(open_firm("Marlowe & Finch LLP", ada), ada, name="Project Harrow", number="10023-0007")


@pytest.fixture(scope="module")
def room(ada: User, matter: Matter) -> dict[str, Document]:
    """Read once for all tests here: none of them changes anything."""
    bundle = open_delivery(matter, ada)
    with as_person(ada):
        for path, content in files_of_the_room().items():
            accept_stream(bundle, path=path, chunks=[content], by=ada)
    work_off(matter, "parse", "read")
    with as_person(ada):
        return {
            document.path: document for document in Document.objects.select_related("text", "duplicate_of")
        }


BRAXHOLM = [
    "1.1.1 Master Services Agreement.pdf",
    "1.1.4 Statement of Work No 1.pdf",
    "1.1.2 Amendment No 1.pdf",
    "1.1.5 Statement of Work No 2.docx",
    "1.1.3 Amendment No 2.pdf",
    "6.1 Marsden to Rao-Hughes 22 April 2024.eml",
    "Letter of clarification 19 April 2024.pdf",
]


def test_its_one_family_is_found_in_reading_order_and_nothing_else_is_joined(room, ada, matter):
    wanted = {each["path"] for each in EXPECTED["documents"] if each["family"] == "Braxholm MSA"}
    with as_person(ada):
        assert [each for each in held_ties(matter.pk).values() if not each.is_used] == []
        (whole,) = plan_of(matter, engine.ReaderSpec("remote", "Large", "large", window=10_000_000)).units
        units = plan_of(matter, engine.ReaderSpec("remote", "Small", "small", window=whole.tokens)).units
        joined = [unit for unit in units if len(unit.pieces) > 1]
        assert [[piece.name for piece in unit.pieces] for unit in joined] == [BRAXHOLM]
        paths = set(
            Document.objects.filter(text__in=[p.text_id for p in joined[0].pieces]).values_list("path")
        )
    assert {path for (path,) in paths} == {path for path in wanted if "signed copy" not in path}


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def test_the_room_is_read_as_its_authors_expect(room, ada, matter):
    ends = {path: DocumentState(document.state) for path, document in room.items()}
    assert len(room) == len(files_of_the_room()) + 1, "the mail brings one attachment"
    assert all(state.is_final for state in ends.values())
    assert [path for path, state in ends.items() if state == DocumentState.NEEDS_PASSWORD] == [
        "07 Corporate/7.1 Board paper 24-31 (protected).pdf"
    ]
    assert [path for path, state in ends.items() if state == DocumentState.REFUSED] == [
        "06 Correspondence/6.2 RE Disclosure.msg"
    ]
    copy = room["06 Correspondence/Braxholm MSA (signed copy from H Marsden).pdf"]
    assert (
        copy.duplicate_of
        == room["01 Commercial/1.1 Braxholm Managed Services/1.1.1 Master Services Agreement.pdf"]
    )
    german = room["05 Confidentiality/5.2 Geheimhaltungsvereinbarung - Rheinauer.pdf"]
    assert (german.language, german.reading) == ("de", ReadingState.NOT_READABLE)
    draft = room["01 Commercial/1.2 Distribution/1.2.2 Distribution Agreement - draft 4 (tracked).docx"]
    assert draft.banner["insertions"] == 8
    assert draft.banner["deletions"] == 5

    with as_person(ada):
        found, wanted, quiet = _compare(room, matter)
    assert wanted > 150
    assert found / wanted > 0.75, f"{found} of {wanted} expected findings are among the candidates"
    assert quiet / wanted > 0.4, f"{quiet} of {wanted} expected findings are shown first"


def _compare(room: dict[str, Document], matter) -> tuple[int, int, int]:
    """How many expected findings there are, are among the candidates, and are shown first."""
    evidence: dict[tuple, list[Evidence]] = {}
    current = current_findings(matter).values("pk")
    for quote in Evidence.objects.filter(finding_id__in=current).select_related("finding__question"):
        evidence.setdefault((quote.finding.document_id, quote.finding.question.clause_type), []).append(quote)
    found = wanted = quiet = 0
    for document in EXPECTED["documents"]:
        if document["state"] != "read" or document["path"] not in room:
            continue
        for finding in document["findings"]:
            candidates = evidence.get((room[document["path"]].pk, finding["clause_type"]), [])
            wanted += 1
            meeting = [c for c in candidates if any(_meet(c.quote, quote) for quote in finding["quotes"])]
            found += bool(meeting)
            quiet += any(candidate.is_quiet for candidate in meeting)
    return found, wanted, quiet


def _meet(candidate: str, quote: str) -> bool:
    return squeezed(candidate) in squeezed(quote) or squeezed(quote) in squeezed(candidate)


def test_what_is_not_found_says_what_was_read_and_what_came_nearest(room, ada):
    with as_person(ada):
        absent = Finding.objects.filter(state=MachineState.NOT_FOUND).select_related("text")
        assert absent.count() > 100
        for finding in absent[:50]:
            assert finding.coverage["read"] == finding.coverage["total"] == len(finding.text.content)
            assert 0 <= finding.coverage["miss_rate"] < 0.5
            assert 1 <= len(finding.nearest) <= 3


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
def test_the_scan_is_recognised_and_says_how_surely(room, ada):
    from review.documents.models import Page

    scan = room["02 Intellectual Property/2.2 Collaboration letter - Penhallow (scan).pdf"]
    with as_person(ada):
        scores = list(Page.objects.filter(text=scan.text).values_list("ocr_score", flat=True))
    assert len(scores) == 3
    assert all(60 < score <= 100 for score in scores)
    assert "governed by English law" in squeezed(scan.text.content)

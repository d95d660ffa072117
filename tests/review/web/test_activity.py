"""The activity of a matter: whatever can be recorded of it is told in words."""

import re
from pathlib import Path

from review.documents.models import TieWord
from review.findings.models import Outcome
from review.web.activity import WORDS

REVIEW = Path(__file__).resolve().parents[3] / "review"
OF_A_MATTER = re.compile(
    r'"((?:matter|ai_terms|bundle|document|warning|finding|run|reading|backtest)\.[a-z_]+)"'
)
RECORDS = re.compile(r"\b_?record\((?:[^()]|\([^()]*\))*\)")
AFTER_ITS_END = {"matter.deleted"}


def test_every_deed_in_a_matter_has_words() -> None:
    written = "".join(file.read_text(encoding="utf-8") for file in REVIEW.rglob("*.py"))
    deeds = {deed for call in RECORDS.findall(written) for deed in OF_A_MATTER.findall(call)}
    deeds |= {f"family.{said}" for said in TieWord.values} | {f"finding.{done}" for done in Outcome.values}
    assert {"matter.asked", "finding.commented", "run.started"} <= deeds
    assert deeds - AFTER_ITS_END <= WORDS.keys()

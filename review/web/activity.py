"""Audit rows in words, for the people on the matter. Facts only: an audit row holds no text of a document."""

from dataclasses import dataclass
from datetime import datetime

from review.tenancy.models import AuditEvent

WORDS = {
    "matter.created": "opened the matter",
    "matter.brief_changed": "changed the brief",
    "matter.member_added": "changed who is on the matter",
    "matter.member_removed": "took somebody off the matter",
    "matter.person_excluded": "built an ethical wall",
    "matter.exclusion_lifted": "lifted an ethical wall",
    "matter.reading_asked": "asked for the matter to be read again",
    "matter.asked": "asked a question of the matter's documents",
    "matter.question_cancelled": "called off a question",
    "matter.question_resumed": "had a question asked on",
    "matter.reader_chosen": "chose who reads the matter",
    "matter.reader_left_to_the_firm": "left it to the firm who reads the matter",
    "matter.exported": "exported the matter",
    "ai_terms.recorded": "recorded what was agreed about AI",
    "ai_terms.teaching_recorded": "recorded whether decisions may teach other matters",
    "bundle.opened": "delivered files",
    "bundle.closed": "finished sending files",
    "bundle.cancelled": "cancelled a delivery",
    "document.opened": "opened a document",
    "document.retried": "tried a problem file again",
    "document.decisions_carried_over": "carried decisions over to a file that was read again",
    "family.sure": "found the agreement that a document belongs to",
    "family.likely": "found an agreement that a document is likely to belong to",
    "family.apart": "found that a document no longer belongs to an agreement",
    "family.joined": "joined a document to an agreement",
    "family.parted": "parted a document from its agreement",
    "family.undone": "took back where a document belongs",
    "document.warned": "found passages that people would not see, or that address a machine",
    "warning.judged": "judged a warning about a passage",
    "warning.undone": "took back what was said of a warning",
    "question.learned": "learned a question from this matter's decisions",
    "question.not_learned": "tried to learn a question from this matter's decisions, and kept nothing",
    "question.lesson_given": "let this matter's decisions about a question teach others",
    "question.lesson_taken_back": "took back what this matter's decisions taught others",
    "finding.accepted": "accepted a finding",
    "finding.rejected": "rejected a finding",
    "finding.edited": "edited a finding",
    "finding.verified": "verified a decision",
    "finding.undone": "took back a decision",
    "finding.added": "added a finding",
    "finding.commented": "commented on a finding",
    "finding.flagged": "flagged a finding",
    "finding.unflagged": "took a flag down",
    "run.started": "put columns to the case file",
    "run.cancelled": "cancelled a run",
    "run.resumed": "went on with a run",
    "reading.pinned": "had a reading kept until a day",
    "reading.unpinned": "had a reading held no longer",
    "reading.let_go": "let go of a reading",
    "backtest.opened": "uploaded the spreadsheet of a past review",
    "backtest.compared": "compared a past review with the findings",
    "backtest.cancelled": "stopped a back-test",
    "backtest.adjudicated": "said who was right in a back-test",
    "backtest.exported": "exported a back-test",
    "matter.gold_exported": "exported what people settled, to measure the reader",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the activity."""

    at: datetime
    who: str
    did: str


def told(event: AuditEvent) -> Told:
    """One audit row as a line that a person reads."""
    who = event.actor.name if event.actor else "The service"
    return Told(event.at, who, WORDS.get(event.action, event.action.replace(".", " ").replace("_", " ")))

"""The tables of the room, a file a subject."""

from .answers import AnswerState, CaseAnswer, Support
from .budgets import ReadingBudget, ReadingShare, WorkerMemory
from .case_files import CaseFile, CaseFileText
from .kept import KeptReading, MatterReadingKey
from .places import Place, WhyMoved
from .quotes import CaseDoubt, CaseQuote, Role
from .runs import CasePart, CaseRun, PartState

__all__ = [
    "AnswerState",
    "CaseAnswer",
    "CaseDoubt",
    "CaseFile",
    "CaseFileText",
    "CasePart",
    "CaseQuote",
    "CaseRun",
    "KeptReading",
    "MatterReadingKey",
    "PartState",
    "Place",
    "ReadingBudget",
    "ReadingShare",
    "Role",
    "Support",
    "WhyMoved",
    "WorkerMemory",
]

"""The one door to `inference/`: plain values go in and come out, never a model instance. Knows no room.

Nothing heavy is imported until a reader is opened, and only workers open one.
"""

from .case_answers import CaseAnswered, CaseDoubt, CaseQuote
from .cases import Case, CaseBegun, CaseRead, CaseText
from .compact import Answered, read_text, reader_fingerprint, reader_kind
from .company import Joining, News
from .errors import CalledOff, CaseTooLong, GaveWay, NotThere, UnfitReader
from .estimates import Counted, count_tokens, window_of
from .families import (
    FamilyTie,
    describe_opening,
    family_place,
    family_rules,
    family_ties,
    opening_length,
)
from .held import close_whole_reader, forget_cases
from .learning import (
    JudgedSpan,
    JudgedText,
    Learned,
    SharedVectors,
    fit_head,
    fit_shared_head,
    shared_vectors,
    vectors_made_by,
)
from .orders import OrderPassage, orders_in
from .passages import Passage, word_overlap
from .places import Place, place_named
from .questions import Asked, ClauseType, asked_hash, clause_types, recipe_hash, recipe_in_case
from .servers import Tried, check_address, try_server
from .specs import ReaderSpec, check_reader
from .whole import ask_case, begin_case, read_case

__all__ = [
    "Answered",
    "Asked",
    "CalledOff",
    "Case",
    "CaseAnswered",
    "CaseBegun",
    "CaseDoubt",
    "CaseQuote",
    "CaseRead",
    "CaseText",
    "CaseTooLong",
    "ClauseType",
    "Counted",
    "FamilyTie",
    "GaveWay",
    "Joining",
    "JudgedSpan",
    "JudgedText",
    "Learned",
    "News",
    "NotThere",
    "OrderPassage",
    "Passage",
    "Place",
    "ReaderSpec",
    "SharedVectors",
    "Tried",
    "UnfitReader",
    "ask_case",
    "asked_hash",
    "begin_case",
    "check_address",
    "check_reader",
    "clause_types",
    "close_whole_reader",
    "count_tokens",
    "describe_opening",
    "family_place",
    "family_rules",
    "family_ties",
    "fit_head",
    "fit_shared_head",
    "forget_cases",
    "opening_length",
    "orders_in",
    "place_named",
    "read_case",
    "read_text",
    "reader_fingerprint",
    "reader_kind",
    "recipe_hash",
    "recipe_in_case",
    "shared_vectors",
    "try_server",
    "vectors_made_by",
    "window_of",
    "word_overlap",
]

"""The one door to `inference/`: plain values go in and come out, never a model instance. Knows no room.

Nothing heavy is imported until a reader is opened, and only workers open one.
"""

from .case_answers import CaseAnswered, CaseCovered, CaseDoubt, CaseQuote, ReadAgain
from .cases import Case, CaseBegun, CaseRead, CaseText, GoneThrough, KeptAttention, Shelf
from .compact import Answered, read_text, reader_fingerprint, reader_kind
from .company import Joining, News
from .errors import CalledOff, CaseTooLong, GaveWay, NotThere, PinRefused, UnfitReader
from .estimates import Counted, count_tokens, reads_in_sections, window_of
from .families import (
    FamilyTie,
    describe_opening,
    family_place,
    family_rules,
    family_ties,
    opening_length,
)
from .held import close_whole_reader, forget_cases, holds_cases
from .keeping import kept_cases, pin_case, set_budgets, tidy_cases, unpin_case, what_moved
from .kept import Budgets, KeptCase, MovedCase
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
from .sections import MEMORIES
from .servers import Tried, check_address, try_server
from .shelves import SavedCase, delete_saved, saved_cases
from .specs import SETTINGS, ReaderSettings, ReaderSpec, check_reader, settings_of
from .whole import ask_case, begin_case, fingerprint_of_whole, in_hand, read_case

__all__ = [
    "MEMORIES",
    "SETTINGS",
    "Answered",
    "Asked",
    "Budgets",
    "CalledOff",
    "Case",
    "CaseAnswered",
    "CaseBegun",
    "CaseCovered",
    "CaseDoubt",
    "CaseQuote",
    "CaseRead",
    "CaseText",
    "CaseTooLong",
    "ClauseType",
    "Counted",
    "FamilyTie",
    "GaveWay",
    "GoneThrough",
    "Joining",
    "JudgedSpan",
    "JudgedText",
    "KeptAttention",
    "KeptCase",
    "Learned",
    "MovedCase",
    "News",
    "NotThere",
    "OrderPassage",
    "Passage",
    "PinRefused",
    "Place",
    "ReadAgain",
    "ReaderSettings",
    "ReaderSpec",
    "SavedCase",
    "SharedVectors",
    "Shelf",
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
    "delete_saved",
    "describe_opening",
    "family_place",
    "family_rules",
    "family_ties",
    "fingerprint_of_whole",
    "fit_head",
    "fit_shared_head",
    "forget_cases",
    "holds_cases",
    "in_hand",
    "kept_cases",
    "opening_length",
    "orders_in",
    "pin_case",
    "place_named",
    "read_case",
    "read_text",
    "reader_fingerprint",
    "reader_kind",
    "reads_in_sections",
    "recipe_hash",
    "recipe_in_case",
    "saved_cases",
    "set_budgets",
    "settings_of",
    "shared_vectors",
    "tidy_cases",
    "try_server",
    "unpin_case",
    "vectors_made_by",
    "what_moved",
    "window_of",
    "word_overlap",
]

"""What a question wants to hear: a right or a duty, or a limit; of which party; about what. Knows no documents."""

import re
from dataclasses import dataclass
from typing import Literal

from inference.types import Question

from .parties import Parties
from .words import NAME, stems

Wanted = Literal["grant", "limit", "fact"]

FACTS = frozenset(
    {"date", "duration", "jurisdiction", "parties", "renewal", "notice_period"}
)  # types of answers
_NO_PARTY = re.compile(r"\b(?:who|that) (?:is|are) (?:no|not an?) part(?:y|ies)\b")
_GRANT = (
    r"let|lets|allow|allows|permit|permits|entitles?|obliges?|requires?|makes?|gives?|grants?|promises?|fix|fixes|"
    r"rights?|duty|duties|obligations?|licen[cs]es?|may|must|shall|can|commits?|confers?|own|owns|entitled|obliged|"
    r"required|allowed|permitted|free to"
)
_LIMIT = (
    r"keeps?|forbids?|forbidden|prohibits?|prohibited|restricts?|restricted|limits?|limited|prevents?|prevented|bars?|"
    r"barred|excuses?|excused|releases?|released|excludes?|excluded|carve-out|exception|cannot|restrictions?|"
    r"prohibition|ban|banned|waives?|waiver|exempts?|stops?|caps?|capped"
)
_HEAD = re.compile(rf"\b(?:(?P<limit>{_LIMIT})|(?P<grant>{_GRANT}))\b", re.IGNORECASE)
_NOT = re.compile(r"\W+(?:\w+\W+){0,2}?(?:not|no|nobody|never|only)\b", re.IGNORECASE)
_MODAL_FIRST = re.compile(r"^\W*(?:may|must|shall|can|is|are|does|do|has|will)\b", re.IGNORECASE)
_EXCEPTION = re.compile(
    r"\b(?:carve-out|exceptions?|exclusions?|left out|no limit|unlimited|uncapped|without (?:a )?limit)\b",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"^\W*(?:a |an |any |the )?(?:rule|clause|term|provision|words?) (?:that|which|by which)\b", re.IGNORECASE
)
_DENIED = re.compile(r"\b(?:cannot|not)\b", re.IGNORECASE)
_SOLE = re.compile(r"\b(?:exclusiv\w*|only|nobody else|sole)\b", re.IGNORECASE)
_LETS = (
    r"lets?|obliges?|obliging|keeps?|allows?|permits?|requires?|entitles?|forbids?|prohibits?|excuses?|empowers?|"
    r"makes?|enables?|binds?|restricts?|prevents?|bars?|stops?|commits?"
)
_HELD = (
    r"liability|right|rights|duty|duties|obligations?|promise|indemnity|power|option|warranty|undertaking|covenant|"
    r"commitment|responsibility|licence|license"
)
_MODAL = r"may|must|shall|can|will|does|do|has|have|is|are|should|could"


@dataclass(frozen=True)
class Asked:
    """`about` are stems of what is asked, without the names of parties; `agent` is whose right or duty it is, or ""."""

    about: frozenset[str]
    wanted: Wanted
    agent: str
    wants_exception: bool
    wants_sole: bool


def asked(question: Question, parties: Parties) -> Asked:
    """Read a question's name and definition, knowing how the parties are called."""
    definition = question.definition or question.name
    said = _NO_PARTY.sub("who", definition)
    everything = f"{question.name}. {definition}"
    names = stems(" ".join(_names(question.name) + _names(definition)))
    names |= stems(
        " ".join(everything[place : place + len(name)] for place, name in parties.named(everything))
    )
    return Asked(
        about=stems(f"{question.name} {said}") - names,
        wanted="fact" if question.answer_type in FACTS else _wanted(said),
        agent=_agent(definition, parties),
        wants_exception=bool(_EXCEPTION.search(everything)),
        wants_sole=bool(_SOLE.search(definition)),
    )


def _wanted(definition: str) -> Wanted:
    if _RULE.match(definition) and _DENIED.search(definition):
        return "limit"
    begun = _MODAL_FIRST.match(definition)
    head = _HEAD.search(definition, begun.end() if begun else 0)
    if head is None:
        return "grant" if begun else "fact"
    if head["limit"] or _NOT.match(definition, head.end()):
        return "limit"
    return "grant"


def _names(text: str) -> list[str]:
    """Words in capitals that do not begin the text: the names of parties, and of defined things."""
    return [found.group() for found in NAME.finditer(text) if found.start() > 0]


def _agent(definition: str, parties: Parties) -> str:
    """The short name of the party whose right or duty is asked about, by the first pattern that names one."""
    role = rf"(?:the )?(?P<role>{parties.pattern})\b"
    patterns = (
        rf"\b(?:{_LETS}) {role}(?!['’]s| (?:the|an?|liable|own)\b)",
        rf"\b(?:{_MODAL}) {role}(?!['’]s)",
        rf"\b(?:{_HELD}) (?:of|by|on) {role}(?!['’]s)",
        rf"{role}['’]s? (?:\w+ )?(?:{_HELD})\b",
        rf"{role} (?:{_MODAL}|undertakes?|agrees?|promises?)\b",
        rf"\b(?:fall|rest|lie|binding|incumbent|borne|payable|owed|required|due) "
        rf"(?:on|upon|by|with|of|from) {role}(?!['’]s)",
    )
    for pattern in patterns:
        found = re.search(pattern, definition, re.IGNORECASE)
        if found:
            ((_, short),) = parties.named(found["role"])
            return short
    return ""

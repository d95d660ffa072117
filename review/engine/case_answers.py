"""Answers about a whole case file as they come out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .values import plain


@dataclass(frozen=True, slots=True)
class CaseQuote:
    """A verbatim range of one text of a case file in code points.

    `score` is the chance the model gave its choice, None where a server tells none.
    """

    text_id: str
    start: int
    end: int
    quote: str
    score: float | None


@dataclass(frozen=True, slots=True)
class CaseDoubt:
    """What a rule holds against a quote: a sentence without words of a document, and the range that raised it."""

    kind: str
    sentence: str
    evidence: CaseQuote
    is_decisive: bool


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """A range of one text in code points that stood before the model for a question."""

    text_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CaseCovered:
    """What an answer rests on where its case file was read in sections; lengths are in code points.

    All passages of `documents_searched` were compared with the question; `unreadable` are the texts that could not be.
    `note` is a sentence of ours where readings of several sections disagree.
    """

    documents: int
    characters: int
    documents_searched: int
    characters_searched: int
    unreadable: tuple[str, ...]
    read_again: tuple[ReadAgain, ...]
    rounds: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class CaseAnswered:
    """One answer about a whole case file; `state` is found, not_found, unclear or unsupported.

    `usage` is {"prefill_tokens", "prefill_seconds", "decode_tokens", "seconds"}.
    """

    question_id: str
    state: str
    value: Any
    evidence: tuple[CaseQuote, ...]
    premises: tuple[CaseQuote, ...]
    rule: str
    reason: str
    against: str
    usage: dict[str, float]
    read_by: str
    support: str = ""  # "checked" or "unchecked" by a second reading
    doubts: tuple[CaseDoubt, ...] = ()
    covered: CaseCovered | None = None  # None where the case file was read whole


def case_answered(answer: Any) -> CaseAnswered:
    """An answer of `inference` as plain values; of one in sections, our own sentences are no reason of the model's."""
    covered = _covered(answer.coverage, answer.reason)
    return CaseAnswered(
        question_id=answer.question_id,
        state=answer.state,
        value=plain(answer.value),
        evidence=_case_quotes(answer.evidence),
        premises=_case_quotes(answer.premises),
        rule=answer.rule,
        reason="" if covered and answer.reason in (answer.coverage.sentence, covered.note) else answer.reason,
        against=answer.against,
        usage={
            "prefill_tokens": answer.usage.prefill_tokens,
            "prefill_seconds": answer.usage.prefill_seconds_share,
            "decode_tokens": answer.usage.decode_tokens,
            "seconds": answer.usage.seconds,
        },
        read_by=answer.read_by,
        support=answer.support,
        doubts=tuple(
            CaseDoubt(each.kind, each.sentence, _case_quote(each.evidence), each.is_decisive)
            for each in answer.doubts
        ),
        covered=covered,
    )


def _covered(told: Any, reason: str) -> CaseCovered | None:
    if told is None:
        return None
    from inference.beyond.together import DISAGREE

    again = tuple(ReadAgain(each.document_id, each.start, each.end) for each in told.read_again)
    return CaseCovered(
        documents=told.documents,
        characters=told.characters,
        documents_searched=told.documents_searched,
        characters_searched=told.characters_searched,
        unreadable=told.unreadable,
        read_again=again,
        rounds=told.rounds,
        note=DISAGREE if reason == DISAGREE else "",
    )


def _case_quotes(found: Sequence[Any]) -> tuple[CaseQuote, ...]:
    return tuple(map(_case_quote, found))


def _case_quote(found: Any) -> CaseQuote:
    return CaseQuote(found.document_id, found.start, found.end, found.quote, found.score or None)

"""Answers about parts of a matter as one answer about all of it. Knows quotes and states, not readers.

A family that was read by itself, whole or with all that had been quoted of it, is believed over excerpts of many: what
it answered takes the place of what they had said of its documents. Where that leaves nothing of what they had found,
the two disagree, and the answer is unclear with those quotes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from inference.engine.typed import Derived, derive
from inference.types import AskUsage, CaseAnswer, CaseCoverage, CaseFile, Doubt, Evidence, Question, Support
from inference.verify import verify_case_answer

DISAGREE = (
    "Excerpts carry these quotes; the family they stand in was answered otherwise when it was read by itself."
)
_TELLING = ("unclear", "unsupported")

Days = Mapping[str, Sequence[Evidence]]


@dataclass(frozen=True)
class Part:
    """What was answered about some ranges of a matter, every quote at its place in its document.

    `family` are the documents of a family that was read by itself, `days` the quotes of days that values are counted
    from.
    """

    answer: CaseAnswer
    doubts: tuple[Doubt, ...]
    days: Days
    family: frozenset[str] = frozenset()

    @property
    def is_found(self) -> bool:
        """Whether it says found."""
        return self.answer.state == "found"


def together(
    question: Question, parts: Sequence[Part], case_file: CaseFile, coverage: CaseCoverage
) -> CaseAnswer:
    """One answer, its quotes checked against the documents and its value computed from all of them."""
    families = frozenset[str]().union(*(part.family for part in parts))
    found = [_kept(part, families) for part in parts if part.is_found]
    left = [part for part in found if part.evidence]
    if left:
        answer = _found(question, left, parts, case_file)
    elif found:
        answer = _disagreement(parts)
    else:
        answer = _nothing(parts, coverage)
    answer = replace(
        answer,
        usage=_usage([part.answer.usage for part in parts]),
        doubts=tuple(dict.fromkeys(doubt for part in parts for doubt in part.doubts)),
        coverage=coverage,
    )
    return verify_case_answer(answer, {each.id: each.content for each in case_file.documents})


def _kept(part: Part, families: frozenset[str]) -> CaseAnswer:
    """What of a part's quotes stands: those in documents that were not read by themselves after it."""
    seen = families - part.family
    return replace(
        part.answer, evidence=tuple(each for each in part.answer.evidence if each.document_id not in seen)
    )


def _found(
    question: Question, left: Sequence[CaseAnswer], parts: Sequence[Part], case_file: CaseFile
) -> CaseAnswer:
    given = [quote for part in parts if part.is_found for quote in part.answer.evidence]
    widest = [_widest(quote, given) for each in left for quote in each.evidence]
    evidence = tuple({(each.document_id, each.start, each.end): each for each in widest}.values())
    derived: Derived = derive(question, evidence, _days(parts), case_file)
    return replace(
        left[0],
        state="found",
        value=derived.value,
        evidence=evidence,
        reason=_said(each.reason for each in left),
        against=_said(each.against for each in left),
        premises=derived.premises,
        rule=derived.rule,
        support=_support(left),
    )


def _widest(quote: Evidence, given: Iterable[Evidence]) -> Evidence:
    """The longest quote that holds this one: where two readings quote one place, what both thought is needed stands."""
    around = [
        each
        for each in given
        if each.document_id == quote.document_id and each.start <= quote.start and quote.end <= each.end
    ]
    return max(around, key=lambda each: each.end - each.start, default=quote)


def _disagreement(parts: Sequence[Part]) -> CaseAnswer:
    excerpts = [part.answer for part in parts if part.is_found]
    evidence = tuple(dict.fromkeys(quote for each in excerpts for quote in each.evidence))
    return replace(
        excerpts[0],
        state="unclear",
        value=None,
        evidence=evidence,
        reason=DISAGREE,
        premises=(),
        rule="",
        support=_support(excerpts),
    )


def _nothing(parts: Sequence[Part], coverage: CaseCoverage) -> CaseAnswer:
    """What is unclear or unsupported anywhere is so for the matter; else it was not found in what was read again.

    Where no document could be searched nobody looked for it, and nobody can say that it is not there.
    """
    for state in _TELLING:
        for part in parts:
            if part.answer.state == state:
                return part.answer
    is_searched = coverage.characters_searched > 0 or not coverage.unreadable
    return replace(
        parts[0].answer,
        state="not_found" if is_searched else "unclear",
        reason=coverage.sentence,
        against="",
    )


def _days(parts: Iterable[Part]) -> dict[str, tuple[Evidence, ...]]:
    """What any part quotes of the days that values are counted from."""
    days: dict[str, tuple[Evidence, ...]] = {}
    for part in parts:
        for name, quotes in part.days.items():
            days[name] = tuple(dict.fromkeys((*days.get(name, ()), *quotes)))
    return days


def _support(answers: Sequence[CaseAnswer]) -> Support:
    supports = {each.support for each in answers if each.evidence}
    return "checked" if supports == {"checked"} else "unchecked" if supports else ""


def _said(words: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(filter(None, words)))


def _usage(spent: Sequence[AskUsage]) -> AskUsage:
    told = [each.cached_tokens for each in spent if each.cached_tokens is not None]
    return AskUsage(
        sum(each.prefill_tokens for each in spent),
        sum(each.prefill_seconds_share for each in spent),
        sum(each.decode_tokens for each in spent),
        sum(each.seconds for each in spent),
        sum(told) if told else None,
    )

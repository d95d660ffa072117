"""Values of a case file's answers: computed by code from their quotes, document by document. Knows no model.

A value that hangs on a day settled elsewhere keeps the quotes of that day as its premises: those without which it
would be another value.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from inference.answers.values import AGREEMENT, EFFECTIVE, EXPIRATION, Settled, values_of
from inference.types import AmbiguousValue, CaseFile, DateValue, Evidence, Question, Value

DATED = frozenset({AGREEMENT, EFFECTIVE, EXPIRATION})  # what is counted from the days of ANCHORS
DIFFER = "The quotes of several documents give different values."


@dataclass(frozen=True)
class Derived:
    """A value, the sentence that says how it was computed where it was, and what else it rests on."""

    value: Value | None = None
    rule: str = ""
    premises: tuple[Evidence, ...] = ()


def derive(
    question: Question,
    evidence: Sequence[Evidence],
    anchors: Mapping[str, Sequence[Evidence]],
    case_file: CaseFile,
) -> Derived:
    """The value of a question answered "found" by this evidence, when the anchors' answers stand beside it.

    Where the quotes of several documents settle different values, all of them are readings.
    """
    found = [
        _in_document(document.id, document.content, question, evidence, anchors)
        for document in case_file.documents
        if any(each.document_id == document.id for each in evidence)
    ]
    settled = [each for each in found if each.value is not None]
    if len({repr(each.value) for each in settled}) <= 1:
        return settled[0] if settled else Derived()
    premises = tuple(dict.fromkeys(premise for each in settled for premise in each.premises))
    rule = " ".join(dict.fromkeys(each.rule for each in settled if each.rule))
    return Derived(_all_readings([each.value for each in settled]), rule, premises)


def _all_readings(values: Iterable[Value | None]) -> AmbiguousValue:
    readings = [
        reading
        for value in values
        if value is not None
        for reading in (value.readings if isinstance(value, AmbiguousValue) else (value,))
    ]
    return AmbiguousValue(tuple(dict.fromkeys(readings)), DIFFER)


def _in_document(
    document_id: str,
    text: str,
    question: Question,
    evidence: Sequence[Evidence],
    anchors: Mapping[str, Sequence[Evidence]],
) -> Derived:
    own = _settled(question.clause_type, question.answer_type, evidence, document_id)
    days = {
        name: [each for each in quotes if each.document_id == document_id]
        for name, quotes in anchors.items()
        if name != question.clause_type
    }
    value = _value(text, own, days)
    if question.clause_type not in DATED or value is None:
        return Derived(value, _rule(value))
    needed = [name for name in days if _value(text, own, days | {name: []}) != value]
    if not needed and _value(text, own, {}) != value:
        needed = [*days]  # any one of them would do, and none at all would not
    return Derived(value, _rule(value), tuple(each for name in needed for each in days[name]))


def _value(text: str, own: Settled, days: Mapping[str, Sequence[Evidence]]) -> Value | None:
    beside = [_settled(name, "date", quotes, None) for name, quotes in days.items() if quotes]
    return values_of(text, [own, *beside])[0]


def _settled(
    clause_type: str | None, answer_type: str, evidence: Sequence[Evidence], document_id: str | None
) -> Settled:
    spans = tuple((e.start, e.end) for e in evidence if document_id is None or e.document_id == document_id)
    return Settled(clause_type, answer_type, "found", spans)


def _rule(value: Value | None) -> str:
    return value.note if isinstance(value, DateValue) else ""

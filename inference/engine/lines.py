"""Answers as lines of JSON: what `python -m inference ask` writes. Knows no models."""

import json
from dataclasses import asdict
from typing import Any

from inference.types import AmbiguousValue, AskUsage, CaseAnswer, CaseCoverage, Doubt, Evidence, Value


def answer_line(answer: CaseAnswer) -> str:
    """One answer as one line; the same answer gives the same bytes."""
    return json.dumps(_row(answer), ensure_ascii=False) + "\n"


def _row(answer: CaseAnswer) -> dict[str, Any]:
    row = {
        "id": answer.question_id,
        "state": answer.state,
        "value": _value(answer.value),
        "evidence": [_quote(each) for each in answer.evidence],
        "support": answer.support,
        "doubts": [_doubt(each) for each in answer.doubts],
        "reason": answer.reason,
        "against": answer.against,
        "rule": answer.rule,
        "premises": [_quote(each) for each in answer.premises],
        "usage": asdict(answer.usage),
        "read_by": answer.read_by,
    }
    return row if answer.coverage is None else row | {"coverage": _coverage(answer.coverage)}


def _coverage(coverage: CaseCoverage) -> dict[str, Any]:
    """Only an answer about a case file beyond the window has one."""
    plain = asdict(coverage)
    again = [{"file": each.document_id, "start": each.start, "end": each.end} for each in coverage.read_again]
    return {**plain, "share": coverage.share, "read_again": again, "sentence": coverage.sentence}


def _quote(evidence: Evidence) -> dict[str, Any]:
    return {
        "file": evidence.document_id,
        "start": evidence.start,
        "end": evidence.end,
        "quote": evidence.quote,
        "score": evidence.score,
    }


def _doubt(doubt: Doubt) -> dict[str, Any]:
    place = {name: value for name, value in _quote(doubt.evidence).items() if name != "score"}
    return {"kind": doubt.kind, "sentence": doubt.sentence, "is_decisive": doubt.is_decisive, **place}


def _value(value: Value | None) -> dict[str, Any] | None:
    """A typed value with its kind: the type's name without "Value", in small letters."""
    if value is None:
        return None
    kind = type(value).__name__.removesuffix("Value").lower()
    if isinstance(value, AmbiguousValue):
        return {"kind": kind, "readings": [_value(each) for each in value.readings], "note": value.note}
    return {"kind": kind, **asdict(value)}


def usage_of(row: dict[str, Any]) -> AskUsage:
    """A usage as a record keeps it; raises KeyError, TypeError or ValueError where it is none."""
    return AskUsage(
        int(row["prefill_tokens"]),
        float(row["prefill_seconds_share"]),
        int(row["decode_tokens"]),
        float(row["seconds"]),
        restored_tokens=int(row.get("restored_tokens", 0)),
    )

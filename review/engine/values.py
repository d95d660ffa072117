"""Typed values as JSON of stable shapes."""

import json
from dataclasses import asdict
from typing import Any


def plain(value: Any) -> Any:
    """A typed value as JSON of a stable shape. `review/findings/values.py` lists the shapes; they are written here.

    Yes or no is a boolean, a whole date ISO text, a duration {"count", "unit"}, words are text; whatever says more
    is an object with a "kind": date, after, perpetual, notice, renewal, law, parties, yes, either.
    """
    kind = type(value).__name__
    if value is None:
        return None
    if kind == "AmbiguousValue":
        return {"kind": "either", "readings": [plain(each) for each in value.readings], "note": value.note}
    fields = json.loads(json.dumps(asdict(value)))
    match kind:
        case "TextValue":
            return value.text
        case "DurationValue":
            return fields
        case "DateValue":
            is_whole = len(value.iso) == 10 and "X" not in value.iso
            return (
                value.iso
                if is_whole and not value.note
                else {"kind": "date", "date": value.iso, "note": value.note}
            )
        case "RelativeDateValue":
            return {"kind": "after", "count": value.count, "unit": value.unit, "of": value.anchor}
        case "RenewalValue":
            fields["automatic"] = fields.pop("is_automatic")
            return {"kind": "renewal", **fields}
        case "YesNoValue":
            amounts = {"amounts": fields["amounts"], "rule": value.rule}
            return {"kind": "yes", **amounts} if value.amounts else value.yes
    return {"kind": _KINDS[kind], **fields}


_KINDS = {
    "PerpetualValue": "perpetual",
    "NoticeValue": "notice",
    "JurisdictionValue": "law",
    "PartiesValue": "parties",
}

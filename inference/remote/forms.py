"""The forms of answers as JSON schemas, and what was written in them: checked, whatever a server promises."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inference.engine.plain_tokens import shown
from inference.engine.script import MOST_QUOTES, STATES, Draft, DraftQuote
from inference.engine.support import OPEN, Shares

NOT_A_FORM = "The server's answer was not in the form it was asked for."
CUT_OFF = "The server's answer had no end and was cut off."
NOT_TOLD = 0.0  # the chance of a quote: a server tells none

Schema = dict[str, Any]

_MOST_LETTERS_A_TOKEN = 8  # of a reason; what is longer is cut


class NotInForm(ValueError):
    """What was written is not in the form; the message is for people."""


@dataclass(frozen=True)
class RemoteQuote(DraftQuote):
    """A quote from its first words on; where `until` is not empty, up to the end of those words."""

    until: str = ""


def answer_form(reason_tokens: int) -> Schema:
    """The form of an answer."""
    text = {"type": "string"}
    quote = _object({"passage": {"type": "integer"}, "words": text, "until": text})
    reasons = {"reason": text, "against": text} if reason_tokens else {}
    return _object(
        {
            "state": {"type": "string", "enum": list(STATES)},
            "quotes": {"type": "array", "items": quote, "maxItems": MOST_QUOTES},
            **reasons,
        }
    )


def judgement_form(order: Sequence[str]) -> Schema:
    """The form of a second reading."""
    return choice_form("judgement", order)


def choice_form(name: str, options: Sequence[str]) -> Schema:
    """One of several words."""
    return _object({name: {"type": "string", "enum": list(options)}})


def _object(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def draft_of(written: str, reason_tokens: int, is_bound: bool) -> Draft:
    """An answer as it was written, before any quote was looked for; raises NotInForm."""
    row = _row(written, is_bound)
    state = row.get("state")
    if state not in STATES:
        raise NotInForm(NOT_A_FORM)
    quotes = tuple(_quote(each) for each in _list(row.get("quotes"))) if state == "found" else ()
    if not reason_tokens:
        return Draft(state, quotes)
    reason, against = (_reason(row.get(name), reason_tokens) for name in ("reason", "against"))
    return Draft(state, quotes, reason, against)


def shares_of(written: str, order: Sequence[str], is_bound: bool) -> Shares:
    """The verdict, with all of the shares; what is not in the form cannot tell."""
    try:
        chosen = _row(written, is_bound).get("judgement")
    except NotInForm:
        chosen = OPEN
    verdict = chosen if chosen in order else OPEN
    return {each: float(each == verdict) for each in order}


def chosen_of(written: str, name: str) -> object:
    """What was chosen, or None where nothing in the form was written."""
    try:
        return _row(written, is_bound=True).get(name)
    except NotInForm:
        return None


def _row(written: str, is_bound: bool) -> dict[str, Any]:
    """The object that was written; of a server that is not bound, the one from the first brace on."""
    try:
        row = (
            json.loads(written) if is_bound else json.JSONDecoder().raw_decode(written, written.index("{"))[0]
        )
    except (ValueError, RecursionError):
        raise NotInForm(NOT_A_FORM) from None
    if not isinstance(row, dict):
        raise NotInForm(NOT_A_FORM)
    return row


def _list(value: object) -> list[object]:
    if not isinstance(value, list) or len(value) > MOST_QUOTES:
        raise NotInForm(NOT_A_FORM)
    return value


def _quote(row: object) -> RemoteQuote:
    if not isinstance(row, dict):
        raise NotInForm(NOT_A_FORM)
    passage, words, until = row.get("passage"), row.get("words"), row.get("until", "")
    if type(passage) is not int or not isinstance(words, str) or not isinstance(until, str):
        raise NotInForm(NOT_A_FORM)
    return RemoteQuote(words, passage, NOT_TOLD, until)


def _reason(value: object, most_tokens: int) -> str:
    """Free words of the model in one paragraph, without marks, half characters or endless length."""
    if not isinstance(value, str):
        raise NotInForm(NOT_A_FORM)
    whole = shown(value).encode(errors="ignore").decode()
    return " ".join("".join(each if each.isprintable() else " " for each in whole).split())[
        : most_tokens * _MOST_LETTERS_A_TOKEN
    ]

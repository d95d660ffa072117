"""Typed values as they are stored, in words, and back.

A value is JSON of one of these shapes; `engine/values.py` writes them, people's edits too, and they never change their
meaning. Old rows may hold a plain string where a shape with a kind is written today; it is shown as it stands.

    true, false                                              yes or no
    "2027-03-31"                                             a whole date
    "any other text"                                         words
    {"count": 30, "unit": "days"}                            days, business_days, weeks, months or years
    {"kind": "date", "date": "2006-11", "note": ""}          a date with a note, or known in part; X is an unknown digit
    {"kind": "after", "count": 3, "unit": "years", "of": "the Launch Date"}
    {"kind": "perpetual"}                                    no end is agreed
    {"kind": "notice", "count": 90, "unit": "days", "note": ""}
    {"kind": "renewal", "form": "successive", "lengths": [{"count": 1, "unit": "years"}], "times": null,
     "automatic": true}                                      form: once, times, successive or evergreen
    {"kind": "law", "places": [{"name": "Ontario", "country": "Canada"}]}
    {"kind": "parties", "parties": [{"name": "Halden Mills LLC", "terms": ["Supplier"]}]}
    {"kind": "yes", "amounts": [{"minor": 100000000, "currency": "USD"}, {"percent": 100, "months": 12}],
     "rule": "greater"}                                      minor: cents, pence, whole yen; rule: greater, lesser or ""
    {"kind": "either", "readings": [...], "note": "why"}     the words allow several readings
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from review import engine

UNITS = ("days", "business_days", "weeks", "months", "years")
FORMS = ("once", "times", "successive", "evergreen")
WHOLE_CURRENCIES = frozenset({"JPY", "KRW"})
HOME = frozenset({"United States", "United Kingdom"})  # countries that lawyers leave out behind their parts
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
NO_END = "No fixed end"
LONGEST = 2000  # characters

WriteDate = Callable[[date], str]
_DURATION = re.compile(
    r"(?P<count>\d{1,5}(?:\.\d{1,2})?) (?P<unit>business day|day|week|month|year)s?", re.IGNORECASE
)
_PARTIAL = re.compile(r"[\dX]{4}(?:-(?:0[1-9]|1[0-2]))?(?:-(?:0[1-9]|[12]\d|3[01]))?")
_MONEY = re.compile(
    r"(?P<currency>[A-Z]{3}) ?(?P<amount>\d{1,3}(?:,\d{3}){0,5}|\d{1,15})(?:\.(?P<minor>\d{2}))?"
)
_FEES = re.compile(r"(?P<percent>\d{1,4}) ?% of the fees(?: of (?P<months>\d{1,3}) months?)?", re.IGNORECASE)
_PARTY = re.compile(r'(?P<name>.+?)(?: \((?P<terms>"[^"]+"(?:, "[^"]+")*)\))?')


def value_in_words(value: Any, write_date: WriteDate, *, short: bool = False) -> str:
    """A value as a lawyer would write it; empty when nothing could be computed. `short` leaves out short names."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return "; ".join(value_in_words(part, write_date, short=short) for part in value)
    if isinstance(value, dict):
        return _parts_in_words(value, write_date, short)
    return date_in_words(value, write_date) if isinstance(value, str) and is_date(value) else str(value)


def note_of(value: Any) -> str:
    """What was computed, converted or left open, in a sentence; empty where a value says all by itself."""
    return str(value.get("note") or "") if isinstance(value, dict) else ""


def is_date(value: Any) -> bool:
    """Whether this is a whole date in ISO form."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def whole_date(value: Any) -> date | None:
    """The calendar day a value names, if it names a whole one."""
    if isinstance(value, dict) and value.get("kind") == "date":
        value = value.get("date")
    return date.fromisoformat(value) if is_date(value) else None


def only_amount(value: Any) -> tuple[Decimal, str] | None:
    """The one amount of money a value names, with its currency; None for none or several."""
    amounts = value.get("amounts", []) if isinstance(value, dict) and value.get("kind") == "yes" else []
    if len(amounts) != 1 or "minor" not in amounts[0]:
        return None
    currency = str(amounts[0]["currency"])
    return Decimal(amounts[0]["minor"]) / (1 if currency in WHOLE_CURRENCIES else 100), currency


def date_in_words(iso: str, write_date: WriteDate) -> str:
    """A date as far as it is known."""
    if is_date(iso):
        return write_date(date.fromisoformat(iso))
    year, month, day = (*iso.split("-"), "", "")[:3]
    name = MONTHS[int(month) - 1] if month.isdigit() and 1 <= int(month) <= 12 else ""
    known = " ".join(part for part in (day.lstrip("0"), name, "" if "X" in year else year) if part)
    return f"{known or year}, year not filled in" if "X" in year else known


def duration_in_words(value: dict[str, Any]) -> str:
    """30 days, 1 year."""
    unit = str(value["unit"]).replace("_", " ")
    return f"{value['count']} {unit.removesuffix('s') if value['count'] == 1 else unit}"


def _parts_in_words(value: dict[str, Any], write_date: WriteDate, short: bool) -> str:
    match value:
        case {"kind": "date", "date": str(iso)}:
            return date_in_words(iso, write_date)
        case {"kind": "after", "of": of}:
            return f"{duration_in_words(value)} after {of}"
        case {"kind": "perpetual"}:
            return NO_END
        case {"kind": "notice"}:
            return f"{duration_in_words(value)} of notice"
        case {"kind": "renewal"}:
            return _renewal_in_words(value)
        case {"kind": "law", "places": places}:
            return "; ".join(_place_in_words(place) for place in places)
        case {"kind": "parties", "parties": parties}:
            return "; ".join(_party_in_words(party, short) for party in parties)
        case {"kind": "yes"}:
            return _yes_in_words(value)
        case {"kind": "either", "readings": readings}:
            return "Either " + " or ".join(value_in_words(each, write_date, short=short) for each in readings)
        case {"count": _, "unit": _}:
            return duration_in_words(value)
    return "; ".join(str(part) for part in value.values() if part not in (None, ""))


def _renewal_in_words(value: dict[str, Any]) -> str:
    length = " then ".join(map(duration_in_words, value["lengths"])) or "unknown length"
    forms = {
        "once": f"One term of {length}",
        "times": f"{value.get('times')} terms of {length}",
        "successive": f"Successive terms of {length}",
        "evergreen": "Goes on until ended",
    }
    how = {True: ", automatic", False: ", by choice", None: ""}[value.get("automatic")]
    return forms.get(value["form"], length) + how


def _place_in_words(place: dict[str, Any]) -> str:
    country = place.get("country") or ""
    return place["name"] if not country or country in HOME else f"{place['name']}, {country}"


def _party_in_words(party: dict[str, Any], short: bool) -> str:
    terms = ", ".join(f'"{term}"' for term in party.get("terms", ()))
    return party["name"] if short or not terms else f"{party['name']} ({terms})"


def _yes_in_words(value: dict[str, Any]) -> str:
    amounts = "; ".join(map(_amount_in_words, value.get("amounts", ())))
    rule = f"the {value['rule']} of " if value.get("rule") else ""
    return f"Yes: {rule}{amounts}" if amounts else "Yes"


def _amount_in_words(amount: dict[str, Any]) -> str:
    if "minor" in amount:
        currency, minor = amount["currency"], int(amount["minor"])
        if currency in WHOLE_CURRENCIES:
            return f"{currency} {minor:,}"
        return f"{currency} {minor // 100:,}.{minor % 100:02}"
    months = amount.get("months")
    return f"{amount['percent']} % of the fees" + (
        f" of {months} month{'s' * (months != 1)}" if months else ""
    )


def value_from_words(answer_type: str, words: str) -> Any:
    """What a person wrote, as a value of this type; words that fit no shape stay words.

    None where the type does not allow what was written: a date or a yes-or-no question takes nothing else.
    """
    words = words.replace("\0", "").strip()
    value = _from_words(answer_type, words) if words else None
    if isinstance(value, dict) and not is_shape_of(answer_type, value):
        return words[:LONGEST] if answer_type in (*_WORDS_TOO, "duration") else None
    return value


def _from_words(answer_type: str, words: str) -> Any:
    match answer_type:
        case "yes_no":
            return {"yes": True, "no": False}.get(words.lower())
        case "money":
            return _yes_from_words(words)
        case "date":
            return _end_from_words(words)
        case "duration":
            return _duration_from_words(words) or words[:LONGEST]
        case "notice_period":
            return _notice_from_words(words) or words[:LONGEST]
        case "renewal":
            return _renewal_from_words(words) or _duration_from_words(words) or words[:LONGEST]
        case "jurisdiction":
            return _law_from_words(words) or words[:LONGEST]
        case "parties":
            return _parties_from_words(words) or words[:LONGEST]
    return words[:LONGEST]


def _duration_from_words(words: str) -> dict[str, Any] | None:
    match = _DURATION.fullmatch(" ".join(words.split()))
    if match is None:
        return None
    count = float(match["count"])
    unit = match["unit"].lower().replace(" ", "_") + "s"
    return {"count": int(count) if count.is_integer() else count, "unit": unit}


def _notice_from_words(words: str) -> dict[str, Any] | None:
    length = _duration_from_words(
        re.sub(r"(?:'|’)?s? ?(?:of )?notice$", "s", words.strip(), flags=re.IGNORECASE)
    )
    length = length or _duration_from_words(words)
    return {"kind": "notice", **length, "note": ""} if length else None


def _end_from_words(words: str) -> Any:
    if is_date(words):
        return words
    if words.casefold() in {NO_END.casefold(), "perpetual", "until ended", "none"}:
        return {"kind": "perpetual"}
    if _PARTIAL.fullmatch(words.upper()):
        return {"kind": "date", "date": words.upper(), "note": ""}
    length, after, of = words.partition(" after ")
    counted = _duration_from_words(length) if after and of.strip() else None
    return {"kind": "after", **counted, "of": of.strip()[:200]} if counted else None


def _renewal_from_words(words: str) -> dict[str, Any] | None:
    match = re.fullmatch(
        r"(?:(?P<one>one term)|(?P<times>\d{1,3}) terms|(?P<successive>successive"
        r" terms)) of (?P<lengths>.{1,200}?)"
        r"(?P<how>, automatic|, by choice)?|goes on until ended(?P<ever>, automatic|, by choice)?",
        words,
        re.IGNORECASE,
    )
    if match is None:
        return None
    parts = [] if match["lengths"] in (None, "unknown length") else match["lengths"].split(" then ")
    lengths = [_duration_from_words(part) for part in parts]
    if None in lengths:
        return None
    form = (
        "once"
        if match["one"]
        else "times"
        if match["times"]
        else "successive"
        if match["successive"]
        else "evergreen"
    )
    how = {", automatic": True, ", by choice": False}.get((match["how"] or match["ever"] or "").lower())
    times = int(match["times"]) if match["times"] else None
    return {"kind": "renewal", "form": form, "lengths": lengths, "times": times, "automatic": how}


def _law_from_words(words: str) -> dict[str, Any] | None:
    places = [engine.place_named(part) for part in words.split(";") if part.strip()]
    known = [{"name": place.name, "country": place.country} for place in places if place]
    return {"kind": "law", "places": known} if known and len(known) == len(places) else None


def _parties_from_words(words: str) -> dict[str, Any] | None:
    parties = []
    for part in words.split(";"):
        match = _PARTY.fullmatch(" ".join(part.split()))
        if match:
            terms = re.findall(r'"([^"]+)"', match["terms"] or "")
            parties.append({"name": match["name"], "terms": terms})
    return {"kind": "parties", "parties": parties} if parties else None


def _yes_from_words(words: str) -> Any:
    if words.lower() in ("yes", "no"):
        return words.lower() == "yes"
    match = re.fullmatch(
        r"yes: (?:the (?P<rule>greater|lesser) of )?(?P<amounts>.{1,500})", words, re.IGNORECASE
    )
    if match is None:
        return None
    amounts = [_amount_from_words(part.strip()) for part in match["amounts"].split(";")]
    if None in amounts:
        return None
    return {"kind": "yes", "amounts": amounts, "rule": (match["rule"] or "").lower()}


def _amount_from_words(words: str) -> dict[str, Any] | None:
    if fees := _FEES.fullmatch(words):
        return {"percent": int(fees["percent"]), "months": int(fees["months"]) if fees["months"] else None}
    match = _MONEY.fullmatch(words.upper())
    if match is None:
        return None
    whole = int(match["amount"].replace(",", ""))
    if match["currency"] in WHOLE_CURRENCIES:
        return None if match["minor"] else {"minor": whole, "currency": match["currency"]}
    return {"minor": whole * 100 + int(match["minor"] or 0), "currency": match["currency"]}


def is_shape_of(answer_type: str, value: Any) -> bool:
    """Whether a value has a shape this type allows; text is allowed where no number or date is asked for."""
    kinds = _KINDS.get(answer_type, ())
    if isinstance(value, str):
        return (answer_type == "date" and is_date(value)) or (answer_type in _WORDS_TOO and _is_text(value))
    if isinstance(value, bool):
        return answer_type in ("yes_no", "money")
    if not isinstance(value, dict):
        return False
    if "kind" not in value:
        return answer_type in ("duration", "renewal", "notice_period") and _is_duration(value)
    return isinstance(value["kind"], str) and value["kind"] in kinds and _CHECKS[value["kind"]](value)


_KINDS = {
    "date": ("date", "after", "perpetual"),
    "notice_period": ("notice",),
    "renewal": ("renewal",),
    "jurisdiction": ("law",),
    "parties": ("parties",),
    "money": ("yes",),
}
_WORDS_TOO = ("text", "jurisdiction", "parties", "renewal", "notice_period")


def _is_text(value: Any, longest: int = LONGEST) -> bool:
    return isinstance(value, str) and "\0" not in value and 0 < len(value.strip()) <= len(value) <= longest


def _has(value: dict[str, Any], *names: str) -> bool:
    return value.keys() == {*names}


def _is_duration(value: Any, *more: str) -> bool:
    if not isinstance(value, dict) or not _has(value, "count", "unit", *more) or value["unit"] not in UNITS:
        return False
    count = value["count"]
    return isinstance(count, int | float) and not isinstance(count, bool) and 0 < count < 100_000


def _is_note(value: Any) -> bool:
    return value == "" or _is_text(value, 500)


def _is_partial(value: dict[str, Any]) -> bool:
    iso = value.get("date")
    is_known = is_date(iso) or (isinstance(iso, str) and bool(_PARTIAL.fullmatch(iso)))
    return _has(value, "kind", "date", "note") and is_known and _is_note(value["note"])


def _is_renewal(value: dict[str, Any]) -> bool:
    return (
        _has(value, "kind", "form", "lengths", "times", "automatic")
        and value["form"] in FORMS
        and _is_list(value["lengths"], _is_duration, least=0)
        and (value["times"] is None or _is_whole(value["times"], 1, 1000))
        and value["automatic"] in (True, False, None)
    )


def _is_list(value: Any, check: Callable[[Any], bool], least: int = 1) -> bool:
    return isinstance(value, list) and least <= len(value) <= 100 and all(map(check, value))


def _is_whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_place(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and _has(value, "name", "country")
        and _is_text(value["name"], 100)
        and (value["country"] == "" or _is_text(value["country"], 100))
    )


def _is_party(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and _has(value, "name", "terms")
        and _is_text(value["name"], 300)
        and _is_list(value["terms"], lambda term: _is_text(term, 200), least=0)
    )


def _is_amount(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    if _has(value, "minor", "currency"):
        currency = value["currency"]
        return (
            isinstance(currency, str)
            and bool(re.fullmatch("[A-Z]{3}", currency))
            and _is_whole(value["minor"], 0, 10**18)
        )
    months = value.get("months")
    return (
        _has(value, "percent", "months")
        and _is_whole(value["percent"], 1, 10_000)
        and (months is None or _is_whole(months, 1, 1200))
    )


_CHECKS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "date": _is_partial,
    "after": lambda v: (
        _is_duration({k: v[k] for k in v if k not in ("kind", "of")}) and _is_text(v.get("of"), 200)
    ),
    "perpetual": lambda v: _has(v, "kind"),
    "notice": lambda v: (
        _is_duration({k: v[k] for k in v if k not in ("kind", "note")}) and _is_note(v.get("note"))
    ),
    "renewal": _is_renewal,
    "law": lambda v: _has(v, "kind", "places") and _is_list(v["places"], _is_place),
    "parties": lambda v: _has(v, "kind", "parties") and _is_list(v["parties"], _is_party),
    "yes": lambda v: (
        _has(v, "kind", "amounts", "rule")
        and v["rule"] in ("", "greater", "lesser")
        and _is_list(v["amounts"], _is_amount)
    ),
}

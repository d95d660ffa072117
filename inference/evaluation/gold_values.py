"""CUAD's normalized answers and our typed values, brought into one form in which they can be equal.

What counts as equal: dates on year, month and day as far as each is known (a year of two digits on those two);
"perpetual" with no agreed end; lengths of time in one unit (12 months are a year, a week is 7 days), renewals also
in whether they follow once, so many times or one after the other; places on their usual names, a part standing for
its country; names without case, marks, the words for a legal form and what a party is also called. Nothing is
forgiven beyond that.
"""

import re
import unicodedata

from inference.answers.durations import canonical, durations_in
from inference.answers.jurisdictions import canonical_place
from inference.answers.places import COUNTRY_OF
from inference.answers.words import plain
from inference.types import (
    AmbiguousValue,
    DateValue,
    DurationValue,
    JurisdictionValue,
    NoticeValue,
    PartiesValue,
    PerpetualValue,
    RelativeDateValue,
    RenewalValue,
    TextValue,
    Value,
)

Form = object  # hashable and comparable; None says nothing

_DATE = re.compile(r"(\d{1,2}|\[ ?\])/(\d{1,2}|\[ ?\])/((?:\d|\[ ?\]){1,4})")
_LEGAL_FORMS = frozenset(
    (
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "co",
        "company",
        "ltd",
        "limited",
        "llc",
        "lp",
        "llp",
        "plc",
        "gmbh",
        "ag",
        "sa",
        "nv",
        "bv",
        "sas",
        "kg",
        "spa",
        "srl",
        "pte",
        "pty",
        "aps",
        "ab",
        "as",
        "oy",
        "na",
        "kk",
        "lc",
        "pllc",
        "pc",
    )
)

_HAS_FORM = re.compile(
    rf"\b(?:{'|'.join(sorted(_LEGAL_FORMS, key=len, reverse=True))})\b\.?$|\b(?:[A-Z]\.){{1,3}}[A-Z]\.?$",
    re.IGNORECASE,
)


def form_of_gold(category: str, answer: str) -> Form:
    """A gold answer in comparable form; None where the annotators gave none."""
    words = plain(answer)
    if not words:
        return None
    match category:
        case "Agreement Date" | "Effective Date" | "Expiration Date":
            return _gold_date(words)
        case "Renewal Term":
            return _gold_renewal(words)
        case "Notice Period To Terminate Renewal":
            return frozenset(_lengths(words)) or words.casefold()
        case "Governing Law":
            return _gold_places(words)
        case "Parties":
            return frozenset(name_key(name) for name, _ in gold_parties(words))
        case "Document Name":
            return text_key(words)
        case _:
            return words.casefold() == "yes"


def form_of_value(category: str, value: Value | None) -> Form:
    """A computed value in the same form; None where it settles nothing."""
    match value:
        case None | AmbiguousValue() | RelativeDateValue():
            return None
        case DateValue():
            return _date_parts(value.iso)
        case PerpetualValue():
            return "perpetual"
        case RenewalValue():
            return _renewal_form(value)
        case NoticeValue():
            return frozenset({canonical(DurationValue(value.count, value.unit))})
        case JurisdictionValue():
            return frozenset(place.name for place in value.places)
        case PartiesValue():
            return frozenset(name_key(party.name) for party in value.parties)
        case TextValue():
            return text_key(value.text) if category == "Document Name" else True
        case _:
            return True


def are_equal(gold: Form, ours: Form) -> bool:
    """Whether the two forms say the same; of a year written with two digits only those are compared."""
    if isinstance(gold, tuple) and isinstance(ours, tuple) and len(gold) == len(ours) == 3:
        year, own = str(gold[2]), str(ours[2])
        return gold[:2] == ours[:2] and (own.endswith(year) if len(year) == 2 else own == year)
    return gold == ours


def _gold_date(words: str) -> Form:
    if "perpetual" in words.casefold():
        return "perpetual"
    match = _DATE.search(words)
    if match is None:
        return words.casefold()
    month, day = (int(part) if part.isdigit() else None for part in match.group(1, 2))
    year = re.sub(r"\[ ?\]", "X", match[3])
    if "X" in year and (len(year) == 1 or set(year) == {"X"}):
        year = "XXXX"
    elif "X" in year:
        year = year.ljust(4, "X")
    known = month or day or year != "XXXX"
    return (month, day, year) if known else None


def _date_parts(iso: str) -> Form:
    year, month, day = (*iso.split("-"), "", "")[:3]
    return (int(month) if month.isdigit() else None, int(day) if day.isdigit() else None, year)


def _lengths(words: str) -> list[tuple[int, str]]:
    loose = re.sub(r"[()]", " ", words)
    return [canonical(each.value) for each in durations_in(" ".join(loose.split())) if each.value]


def _gold_renewal(words: str) -> Form:
    if "perpetual" in words.casefold():
        return ("evergreen", None, frozenset())
    lengths = frozenset(_lengths(words))
    times = re.match(r"(\d{1,2}) (?:succ\w* )?\d", words)
    if times:
        return ("times", int(times[1]), lengths) if int(times[1]) > 1 else ("once", None, lengths)
    if not lengths:
        return words.casefold()
    return ("successive" if re.search("suc+es", words, re.IGNORECASE) else "once", None, lengths)


def _renewal_form(value: RenewalValue) -> Form:
    return (value.form, value.times, frozenset(canonical(length) for length in value.lengths))


def _gold_places(words: str) -> Form:
    names = set()
    for part in re.split(r"[;,/]", words):
        whole = canonical_place(part)
        pieces = [part] if whole else re.split(r" and ", part)
        for piece in pieces:
            if piece.strip():
                bare = re.sub(
                    r"^(?:State|Commonwealth|Province|Federal Republic|Republic) of ", "", piece.strip()
                )
                names.add(canonical_place(piece) or canonical_place(bare) or piece.strip().casefold())
    return frozenset(names - {COUNTRY_OF[name] for name in names if name in COUNTRY_OF})


_ALSO = re.compile(
    r"[ ,]*\(?\b(?:d/b/a|f/k/a|a/k/a|doing business as|(?:also |formerly"
    r" |previously )known as|formerly)\b.*$",
    re.IGNORECASE,
)
_OF_ALL = re.compile(
    r"\b(?:each|together|collectively|individually|jointly|parties|referred)\b", re.IGNORECASE
)


def gold_parties(words: str) -> list[tuple[str, tuple[str, ...]]]:
    """The names of a gold answer, each with the short names that stand in its brackets."""
    made: list[tuple[str, tuple[str, ...]]] = []
    for part in plain(words).split(";"):
        bracket = re.search(r"\(+[^()\"]{0,60}\"|\"", part)
        name = (part[: bracket.start()] if bracket else part).strip(" ()[]*.,_")
        terms = (
            [t.strip(" ,.") for t in re.findall(r'"([^"]{1,60})"', part[bracket.start() :])]
            if bracket
            else []
        )
        kept = tuple(term for term in terms if term.casefold() not in ("party", "parties"))
        is_of_all = bool(_OF_ALL.search(part)) and (
            name[:1].islower()
            or (" and " in name and not _HAS_FORM.search(name))
            or (not kept and bool(re.search(" and |^Party [A-Z],", name)))
            or bool(
                re.search("^(?:together|collectively|individually|jointly)|referred", name, re.IGNORECASE)
            )
        )
        if re.search(r"[^\W\d_]", name) and not is_of_all:
            pieces = name.split(" and ")
            several = len(pieces) > 1 and all(_HAS_FORM.search(piece.strip()) for piece in pieces)
            made += [(piece, kept) for piece in (pieces if several else [name])]
    return made


def name_key(name: str) -> str:
    """A name without case, accents, marks and the words for its legal form."""
    own = _ALSO.sub("", name) or name
    flat = unicodedata.normalize("NFKD", own.casefold()).replace("&", " and ")
    flat = "".join(mark for mark in flat if not unicodedata.combining(mark))
    words = re.sub(r"[^\w ]+", " ", flat.replace(".", "").replace("'", "")).split()
    kept = [word for word in words if word not in ("the",) and word not in _LEGAL_FORMS]
    return " ".join(kept or words)


def text_key(text: str) -> str:
    """Words alone, without case."""
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())


def is_nearly(gold: Form, ours: Form) -> bool:
    """Whether two sets of names differ only by names that are one or two letters apart: a slip of the pen."""
    if not isinstance(gold, frozenset) or not isinstance(ours, frozenset):
        return False
    theirs, own = sorted(gold - ours), sorted(ours - gold)
    pairs = zip(theirs, own, strict=False)
    return 0 < len(theirs) == len(own) and all(_letters_apart(one, other) <= 2 for one, other in pairs)


def _letters_apart(one: str, other: str) -> int:
    """Levenshtein's distance."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, start=1):
        last, row[0] = row[0], number
        for place, compared in enumerate(other, start=1):
            last, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, last + (letter != compared)),
            )
    return row[-1]

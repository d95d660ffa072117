"""Amounts that a clause names: money with its currency, and multiples of the fees paid."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from inference.types import FeesValue, MoneyValue, YesNoValue

from .durations import durations_in
from .words import NUMBER, number

_SYMBOLS = {
    "us$": "USD", "u.s.$": "USD", "u.s. $": "USD", "us $": "USD", "c$": "CAD", "cdn$": "CAD", "ca$": "CAD", "a$": "AUD",
    "au$": "AUD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "nt$": "TWD", "r$": "BRL", "$": "USD", "€": "EUR",
    "£": "GBP", "¥": "JPY", "₹": "INR", "฿": "THB", "₩": "KRW", "₪": "ILS",
}  # fmt: skip
_CODES = (
    "USD|EUR|GBP|JPY|CNY|RMB|CAD|AUD|NZD|CHF|HKD|SGD|SEK|NOK|DKK|INR|THB|KRW|ILS|NIS"
    "|BRL|MXN|ZAR|TWD|MYR|PHP|IDR|PLN"
)
_NAMES = {
    "dollar": "USD", "euro": "EUR", "pound": "GBP", "pounds sterling": "GBP", "yen": "JPY", "yuan": "CNY",
    "renminbi": "CNY", "baht": "THB", "rupee": "INR", "swiss franc": "CHF", "canadian dollar": "CAD",
    "australian dollar": "AUD", "united states dollar": "USD", "us dollar": "USD", "u.s. dollar": "USD",
    "shekel": "ILS",
}  # fmt: skip
_ALIASES = {"RMB": "CNY", "NIS": "ILS"}
_WITHOUT_MINOR = frozenset({"JPY", "KRW"})
_AMOUNT = r"(?P<amount>\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,2})?(?![\d,])|\d{1,12}(?:\.\d{1,4})?(?!\d|,\d))"
_SCALE = r"(?: ?(?P<scale>thousand|million|billion|mm|mn|m|bn|k)\b)?"
_SIGN = "|".join(re.escape(sign) for sign in sorted(_SYMBOLS, key=len, reverse=True))
_NAME = "|".join(re.escape(name) for name in sorted(_NAMES, key=len, reverse=True))
_PATTERNS = (
    re.compile(rf"\b(?P<code>{_CODES}) ?(?:\$|€|£|¥)? ?{_AMOUNT}{_SCALE}", re.IGNORECASE),
    re.compile(
        rf"(?<![\w.])(?P<sign>{_SIGN}) ?{_AMOUNT}{_SCALE}(?: ?\(?(?P<code>{_CODES})\b)?", re.IGNORECASE
    ),
    re.compile(rf"(?<![\w.,$€£]){_AMOUNT}{_SCALE} ?\)? ?(?P<name>{_NAME}|{_CODES})(?:s\b|\b)", re.IGNORECASE),
    re.compile(
        rf"\b(?P<words>{NUMBER}(?:[ -](?:million|billion)(?: (?:and"
        rf" )?{NUMBER})?)?) (?P<name>{_NAME})s?\b(?! ?\()",
        re.IGNORECASE,
    ),
)
_SCALES = {
    "thousand": 10**3,
    "k": 10**3,
    "million": 10**6,
    "mm": 10**6,
    "mn": 10**6,
    "m": 10**6,
    "billion": 10**9,
    "bn": 10**9,
}
_FEES = re.compile(
    rf"\b(?:(?P<percent>\d{{1,3}}) ?%|(?P<words>{NUMBER}) (?:\((?P<digits>\d{{1,3}})%?\)"
    rf" )?(?:percent|per cent)|(?P<times>twice|double"
    rf"|two times|three times|\d{{1,2}} ?(?:x|times)|(?:an )?amounts?(?: equal to| of)?"
    rf"|the (?:total |aggregate )?(?:fees|amounts?|price)))"
    rf"(?: \(\d{{1,3}} ?%\))?"
    rf"(?: [^\s.;]{{1,30}}){{0,12}}? (?:paid|payable|received|owed|due|invoiced)\b(?P<rest>[^.;]{{0,160}})",
    re.IGNORECASE,
)
_WHOLE = {"twice": 200, "double": 200, "two times": 200, "three times": 300}
_RULES = (
    ("greater", re.compile(r"\b(?:greater|higher|larger|greatest) of\b", re.IGNORECASE)),
    ("lesser", re.compile(r"\b(?:lesser|lower|smaller|least) of\b", re.IGNORECASE)),
)
MOST = 12  # amounts of one answer


def yes_with_amounts(quotes: Sequence[str]) -> YesNoValue:
    """Yes, and the amounts that plain quotes name, each once and in their order."""
    amounts: dict[MoneyValue | FeesValue, None] = {}
    for quote in quotes:
        found: list[tuple[int, MoneyValue | FeesValue]] = [*_money(quote), *_fees(quote)]
        for _, each in sorted(found, key=lambda pair: pair[0]):
            amounts.setdefault(each)
    kept = tuple(amounts)[:MOST]
    text = " ".join(quotes)
    if len(kept) > 1:
        if _RULES[0][1].search(text):
            return YesNoValue(True, kept, "greater")
        if _RULES[1][1].search(text):
            return YesNoValue(True, kept, "lesser")
    return YesNoValue(True, kept)


def money_in(text: str) -> list[MoneyValue]:
    """The amounts of money a plain text names, in their order."""
    return [each for _, each in sorted(_money(text), key=lambda pair: pair[0])]


def _money(text: str) -> Iterator[tuple[int, MoneyValue]]:
    taken = bytearray(len(text))
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            if (value := _value(match)) is not None:
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                yield match.start(), value


def _value(match: re.Match[str]) -> MoneyValue | None:
    parts = match.groupdict()
    currency = _currency(parts)
    if parts.get("words"):
        whole = _in_words(parts["words"])
        return None if whole is None else MoneyValue(whole * _minor(currency), currency)
    scaled = Decimal(parts["amount"].replace(",", "")) * _SCALES.get((parts.get("scale") or "").lower(), 1)
    return MoneyValue(int(scaled * _minor(currency)), currency)


def _currency(parts: dict[str, str | None]) -> str:
    if code := parts.get("code"):
        return _ALIASES.get(code.upper(), code.upper())
    if sign := parts.get("sign"):
        return _SYMBOLS[sign.lower()]
    name = (parts.get("name") or "").lower()
    return _NAMES.get(name) or _ALIASES.get(name.upper(), name.upper())


def _minor(currency: str) -> int:
    return 1 if currency in _WITHOUT_MINOR else 100


def _in_words(words: str) -> int | None:
    for scale in ("million", "billion"):
        head, found, tail = words.lower().replace("-", " ").partition(f" {scale}")
        if found:
            main, rest = number(head), number(tail.strip().removeprefix("and ")) if tail.strip() else 0
            return None if main is None or rest is None else main * _SCALES[scale] + rest
    return number(words)


def _fees(text: str) -> Iterator[tuple[int, FeesValue]]:
    for match in _FEES.finditer(text):
        if (percent := _percent(match)) is not None:
            months = _months(match[0])
            yield match.start(), FeesValue(percent, months)


def _percent(match: re.Match[str]) -> int | None:
    for words in (match["percent"], match["digits"], match["words"]):
        if words:
            return number(words)
    times = match["times"].lower()
    if times in _WHOLE:
        return _WHOLE[times]
    digits = re.match(r"\d{1,2}", times)
    return 100 * int(digits[0]) if digits else 100


def _months(words: str) -> int | None:
    lengths = {each.value for each in durations_in(words)}
    only = lengths.pop() if len(lengths) == 1 else None
    if only is None or only.unit not in ("months", "years"):
        return None
    return only.count * (12 if only.unit == "years" else 1)

"""Amounts in minor units, in and out of the words people write them in. Knows no readers."""

from decimal import Decimal, InvalidOperation

WHOLE = frozenset({"JPY", "KRW", "CLP", "ISK", "VND", "XOF", "XAF"})  # currencies without minor units
SECONDS_AN_HOUR = 3600


def minor_units(words: str, currency: str) -> int:
    """ "2.40" of a currency with hundredths is 240. Raises ValueError for what is no such amount."""
    try:
        amount = Decimal(words.strip().replace(",", ""))
    except InvalidOperation:
        raise ValueError(words) from None
    minor = amount if currency in WHOLE else amount * 100
    if not amount.is_finite() or minor < 0 or minor != minor.to_integral_value() or minor >= 10**15:
        raise ValueError(words)
    return int(minor)


def in_major(minor: int, currency: str) -> str:
    """240 is "2.40", as a person would write it."""
    return str(minor) if currency in WHOLE else f"{Decimal(minor) / 100:.2f}"


def cost_in_words(seconds: float, price_minor: int | None, currency: str) -> str:
    """What so many seconds of a device cost at a price per hour; empty where no price is kept."""
    if price_minor is None or not currency:
        return ""
    return amount_in_words(Decimal(str(seconds)) * price_minor / SECONDS_AN_HOUR, currency)


def amount_in_words(minor: Decimal, currency: str) -> str:
    """An amount in minor units, fractions of them too, as a person reads it."""
    amount = minor if currency in WHOLE else minor / 100
    if amount and amount < Decimal("0.01"):
        return f"{currency} {amount:.2g}" if amount >= Decimal("0.000001") else f"under {currency} 0.000001"
    return f"{currency} {amount:,.2f}"

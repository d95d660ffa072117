"""One small contract at a time: quotes are found in it by their words, as a reader would point at them."""

from collections.abc import Callable

import pytest

from inference.answers.values import Settled, values_of
from inference.types import Value

Value_ = Value | None
Ask = Callable[..., dict[str, Value_]]

TYPES = {
    "Parties": "parties",
    "Agreement Date": "date",
    "Effective Date": "date",
    "Expiration Date": "date",
    "Renewal Term": "renewal",
    "Notice Period To Terminate Renewal": "notice_period",
    "Governing Law": "jurisdiction",
    "Document Name": "text",
    "Cap On Liability": "money",
    "Anti-Assignment": "yes_no",
    "Warranty Duration": "duration",
}


@pytest.fixture
def values() -> Ask:
    """The values of a text's answers: each clause type with the quotes that stand in the text."""

    def ask(text: str, **found: str | tuple[str, ...]) -> dict[str, Value_]:
        settled = []
        names = {name.replace(" ", "_").replace("-", "_").lower(): name for name in TYPES}
        for key, quotes in found.items():
            own = (quotes,) if isinstance(quotes, str) else quotes
            spans = tuple((text.index(quote), text.index(quote) + len(quote)) for quote in own)
            settled.append(Settled(names[key], TYPES[names[key]], "found", spans))
        return dict(zip(found, values_of(text, settled), strict=True))

    return ask

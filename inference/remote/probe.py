"""Tries a server out before anything is read: does it serve the model, how much does it read, does it keep to a form.

A server may take a form without a word and ignore it (`transformers serve` does). So it is asked a question whose
answer everybody knows, in a form that allows only words nobody would say: who says one of them is held to the form.
"""

from dataclasses import dataclass
from typing import Any

from .client import Sent, Server
from .errors import NotUnderstood, ServerFailed, UnknownModel
from .exchange import models, one
from .forms import Schema, choice_form, chosen_of
from .profile import Binding
from .stream import Written
from .too_long import TooLongForServer

_ASKED = "What is the capital of France? Answer with the one word Paris, and with nothing else."
_NEVER_SAID = ("zuqovir", "blemkat", "ondrysh")
_TOKENS = 64
_SECONDS = 120.0  # a model may have to be loaded first
_WAYS: tuple[Binding, ...] = ("response_format", "structured_outputs", "guided_json")


@dataclass(frozen=True)
class Probed:
    """What came of it: the field that binds, or None; the window the server tells; whether it lists the model."""

    binding: Binding | None
    window: int | None
    is_listed: bool

    @property
    def binds(self) -> bool:
        """Whether the server holds its model to a form."""
        return self.binding is not None

    def fields(self, form: Schema) -> dict[str, Any]:
        """What to send so that an answer is in a form; nothing where nothing helps."""
        return binding_fields(self.binding, form) if self.binding else {}


def binding_fields(binding: Binding, form: Schema) -> dict[str, Any]:
    """A form as a server takes it: the protocol's field, that of newer vLLM, that of older vLLM."""
    if binding == "structured_outputs":
        return {"structured_outputs": {"json": form}}
    if binding == "guided_json":
        return {"guided_json": form}
    return {
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": form},
        }
    }


def probe(server: Server, binding: Binding) -> Probed:
    """Try a server out; raises UnknownModel, WrongKey, ServerGone and what else can go wrong with it."""
    listed = models(server)
    known = {str(row.get("id")): row for row in listed}
    if listed and server.model not in known:
        _say(server, {})  # some serve what they do not list: they must answer for it
    window = known.get(server.model, {}).get("max_model_len")
    ways = _WAYS if binding == "auto" else (binding,)
    bound = next((way for way in ways if _binds(server, way)), None)
    if bound is None:
        _say(server, {})  # it must at least answer without a form
    return Probed(bound, window if type(window) is int and window > 0 else None, server.model in known)


def _binds(server: Server, way: Binding) -> bool:
    """Whether the model said what it never would have."""
    try:
        written = _say(server, binding_fields(way, choice_form("word", _NEVER_SAID)))
    except (NotUnderstood, ServerFailed):
        return False  # this field is unknown to it
    return chosen_of(written.text, "word") in _NEVER_SAID


def _say(server: Server, fields: dict[str, Any]) -> Written:
    try:
        return one(server, Sent("", _ASKED, fields, _TOKENS, _SECONDS)).result
    except TooLongForServer:
        raise UnknownModel(f"{server.endpoint.name} does not take even a short question.") from None

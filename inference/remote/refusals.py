"""What a server's refusal means. Its words are looked at and never shown: they may repeat ours."""

import re

from .errors import (
    NotUnderstood,
    RefusedEndpoint,
    RemoteFailure,
    ServerBusy,
    ServerFailed,
    ServerGone,
    UnknownModel,
    WrongKey,
)

BUSY = frozenset({408, 425, 429, 503})
GATEWAY = frozenset({502, 504})
AGAIN = BUSY | GATEWAY

_FIRST = 600  # letters that are looked at: further on a server may repeat the case file

_TOO_LONG = re.compile(
    r"context[ _]length|context window|maximum.{0,40}(length|tokens)|too (long|many tokens)"
    r"|longer than|exceed.{0,60}(length|tokens|context)",
    re.IGNORECASE | re.DOTALL,
)
_NO_MODEL = re.compile(
    r"model.{0,200}(does not exist|not found)|unknown model|pinned to", re.IGNORECASE | re.DOTALL
)


def is_too_long(status: int, said: str) -> bool:
    """Whether the server says that the case file does not fit."""
    return status == 413 or (status == 400 and bool(_TOO_LONG.search(said[:_FIRST])))


def failure(status: int, said: str, name: str) -> RemoteFailure:
    """What to tell people when a server answers with this status."""
    if 300 <= status < 400:
        return RefusedEndpoint(f"{name} sends us to another address; nobody is followed there.")
    if status in (401, 403):
        return WrongKey(f"{name} does not take the key that it was given.")
    if status == 404 or (status == 400 and _NO_MODEL.search(said[:_FIRST])):
        return UnknownModel(f"{name} does not serve the model of this profile, or base_url is not right.")
    if status in BUSY:
        return ServerBusy(f"{name} has no room for us now; it was asked several times.")
    if status in GATEWAY:
        return ServerGone(f"{name} cannot be reached behind its gateway (status {status}).")
    if status >= 500:
        return ServerFailed(f"{name} failed (status {status}).")
    return NotUnderstood(f"{name} refuses what it was asked (status {status}).")

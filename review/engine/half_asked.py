"""What was read of sections for questions without an answer yet: a worker that comes back to them goes on from there.

It holds words of documents, so each is of one matter and goes when that is forgotten, when a question is called off,
and where nobody came back for a day. It stays when another model is opened, or another case file takes the place of the
sections.
"""

import time
from collections import OrderedDict
from typing import Any

MOST = 256  # case files; so many are not half asked at one worker
STAYS = (
    24 * 3600.0
)  # seconds after it was last asked: by then another worker has answered it, or nobody waits

Key = tuple[str, str, str, str]  # organization, matter, key of the case file, fingerprint
_held: OrderedDict[Key, tuple[float, dict[str, Any]]] = OrderedDict()  # each with when it was last asked


def half_asked(organization: str, matter: str, case_key: str, fingerprint: str) -> dict[str, Any]:
    """What is so far of a case file's questions, by their ids; what is put there stays until it is taken out."""
    key = (organization, matter, case_key, fingerprint)
    _, so_far = _held.pop(key, (0.0, {}))
    _held[key] = time.monotonic(), so_far
    while len(_held) > MOST:
        _held.popitem(last=False)
    return so_far


def holds_half_asked(organization: str, matter: str) -> bool:
    """Whether this process has anything of a matter's."""
    return any(so_far and key[:2] == (organization, matter) for key, (_, so_far) in list(_held.items()))


def forget_half_asked(organization: str, matter: str, case_key: str | None = None) -> None:
    """Let go of what is so far of a matter, or of one of its case files."""
    for key in list(_held):
        if key[:2] == (organization, matter) and case_key in {None, key[2]}:
            _held.pop(key, None)


def tidy_half_asked() -> None:
    """Let go of what nobody came back to."""
    for key, (asked, _) in list(_held.items()):
        if asked + STAYS < time.monotonic():
            _held.pop(key, None)


def forget_all_half_asked() -> None:
    """Let go of all of it."""
    _held.clear()

"""Readers of whole case files opened, and what goes wrong with them said in this door's words."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from .errors import CalledOff, CaseTooLong, GaveWay, NotThere, UnfitReader
from .specs import ReaderSpec, profile_of

NO_ROOM = (
    "This case file finds no room in the reader's memory now: the rest of it is taken by case files that are being"
    " asked, or are pinned and can go nowhere else."
)


def open_whole_reader(spec: ReaderSpec) -> Any:
    """The model or the way to the server; raises UnfitReader and NotThere."""
    from inference.reader import open_reader

    profile = profile_of(spec)
    if spec.kind != "remote":
        with in_our_words(spec):
            return open_reader(profile)
    if spec.key_env and not spec.key:
        raise UnfitReader(f"{spec.key_env} holds no key on the machine of the worker that tried to open it.")
    from inference.remote.endpoint import Access

    with in_our_words(spec):
        ca_file = Path(spec.ca_file) if spec.ca_file else None
        return open_reader(profile, Access(allow=spec.endpoints, key=spec.key, ca_file=ca_file))


def in_our_words(spec: ReaderSpec) -> AbstractContextManager[None]:
    """What goes wrong behind the door, as this door says it."""
    return _words_of_servers() if spec.kind == "remote" else _words_of_models()


@contextmanager
def _words_of_servers() -> Iterator[None]:
    """Imports nothing heavy."""
    from inference.remote import errors

    try:
        with _words_of_both():
            yield
    except errors.CalledOff:
        raise CalledOff from None
    except errors.RemoteFailure as failure:
        if isinstance(failure, errors.TooSlow):
            raise NotThere(str(failure), wait=300) from None
        if isinstance(failure, (errors.ServerGone, errors.ServerBusy)):
            raise NotThere(str(failure)) from None
        raise UnfitReader(str(failure)) from None


@contextmanager
def _words_of_models() -> Iterator[None]:
    from inference.engine.fits import ModelDoesNotFit
    from inference.engine.keeping.refused import NoRoom
    from inference.engine.plain_tokens import UnfitTokenizer
    from inference.engine.prefill import Cancelled
    from inference.engine.saved.keys import BadKey

    try:
        with _words_of_both():
            yield
    except Cancelled:
        raise CalledOff from None
    except ModelDoesNotFit as refusal:
        raise UnfitReader(str(refusal), refusal.asked, refusal.there) from None
    except NoRoom:  # its sentence tells bytes of case files that may be behind walls
        raise NotThere(NO_ROOM, wait=300, of_the_reader=False) from None
    except (UnfitTokenizer, BadKey) as refusal:
        raise UnfitReader(str(refusal)) from None


@contextmanager
def _words_of_both() -> Iterator[None]:
    from inference.engine.ask import Unanswered
    from inference.engine.profile import ProfileError
    from inference.engine.prompt import CaseFileTooLong

    try:
        yield
    except Unanswered as left:
        raise GaveWay(left.question_ids) if left.why == "enough" else CalledOff from None
    except CaseFileTooLong as refusal:
        raise CaseTooLong(str(refusal)) from None
    except ProfileError as refusal:
        raise UnfitReader(str(refusal)) from None

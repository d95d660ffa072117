"""A server tried out before anything is asked of it."""

from dataclasses import dataclass

from .opening import in_our_words, open_whole_reader
from .specs import ReaderSpec, profile_of


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying a server out; `window` is what the profile and the server say together."""

    read_by: str
    binds: bool
    is_listed: bool
    window: int | None


def check_address(spec: ReaderSpec) -> None:
    """Whether a server may be talked to at its address, which is looked up now and at every opening again.

    Raises UnfitReader, and NotThere where nobody knows the address.
    """
    from inference.remote.endpoint import endpoints

    with in_our_words(spec):
        endpoints(profile_of(spec).base_url, spec.endpoints)


def try_server(spec: ReaderSpec) -> Tried:
    """Ask a server a trifle: whether it is there, serves the model, and holds it to a form.

    Raises UnfitReader and NotThere; nothing of it is kept.
    """
    reader = open_whole_reader(spec)
    return Tried(reader.read_by, reader.binds, reader.is_listed, reader.window)

"""What can go wrong with a server, each in a sentence for people, without a word of a document or of the server's."""


class RemoteFailure(Exception):
    """A server could not be used. `question_ids` are those that have no answer, where questions were being asked."""

    question_ids: tuple[str, ...] = ()


class RefusedEndpoint(RemoteFailure):
    """The address may not be talked to, or sends us elsewhere."""


class WrongKey(RemoteFailure):
    """The server does not take our key."""


class UnknownModel(RemoteFailure):
    """The server does not serve the model of the profile."""


class DoesNotBind(RemoteFailure):
    """The server does not hold its model to the form it is asked for, and the profile does not allow that."""


class ServerGone(RemoteFailure):
    """The server cannot be reached, broke off, or failed, also when it was tried again."""


class ServerFailed(ServerGone):
    """The server has an error of its own."""


class ServerBusy(RemoteFailure):
    """The server has no room for us, also when it was tried again; later it may."""


class TooSlow(RemoteFailure):
    """The server took longer than the profile waits."""


class CalledOff(RemoteFailure):
    """Somebody called the reading off."""

    def __init__(self) -> None:
        super().__init__("Reading was called off.")


class NotUnderstood(RemoteFailure):
    """The server refuses what we ask, or answers in a form that is not the protocol's."""

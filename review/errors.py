"""Expected failures: each carries a code, a sentence for a person and an HTTP status."""

from typing import ClassVar


class ReviewError(Exception):
    """A failure a person can understand; `web` and `api` each translate it in one place."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
    sentence: ClassVar[str] = "This cannot be done."

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)

    def __str__(self) -> str:
        return str(self.args[0])


class NotFound(ReviewError):
    """Also the answer for what exists behind a wall, so that nobody learns that it does."""

    code = "not_found"
    status = 404
    sentence = "There is nothing here, or you have no access to it."


class NotAllowed(ReviewError):
    """For things a person may see but not do."""

    code = "not_allowed"
    status = 403
    sentence = "Your role on this matter does not allow this."


class Conflict(ReviewError):
    code = "conflict"
    status = 409
    sentence = "Somebody else changed this first. Reload to see the present state."


class Invalid(ReviewError):
    code = "invalid"
    status = 400
    sentence = "Something in what was sent is not right."

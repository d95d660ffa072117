"""Who is told how far a reading is and may call it off: what they raise stops it, and loses nothing that was read."""

from collections.abc import Callable


class Listener:
    """A caller's `progress` and `cancelled`. What either raises calls the reading off, and waits in `trouble`."""

    def __init__(self, progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> None:
        self._progress, self._cancelled = progress, cancelled
        self.trouble: Exception | None = None

    def progress(self, done: int, total: int) -> None:
        """Tell how far it is, unless nobody listens any more."""
        if self.trouble is None:
            try:
                self._progress(done, total)
            except Exception as trouble:  # whatever it is, it is raised again once what was read is safe
                self.trouble = trouble

    def cancelled(self) -> bool:
        """Whether to stop."""
        if self.trouble is None:
            try:
                return self._cancelled()
            except Exception as trouble:
                self.trouble = trouble
        return True

    def check(self) -> None:
        """Raise what was raised meanwhile."""
        if self.trouble is not None:
            raise self.trouble from None

"""What cannot be kept, or cannot be worked with beside what is kept; each in a sentence with its bytes."""

_GIB = 1024**3


class NoRoom(ValueError):
    """A reading does not fit beside those that are in use or pinned: `asked` and `there` are bytes."""

    def __init__(self, asked: int, there: int) -> None:
        super().__init__(
            f"This case file asks for {_told(asked)} on the device and {_told(there)} are left: the rest is taken by "
            "case files that are being asked, or are pinned and can go nowhere else."
        )
        self.asked, self.there = asked, there


class PinRefused(ValueError):
    """A reading cannot be promised to stay: `asked` and `there` are bytes of memory."""

    def __init__(self, asked: int, there: int) -> None:
        super().__init__(
            f"To stay whatever comes, this case file asks for {_told(asked)} of memory, and {_told(there)} are left "
            "of what is set aside for case files that wait. It could be pinned if all of it were saved on the disk, or "
            "if another one were no longer pinned."
        )
        self.asked, self.there = asked, there


def _told(count: int) -> str:
    return f"{count / _GIB:.2f} GiB" if count >= _GIB // 10 else f"{count / 1024**2:.2f} MiB"

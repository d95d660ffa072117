"""What can go wrong with a reader of whole case files, in this door's own words."""

from .cases import GoneThrough


class UnfitReader(Exception):
    """A reader cannot be opened as it was described; the sentence is for the administrator who described it.

    `asked` and `there` are bytes, where it does not fit.
    """

    def __init__(self, sentence: str, asked: int | None = None, there: int | None = None) -> None:
        super().__init__(sentence)
        self.asked, self.there = asked, there


class CaseTooLong(Exception):
    """A case file is longer than the reader's window; the sentence says by how much."""


class PinRefused(Exception):
    """A case file cannot be promised to stay in memory: a sentence, and `asked` and `there` in bytes."""

    def __init__(self, sentence: str, asked: int, there: int) -> None:
        super().__init__(sentence)
        self.asked, self.there = asked, there


class NotThere(Exception):
    """A server cannot be reached, is busy or slow; later it may answer. The sentence names it, `wait` is in seconds.

    Where it is not `of_the_reader`, that one is sound, and only taken by others now.
    """

    def __init__(self, sentence: str, wait: int = 30, *, of_the_reader: bool = True) -> None:
        super().__init__(sentence)
        self.wait, self.of_the_reader = wait, of_the_reader


class CalledOff(Exception):
    """Somebody called the reading or the asking off; what was read so far stays with the process."""


class GaveWay(Exception):
    """It was enough for now, and nothing is lost: these questions are to be asked again.

    `gone_through` is what was done of documents that are read in sections, by then.
    """

    def __init__(self, question_ids: tuple[str, ...], gone_through: GoneThrough | None = None) -> None:
        super().__init__(f"{len(question_ids)} questions are to be asked again.")
        self.question_ids, self.gone_through = question_ids, gone_through or GoneThrough()

from review.errors import Conflict, Invalid


class NotYetReady(Conflict):
    code = "not_yet_ready"
    sentence = "The spreadsheet has not been read yet."


class NothingToCompare(Conflict):
    code = "nothing_to_compare"
    sentence = "This back-test has no result yet."


class WrongMapping(Invalid):
    """What the columns were said to be does not add up; `column` is the one it is about, if it is about one."""

    code = "wrong_mapping"

    def __init__(self, sentence: str, *, column: int | None = None) -> None:
        super().__init__(sentence)
        self.column = column

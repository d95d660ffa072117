from review.errors import Conflict, Invalid


class WrongSetting(Invalid):
    """One value of a profile is wrong; `field` names it, empty where several contradict each other."""

    code = "wrong_setting"

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class NoWholeReader(Conflict):
    code = "no_whole_reader"
    sentence = (
        "No reader of whole case files is chosen for this matter. An administrator adds one under Readers; "
        "the lead of the matter may choose it."
    )

"""A file that is not read, with the reason a person understands."""

from review.intake.parsing.types import ParseProblem


class Refusal(Exception):
    """Carries the problem out of any depth of reading."""

    def __init__(self, cause_code: str, sentence: str) -> None:
        super().__init__(cause_code)
        self.problem = ParseProblem(cause_code, sentence)

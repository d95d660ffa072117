class LeaseLost(RuntimeError):
    """The job was given to another worker meanwhile; whatever was worked out must not be written."""


class NotNow(RuntimeError):
    """Something the job depends on is missing for now; the attempt does not count."""

    def __init__(self, sentence: str, *, seconds: int = 30) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.seconds = seconds


class Hopeless(RuntimeError):
    """Trying again cannot help; the sentence says why to a person."""

    def __init__(self, sentence: str, *, cause: str = "failed") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.cause = cause

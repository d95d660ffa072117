"""The failure that the engine has as well: a case file that is longer than the model reads."""

from inference.engine.prompt import CaseFileTooLong


class TooLongForServer(CaseFileTooLong):
    """A case file takes more tokens than the server's model reads at once; sizes are 0 where nobody told them."""

    question_ids: tuple[str, ...] = ()

    def __init__(self, name: str, asked: int = 0, window: int = 0, room: int = 0) -> None:
        takes = f"takes {asked:,} tokens and an answer {room:,} more" if asked else "takes more tokens"
        limit = f", and {name} takes {window:,} at once" if window else f" than {name} takes at once"
        ValueError.__init__(
            self,
            f"This case file {takes}{limit}: give it fewer documents at a time, "
            "or choose a reader with a longer window.",
        )
        self.asked, self.window, self.room = asked, window, room

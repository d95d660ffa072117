"""Why a saved reading was not taken."""

from typing import Literal

Reason = Literal[
    "unreadable", "key", "model", "version", "cache", "chunk", "tokens", "unfinished", "cut off", "changed"
]

_SENTENCES: dict[Reason, str] = {
    "unreadable": "This is no saved reading of this version of the program, or its manifest is damaged.",
    "key": "This reading was sealed with another key.",
    "model": "This reading was made by another model, or with other settings of it.",
    "version": "This reading was made by another version of this program or of what it computes with.",
    "cache": "This reading keeps its keys and values in another form than the reader.",
    "chunk": "This reading was taken in by chunks of another size than the reader's.",
    "tokens": "This is a reading of another case file.",
    "unfinished": "This reading was not finished.",
    "cut off": "A file of this reading is missing, or is not as long as it was.",
    "changed": "A file of this reading was changed after it was sealed.",
}


class ReadingRefused(ValueError):
    """A saved reading is not what is wanted here: `reason` for programs, and a sentence that tells no secrets."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(_SENTENCES[reason])
        self.reason = reason

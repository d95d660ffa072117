"""How long a run waits for a server that is not there for it, and when it stops waiting. Knows no server."""

TRIES = 12  # in a row, with no answer between them
LONGEST = 1800  # seconds between two tries


def wait_after(tries: int, first: int) -> int | None:
    """Seconds until the next try, twice as long after each; None where it was tried often enough."""
    return None if tries >= TRIES else min(LONGEST, first * 2 ** (tries - 1))


def given_up_sentence(cause: str, *, of_the_reader: bool = True) -> str:
    """Why a run stopped waiting, and what to do about it; a reader that others took up is sound."""
    if not of_the_reader:
        return (
            f"{cause[:350]} It was tried {TRIES} times. Go on once they are done: what was answered is kept."
        )
    return (
        f"{cause[:250]} It was tried {TRIES} times and gave no answer. Check that the server runs and that the"
        " machines of the workers reach it; Readers tells what it says. Then go on: what was answered is kept."
    )

"""Numbers as they are written after an option."""

import argparse


def numbers(words: str) -> tuple[int, ...]:
    """Whole numbers of one or more, with commas between them, from the smallest up."""
    try:
        found = tuple(sorted({int(word) for word in words.split(",")}))
    except ValueError:
        found = (0,)
    if found[0] < 1:
        raise argparse.ArgumentTypeError(
            f"invalid value {words!r}: whole numbers of one or more, with commas"
        )
    return found


def number(words: str) -> int:
    """A whole number of one or more."""
    if not words.strip().isdecimal() or int(words) < 1:
        raise argparse.ArgumentTypeError(f"invalid value {words!r}: a whole number of one or more")
    return int(words)

"""A page packed in whole columns is the page packed word by word, to the byte."""

import random

import pytest

from review.intake.parsing.character_map import Word, pack, unpack
from review.intake.parsing.child.packing import WordRow, pack_rows


def word_by_word(rows: list[WordRow], page_start: int) -> tuple[str, list[Word]]:
    """The same in plain steps: a space, a line break, an empty line."""
    text, words, line = "", [], 0
    for place, row in enumerate(rows):
        block, line_in_block = row[5:7]
        if place:
            before = rows[place - 1][5:7]
            is_same_block = block == before[0]
            line += before != (block, line_in_block)
            text += " " if before == (block, line_in_block) else "\n" if is_same_block else "\n\n"
        start = page_start + len(text)
        text += row[4]
        words.append(Word(start, page_start + len(text), *row[:4], line))
    return text, words


def random_page(chance: random.Random) -> list[WordRow]:
    block = line = 0
    rows: list[WordRow] = []
    for _ in range(chance.randrange(1, 300)):
        if chance.random() < 0.05:
            block, line = block + 1, chance.randrange(2)  # also from line 0 to line 0 of the next
        line += chance.random() < 0.1
        x, y = chance.uniform(-50, 2400), chance.uniform(-50, 3400)
        word = "".join(chance.choices("ab-§漢\U0001f600", k=chance.randrange(1, 9)))
        rows.append((x, y, x + chance.uniform(0, 60), y + 12, word, block, line, 0))
    return rows


def test_columns_make_the_same_text_and_the_same_bytes() -> None:
    chance = random.Random(20261130)
    for _ in range(40):
        rows, page_start = random_page(chance), chance.randrange(10**6)
        packed = pack_rows(rows, page_start)
        text, words = word_by_word(rows, page_start)
        assert packed.text == text
        assert packed.starts.tolist() == [word.start for word in words]
        assert packed.ends.tolist() == [word.end for word in words]
        assert packed.character_map == pack(words, page_start)


def test_a_single_point_is_a_page_as_well() -> None:
    packed = pack_rows([(5.0, 5.0, 5.0, 5.0, "x", 0, 0, 0)], 3)
    assert packed.character_map == pack([Word(3, 4, 5.0, 5.0, 5.0, 5.0, 0)], 3)
    assert [(word.start, word.end) for word in unpack(packed.character_map)] == [(3, 4)]


@pytest.mark.parametrize("place", [float("nan"), float("inf"), 2e6])
def test_a_box_that_is_no_place_is_refused(place: float) -> None:
    with pytest.raises(ValueError, match="page"):
        pack_rows([(place, 0.0, place, 1.0, "x", 0, 0, 0)], 0)

import random

import pytest

from review.intake.parsing.character_map import Rectangle, Word, boxes, pack, unpack, word_at

# "Payment is due\nwithin sixty days." at offset 100 of the document, on two lines
WORDS = [
    Word(100, 107, 72.0, 80.0, 115.5, 92.0, 0),
    Word(108, 110, 119.0, 80.0, 127.0, 92.0, 0),
    Word(111, 114, 131.0, 80.0, 150.0, 92.0, 0),
    Word(115, 121, 72.0, 94.0, 103.0, 106.0, 1),
    Word(122, 127, 107.0, 94.0, 131.0, 106.0, 1),
    Word(128, 133, 135.0, 94.0, 160.0, 106.0, 1),
]


def near(box: tuple[float, ...]) -> object:
    return pytest.approx(box, abs=0.02)


def test_words_come_back_with_their_offsets_lines_and_boxes():
    restored = unpack(pack(WORDS, 100))
    assert [(word.start, word.end, word.line) for word in restored] == [
        (w.start, w.end, w.line) for w in WORDS
    ]
    for word, original in zip(restored, WORDS, strict=True):
        assert word[2:6] == near(original[2:6])


def test_a_stored_box_never_cuts_its_word():
    for word, original in zip(unpack(pack(WORDS, 100)), WORDS, strict=True):
        assert word.x0 <= original.x0
        assert word.y0 <= original.y0
        assert word.x1 >= original.x1
        assert word.y1 >= original.y1


def test_a_span_on_one_line_is_one_box_around_whole_words():
    assert boxes(pack(WORDS, 100), 109, 112) == [near((119.0, 80.0, 150.0, 92.0))]


def test_a_span_over_two_lines_has_a_box_for_each_line():
    first, second = boxes(pack(WORDS, 100), 111, 127)
    assert first == near((131.0, 80.0, 150.0, 92.0))
    assert second == near((72.0, 94.0, 131.0, 106.0))
    assert isinstance(first, Rectangle)


def test_a_span_between_words_has_no_box():
    assert boxes(pack(WORDS, 100), 107, 108) == []
    assert boxes(pack(WORDS, 100), 500, 600) == []


def test_the_word_under_a_point_is_found():
    found = word_at(pack(WORDS, 100), 140, 100)
    assert found is not None
    assert (found.start, found.end) == (128, 133)
    assert word_at(pack(WORDS, 100), 300, 300) is None


def test_an_empty_page_has_a_map_without_words():
    assert unpack(pack([], 7)) == []


def test_many_random_pages_survive_the_round_trip():
    chance = random.Random(20261124)
    for _ in range(50):
        made, at, line = [], chance.randrange(10**6), 0
        page_start = at
        for _ in range(chance.randrange(1, 400)):
            at += chance.randrange(0, 5)
            line += chance.random() < 0.1
            x, y = chance.uniform(-50, 2400), chance.uniform(-50, 3400)
            made.append(Word(at, at + chance.randrange(1, 40), x, y, x + 30, y + 12, line))
            at = made[-1].end
        made = [word._replace(line=word.line - made[0].line) for word in made]
        restored = unpack(pack(made, page_start))
        assert [(w.start, w.end, w.line) for w in restored] == [(w.start, w.end, w.line) for w in made]
        assert max(abs(a.x0 - b.x0) for a, b in zip(restored, made, strict=True)) < 0.06


def test_words_that_run_backwards_are_refused():
    with pytest.raises(ValueError, match="overlap"):
        pack([WORDS[1], WORDS[0]], 100)


def test_a_box_that_is_no_place_is_refused():
    with pytest.raises(ValueError, match="place"):
        pack([Word(0, 4, float("nan"), 0, 1, 1, 0)], 0)


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-3], lambda b: b"\x09" + b[1:], lambda b: b[:40], lambda b: b""]
)
def test_damaged_bytes_are_refused(damage):
    with pytest.raises(ValueError):
        unpack(damage(pack(WORDS, 100)))


def test_a_page_of_words_takes_a_few_bytes_each():
    page = [
        Word(
            n * 6, n * 6 + 5, n % 12 * 40.0, n // 12 * 14.0, n % 12 * 40 + 36.0, n // 12 * 14 + 12.0, n // 12
        )
        for n in range(480)
    ]
    assert len(pack(page, 0)) < 480 * 6

"""What was sealed opens under its key, in its order, as a whole and nowhere else."""

import io

import pytest

from inference.engine.saved.seal import SEGMENT, TAG, SealBroken, SealedReader, SealedWriter

KEY, OTHER = bytes(range(32)), bytes(32)
HEAD = 8 + 32 + 7


def sealed(content: bytes, key: bytes = KEY, about: bytes = b"chunk 1") -> bytes:
    stream = io.BytesIO()
    writer = SealedWriter(stream, key, about)
    for begin in range(0, len(content), 700_001):  # pieces that meet no segment's end
        writer.write(content[begin : begin + 700_001])
    writer.finish()
    return stream.getvalue()


def opened(content: bytes, length: int, key: bytes = KEY, about: bytes = b"chunk 1") -> bytes:
    reader = SealedReader(io.BytesIO(content), len(content), key, about)
    found = reader.read(length)
    reader.finish()
    return found


def segments_of(content: bytes) -> list[bytes]:
    whole = SEGMENT + TAG
    return [content[begin : begin + whole] for begin in range(HEAD, len(content), whole)]


LETTERS = bytes(n * n % 251 for n in range(2 * SEGMENT + 1000))


@pytest.mark.parametrize("length", [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, len(LETTERS)])
def test_what_was_sealed_opens_to_the_same_bytes(length: int) -> None:
    content = sealed(LETTERS[:length])

    assert len(content) == HEAD + length + TAG * max(1, -(-length // SEGMENT))
    assert opened(content, length) == LETTERS[:length]


def test_nothing_of_the_content_can_be_seen_and_no_two_seals_are_alike() -> None:
    words = b"The Tenant shall pay the Rent. " * 40

    one, other = sealed(words), sealed(words)
    assert b"Tenant" not in one
    assert one[HEAD:] != other[HEAD:]


def test_another_key_opens_nothing() -> None:
    with pytest.raises(SealBroken):
        opened(sealed(b"words"), 5, key=OTHER)


def test_it_opens_only_as_what_it_was_sealed_about() -> None:
    with pytest.raises(SealBroken):
        opened(sealed(b"words"), 5, about=b"chunk 2")


@pytest.mark.parametrize("place", [0, 8, 40, HEAD, HEAD + SEGMENT + TAG, -1])
def test_a_bit_that_was_turned_anywhere_is_noticed(place: int) -> None:
    content = bytearray(sealed(LETTERS))
    content[place] ^= 1

    with pytest.raises(SealBroken):
        opened(bytes(content), len(LETTERS))


def test_segments_cannot_be_exchanged_left_out_or_repeated() -> None:
    content = sealed(LETTERS)
    one, two, three = segments_of(content)

    for changed in ([two, one, three], [one, three], [two, three], [one, one, two, three], [one, two]):
        with pytest.raises(SealBroken):
            opened(content[:HEAD] + b"".join(changed), len(LETTERS))


def test_a_segment_of_another_stream_does_not_open_in_this_one() -> None:
    content, other = sealed(LETTERS), sealed(LETTERS)
    one, _, three = segments_of(content)

    with pytest.raises(SealBroken):
        opened(content[:HEAD] + one + segments_of(other)[1] + three, len(LETTERS))


@pytest.mark.parametrize("left", [0, 7, HEAD, HEAD + 3, HEAD + SEGMENT + TAG, -1])
def test_what_was_cut_off_is_noticed(left: int) -> None:
    content = sealed(LETTERS)[:left]

    with pytest.raises(SealBroken):
        opened(content, len(LETTERS))


def test_what_was_cut_off_at_the_end_of_a_segment_is_noticed_by_who_reads_no_further() -> None:
    content = sealed(LETTERS[: 2 * SEGMENT])[: HEAD + SEGMENT + TAG]

    with pytest.raises(SealBroken):
        opened(content, SEGMENT)


def test_what_was_added_behind_is_noticed() -> None:
    content = sealed(b"words")

    with pytest.raises(SealBroken):
        opened(content + b"more", 5)
    with pytest.raises(SealBroken):
        opened(content + segments_of(sealed(b"more"))[0], 5)


def test_whoever_stops_before_the_end_does_not_take_it_for_the_whole() -> None:
    content = sealed(LETTERS)

    for length in (5, SEGMENT):
        with pytest.raises(SealBroken):
            opened(content, length)


def test_memory_does_not_grow_with_the_length() -> None:
    class Counted(io.RawIOBase):
        largest = 0

        def writable(self) -> bool:
            return True

        def write(self, content: object) -> int:
            length = len(bytes(content))  # type: ignore[call-overload]
            self.largest = max(self.largest, length)
            return length

    stream = Counted()
    writer = SealedWriter(stream, KEY, b"")  # type: ignore[arg-type]
    writer.write(LETTERS)
    writer.finish()
    assert stream.largest == SEGMENT + TAG

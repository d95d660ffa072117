"""Sealed streams: bytes of any length under AES-256-GCM, in memory for one segment. Knows no readings.

After STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, 2015). A file has a key of its own, made from the caller's, a
random salt and what the file is `about`. A segment's nonce holds its number and whether it is the last, so segments
that are left out, exchanged, repeated, cut off or put into another file do not open.

    magic | salt, 32 | nonce's prefix, 7 | segments of 1 MiB, each with its tag of 16
"""

import os
from io import BufferedIOBase

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SEGMENT, TAG = 1 << 20, 16
_MAGIC, _SALT, _PREFIX = b"ENGROSS1", 32, 7
_MOST_SEGMENTS = 1 << 32


class SealBroken(ValueError):
    """The stream is not what was sealed under this key about this."""


class SealedWriter:
    """Seals what is written to it into a stream; nothing of it opens before `finish`."""

    def __init__(self, stream: BufferedIOBase, key: bytes, about: bytes) -> None:
        salt, prefix = os.urandom(_SALT), os.urandom(_PREFIX)
        self._stream, self._segments = stream, _Segments(key, salt, prefix, about)
        self._plain = memoryview(bytearray(SEGMENT))
        self._filled = 0
        stream.write(_MAGIC + salt + prefix)

    def write(self, content: memoryview | bytes) -> None:
        """Take the next bytes."""
        left = memoryview(content)
        while len(left):
            if self._filled == SEGMENT:
                self._seal(is_last=False)
            taken = min(SEGMENT - self._filled, len(left))
            self._plain[self._filled : self._filled + taken] = left[:taken]
            self._filled += taken
            left = left[taken:]

    def finish(self) -> None:
        """Seal the last segment, which may be empty or short."""
        self._seal(is_last=True)

    def _seal(self, *, is_last: bool) -> None:
        self._stream.write(self._segments.seal(self._plain[: self._filled], is_last))
        self._filled = 0


class SealedReader:
    """Opens a sealed stream of so many bytes from front to back; raises SealBroken where it is not as it was.

    What was read before that was sealed in these places, but only `finish` says that it was all.
    """

    def __init__(self, stream: BufferedIOBase, length: int, key: bytes, about: bytes) -> None:
        head = stream.read(len(_MAGIC) + _SALT + _PREFIX)
        if len(head) < len(_MAGIC) + _SALT + _PREFIX or not head.startswith(_MAGIC):
            raise SealBroken
        salt, prefix = head[len(_MAGIC) : -_PREFIX], head[-_PREFIX:]
        self._stream, self._left = stream, length - len(head)
        self._segments = _Segments(key, salt, prefix, about)
        self._sealed = memoryview(bytearray(SEGMENT + TAG))
        self._plain = memoryview(bytearray(SEGMENT))
        self._at = self._end = 0

    def read_into(self, target: memoryview) -> None:
        """Fill a writable range of bytes with the next ones."""
        while len(target):
            if self._at == self._end:
                self._open()
            taken = min(self._end - self._at, len(target))
            target[:taken] = self._plain[self._at : self._at + taken]
            self._at += taken
            target = target[taken:]

    def read(self, length: int) -> bytes:
        """The next bytes."""
        content = bytearray(length)
        self.read_into(memoryview(content))
        return bytes(content)

    def finish(self) -> None:
        """Make sure that everything was read that was sealed."""
        if not self._segments.count:  # nothing was asked for, and that must have been all
            self._open()
        if self._at < self._end or self._left:
            raise SealBroken

    def _open(self) -> None:
        length = min(self._left, SEGMENT + TAG)
        sealed = self._sealed[:length]
        if length < TAG or self._stream.readinto(sealed) != length:
            raise SealBroken
        self._left -= length
        self._at, self._end = 0, length - TAG
        self._segments.open(sealed, self._plain[: self._end], is_last=not self._left)


class _Segments:
    """The segments of one stream in their order; `count` is how many have been."""

    def __init__(self, key: bytes, salt: bytes, prefix: bytes, about: bytes) -> None:
        own = HKDF(SHA256(), 32, salt=salt, info=b"engross sealed stream: " + about).derive(key)
        self._cipher, self._prefix = AESGCM(own), prefix
        self.count = 0

    def seal(self, plain: memoryview, is_last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(is_last), plain, None)

    def open(self, sealed: memoryview, plain: memoryview, *, is_last: bool) -> None:
        try:
            self._cipher.decrypt_into(self._nonce(is_last), sealed, None, plain)
        except InvalidTag:
            raise SealBroken from None

    def _nonce(self, is_last: bool) -> bytes:
        if self.count == _MOST_SEGMENTS:  # four pebibytes: a nonce would come again
            raise ValueError("This is more than one sealed stream holds.")
        self.count += 1
        return self._prefix + (self.count - 1).to_bytes(4, "big") + bytes([is_last])

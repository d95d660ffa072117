"""The standard encryption of PDF 1.4 (RC4, 128 bits), which draws no random numbers. It guards invented text only."""

from hashlib import md5
from itertools import cycle

PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
PERMISSIONS = -3904


class Lock:
    """Encrypts the streams of one file under one password for owner and user alike."""

    def __init__(self, password: str, file_name: bytes) -> None:
        padded = (password.encode("latin-1") + PADDING)[:32]
        self.owner = _rounds(_hashed(padded, 51), padded)
        permissions = PERMISSIONS.to_bytes(4, "little", signed=True)
        self.key = _hashed(padded + self.owner + permissions + file_name, 51)
        self.user = _rounds(self.key, _md5(PADDING + file_name)) + bytes(16)

    def locked(self, data: bytes, number: int) -> bytes:
        """The bytes of the stream of object `number`."""
        return _rc4(_md5(self.key + number.to_bytes(3, "little") + bytes(2)), data)

    def entry(self) -> str:
        """The dictionary that tells a program how to ask for the password."""
        return (
            f"<< /Filter /Standard /V 2 /R 3 /Length 128 /P {PERMISSIONS}"
            f" /O <{self.owner.hex()}> /U <{self.user.hex()}> >>"
        )


def _rounds(key: bytes, data: bytes) -> bytes:
    for turn in range(20):
        data = _rc4(bytes(byte ^ turn for byte in key), data)
    return data


def _hashed(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = _md5(data)
    return data


def _md5(data: bytes) -> bytes:
    return md5(data, usedforsecurity=False).digest()


def _rc4(key: bytes, data: bytes) -> bytes:
    state, swap = list(range(256)), 0
    for place, byte in zip(range(256), cycle(key), strict=False):
        swap = (swap + state[place] + byte) % 256
        state[place], state[swap] = state[swap], state[place]
    out, first, second = bytearray(), 0, 0
    for byte in data:
        first = (first + 1) % 256
        second = (second + state[first]) % 256
        state[first], state[second] = state[second], state[first]
        out.append(byte ^ state[(state[first] + state[second]) % 256])
    return bytes(out)

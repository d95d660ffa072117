"""A message in Outlook's own format, which is named and refused for now."""

import struct

END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
NAMES = ("Root Entry", "__properties_version1.0", "__substg1.0_0037001F", "__substg1.0_1000001F")


def outlook_message() -> bytes:
    """A compound file laid out as Outlook saves a message, with the streams named and empty."""
    return _header() + _allocation() + b"".join(_entry(name, number) for number, name in enumerate(NAMES))


def _header() -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, END, 0, END, 0)
    return head + struct.pack("<109I", 0, *[FREE] * 108)


def _allocation() -> bytes:
    return struct.pack("<128I", FAT, END, *[FREE] * 126)


def _entry(name: str, number: int) -> bytes:
    letters = name.encode("utf-16-le")
    kind, child = (5, 2) if number == 0 else (2, FREE)
    left, right = (1, 3) if number == 2 else (FREE, FREE)
    entry = letters.ljust(64, b"\0") + struct.pack("<HBB3I", len(letters) + 2, kind, 1, left, right, child)
    return entry + bytes(36) + struct.pack("<IQ", END, 0)

"""What lies in a zip archive, taken out with caps that count real bytes; declared sizes are never believed."""

import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

_DEVICES = "abcdefghijklmnopqrstuvwxyz"
_LITTER_NAMES = {".ds_store", "thumbs.db", "desktop.ini"}
_RATIO_FROM = 1 << 20  # small files compress as they like
_LARGEST_DIRECTORY = 32 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What one archive may hold."""

    entries: int = 20_000
    entry_bytes: int = 2 << 30
    total_bytes: int = 40 << 30
    ratio: int = 200  # bytes out for a byte in, of one entry


@dataclass(frozen=True, slots=True)
class EntryProblem:
    """A file that stays in its archive, with the reason. `cause_code` is "skipped" for what systems leave behind."""

    path_parts: tuple[str, ...]
    cause_code: str
    sentence: str

    class Raised(Exception):
        """The problem turned up while the bytes were being read."""

        def __init__(self, problem: "EntryProblem") -> None:
            super().__init__(problem.cause_code)
            self.problem = problem


@dataclass(slots=True)
class _Spent:
    """Bytes taken out of the archive so far, shared by all its entries."""

    limits: ArchiveLimits
    total: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an archive: its folders and name for display, its declared size, and a way to its bytes."""

    path_parts: tuple[str, ...]
    size: int
    _archive: zipfile.ZipFile = field(repr=False)
    _info: zipfile.ZipInfo = field(repr=False)
    _spent: _Spent = field(repr=False)

    def open(self) -> "CappedStream":
        """The bytes; reading raises EntryProblem.Raised when they are damaged, locked or past a cap."""
        return CappedStream(self)


class CappedStream:
    """A file-like stream over one entry that counts what really comes out. Use it in a `with`."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._out = 0
        try:
            self._file: IO[bytes] = entry._archive.open(entry._info)
        except _BROKEN as fault:
            raise EntryProblem.Raised(_damaged(entry.path_parts)) from fault

    def __enter__(self) -> "CappedStream":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, or all that the caps allow."""
        if size is not None and size >= 0:
            return self._piece(size)
        pieces = []
        while piece := self._piece(1 << 20):
            pieces.append(piece)
        return b"".join(pieces)

    def _piece(self, size: int) -> bytes:
        entry, limits = self._entry, self._entry._spent.limits
        try:
            piece = self._file.read(min(size, 1 << 20))
        except _BROKEN as fault:
            raise EntryProblem.Raised(_damaged(entry.path_parts)) from fault
        self._out += len(piece)
        entry._spent.total += len(piece)
        if entry._spent.total > limits.total_bytes:
            raise self._over(f"The archive holds more than {limits.total_bytes >> 20} MB.")
        if self._out > limits.entry_bytes:
            raise self._over(f"This file is larger than {limits.entry_bytes >> 20} MB.")
        if self._out > _RATIO_FROM and self._out > limits.ratio * max(entry._info.compress_size, 1):
            raise self._over(
                "This file grows far beyond its packed size, as in an attack; it was not unpacked."
            )
        return piece

    def _over(self, sentence: str) -> EntryProblem.Raised:
        return EntryProblem.Raised(EntryProblem(self._entry.path_parts, "over_limit", sentence))


def open_zip(path: Path, limits: ArchiveLimits | None = None) -> Iterator[Entry | EntryProblem]:
    """Every file of an archive, in order, or why it cannot be taken out.

    A damaged archive is one problem without a path. Each Entry must be read before the next is asked for.
    An archive inside is an entry like any other.
    """
    limits = limits or ArchiveLimits()
    try:
        archive = open_directory(path)
    except _BROKEN:
        yield EntryProblem((), "corrupt", "This zip archive is damaged and cannot be opened.")
        return
    with archive:
        spent = _Spent(limits)
        files = [info for info in archive.infolist() if not info.is_dir()]
        for info in files[: limits.entries]:
            yield _entry(archive, info, spent)
        if len(files) > limits.entries:
            yield EntryProblem(
                (),
                "over_limit",
                f"The archive holds {len(files)} files; the last {len(files) - limits.entries} were not unpacked.",
            )


def open_directory(path: Path) -> zipfile.ZipFile:
    """The archive with its list of names. Raises BadZipFile, also when the list alone would fill the memory."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, 2) - 66_000))
        tail = file.read()
    at, at_64 = tail.rfind(b"PK\x05\x06"), tail.rfind(b"PK\x06\x06")
    sizes = [int.from_bytes(tail[at + 12 : at + 16], "little")] if at >= 0 else []
    if at_64 >= 0:
        sizes = [int.from_bytes(tail[at_64 + 40 : at_64 + 48], "little")]
    if any(size > _LARGEST_DIRECTORY for size in sizes):
        raise zipfile.BadZipFile("a list of names beyond measure")
    return zipfile.ZipFile(path)


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, spent: _Spent) -> Entry | EntryProblem:
    parts = display_parts(_name_of(info))
    if _is_litter(parts):
        return EntryProblem(parts, "skipped", "Left behind by an operating system; it holds no document.")
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return EntryProblem(parts, "unsupported_type", "This is a link inside the archive, not a file.")
    if info.flag_bits & 0x1:
        return EntryProblem(
            parts, "needs_password", "This file is locked with a password inside the archive."
        )
    if spent.total >= spent.limits.total_bytes:
        size = spent.limits.total_bytes >> 20
        return EntryProblem(
            parts, "over_limit", f"The archive holds more than {size} MB; this file was left in it."
        )
    return Entry(parts, info.file_size, archive, info, spent)


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name as its maker wrote it; many write UTF-8 without saying so, and the standard then assumes cp437."""
    if info.flag_bits & 0x800:
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return info.orig_filename


def display_parts(name: str) -> tuple[str, ...]:
    """A name from outside as folders and a name to show: no drive, no way up, no control characters."""
    parts = [_printable(part) for part in name.replace("\\", "/").split("/")]
    kept = [part for part in parts if part not in ("", ".", "..")]
    if len(kept) > 1 and len(kept[0]) == 2 and kept[0][1] == ":" and kept[0][0].lower() in _DEVICES:
        kept = kept[1:]
    return tuple(kept) or ("unnamed",)


def _printable(part: str) -> str:
    seen = "".join(character for character in part if unicodedata.category(character)[0] != "C")
    return unicodedata.normalize("NFC", seen).strip()[:255]


def _is_litter(parts: tuple[str, ...]) -> bool:
    return parts[0] == "__MACOSX" or parts[-1].lower() in _LITTER_NAMES


def _damaged(parts: tuple[str, ...]) -> EntryProblem:
    return EntryProblem(parts, "corrupt", "This file is damaged inside its archive and cannot be taken out.")

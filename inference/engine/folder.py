"""What lies in a model's folder, read without loading it: weight files, their headers, their hashes; no tensors."""

import hashlib
import json
import math
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .profile import ProfileError

_BESIDE_WEIGHTS = {".json", ".model", ".txt", ".jinja"}  # config and tokenizer: they decide what is read
_LONGEST_HEADER = 100_000_000  # bytes; the format's own limit


def weight_files(folder: Path) -> tuple[Path, ...]:
    """The safetensors files a model is loaded from; raises ProfileError where they are missing or cut off."""
    if not folder.is_dir():
        raise ProfileError("The model's folder does not exist, or may not be opened.")
    if not (folder / "config.json").is_file():
        raise ProfileError("The model's folder has no config.json.")
    files = tuple(folder / name for name in _names(folder))
    for file in files:
        if not file.is_file():
            raise ProfileError(f"The model's file {file.name} is missing.")
    return files


def elements(files: Iterable[Path]) -> int:
    """How many numbers the files hold, from their headers; raises ProfileError where one is not whole."""
    return sum(_elements(file) for file in files)


def digests(folder: Path, files: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of every file that decides what the model answers, by name."""
    beside = (path for path in folder.iterdir() if path.is_file() and path.suffix in _BESIDE_WEIGHTS)
    paths = sorted({*files, *beside})
    with ThreadPoolExecutor(4) as pool:  # hashing lets other threads run
        return dict(zip((path.name for path in paths), pool.map(_digest, paths), strict=True))


def _names(folder: Path) -> list[str]:
    index = folder / "model.safetensors.index.json"
    if not index.is_file():
        if not (folder / "model.safetensors").is_file():
            raise ProfileError(
                "The model's folder has no weights as safetensors; other formats are not opened."
            )
        return ["model.safetensors"]
    try:
        names = set(json.loads(index.read_bytes())["weight_map"].values())
    except (ValueError, KeyError, AttributeError, TypeError):
        raise ProfileError(f"The model's file {index.name} cannot be read.") from None
    if any(not isinstance(name, str) or Path(name).name != name for name in names):
        raise ProfileError(f"The model's file {index.name} names files outside the folder.")
    return sorted(names)


def _elements(file: Path) -> int:
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        try:
            header = json.loads(stream.read(min(length, _LONGEST_HEADER)))
            tensors = [value for name, value in header.items() if name != "__metadata__"]
            end = max((tensor["data_offsets"][1] for tensor in tensors), default=0)
            count = sum(math.prod(tensor["shape"]) for tensor in tensors)
        except (ValueError, KeyError, AttributeError, TypeError, IndexError):
            raise ProfileError(f"The model's file {file.name} is not a safetensors file.") from None
    if file.stat().st_size < 8 + length + end:
        raise ProfileError(f"The model's file {file.name} is cut off.")
    return int(count)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

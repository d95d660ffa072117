"""`python -m inference readings FOLDER`: what is saved there, told without a key, and deleted by name."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .engine.saved.folder import Listed


def list_readings(folder: Path, delete: Sequence[str], *, as_json: bool) -> int:
    """Print one line a reading after deleting those named; 2 when the folder or one of them is not there."""
    from .engine.saved.folder import delete_reading, readings_in

    if not folder.is_dir():
        print(f"{folder}: there is no such folder.", file=sys.stderr)
        return 2
    there = {listed.name: listed for listed in readings_in(folder)}
    names = list(there) if list(delete) == ["all"] else delete
    missing = [name for name in names if name not in there]
    if missing:
        print(f"{missing[0]}: there is no such reading; nothing was deleted.", file=sys.stderr)
        return 2
    for name in names:
        delete_reading(folder / name)
    rows = [_row(listed) for listed in readings_in(folder)]
    print(json.dumps(rows, indent=1) if as_json else _page(rows))
    return 0


def _row(listed: "Listed") -> dict[str, Any]:
    sizes = {"name": listed.name, "bytes": listed.bytes, "shared_bytes": listed.shared_bytes}
    if listed.manifest is None:
        return {**sizes, "readable": False}
    made_by = listed.manifest.made_by
    return {
        **sizes,
        "readable": True,
        "saved_on": listed.manifest.saved_on,
        "tokens": listed.manifest.tokens,
        "saved_tokens": listed.manifest.done,
        "fingerprint": f"{made_by.code}+{made_by.weights}",
        "cache": made_by.cache,
        "chunk": made_by.chunk,
    }


def _page(rows: Sequence[dict[str, Any]]) -> str:
    lines = [_line(row) for row in rows]
    total = sum(row["bytes"] for row in rows)
    return "\n".join([*lines, f"{len(rows)} readings, {total:,} bytes."])


def _line(row: dict[str, Any]) -> str:
    if not row["readable"]:
        return f"{row['name']}  {row['bytes']:,} bytes; its manifest cannot be read"
    return (
        f"{row['name']}  {row['saved_on']}  {row['saved_tokens']:,} of {row['tokens']:,} tokens, "
        f"{row['bytes']:,} bytes ({row['shared_bytes']:,} shared), cache {row['cache']}, {row['fingerprint'][:36]}"
    )

"""Fetch the third-party front-end files named in manifest.json and write their SHA-256 beside them.

A maintainer runs it after changing a version in manifest.json, with npm installed; nobody else needs npm:

    python deploy/vendor/refresh.py            # fetch every package again and rewrite the hashes
    python deploy/vendor/refresh.py --check    # only compare the files here with the hashes in the manifest
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).resolve().parent
MANIFEST = VENDOR / "manifest.json"


def pack(name: str, version: str, folder: Path) -> tarfile.TarFile:
    """The package exactly as its author published it, through the ordinary npm client."""
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), f"{name}@{version}"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return tarfile.open(folder / printed.split()[-1])


def fetch(package: dict[str, Any]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        pack(package["name"], package["version"], Path(folder)) as archive,
    ):
        for entry in package["files"]:
            member = archive.extractfile(f"package/{entry['from']}")
            if member is None:
                raise SystemExit(f"{package['name']} {package['version']} has no file {entry['from']}.")
            target = VENDOR / entry["path"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(member.read())
            entry["sha256"] = sha256(target)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def problems(packages: list[dict[str, Any]]) -> list[str]:
    """One sentence for each file that is missing, changed or not named in the manifest."""
    named = {entry["path"]: entry["sha256"] for package in packages for entry in package["files"]}
    here = {
        path.relative_to(VENDOR).as_posix(): path
        for folder in ("dist", "checks")
        for path in (VENDOR / folder).rglob("*")
        if path.is_file()
    }
    found = [f"{name} is missing." for name in named.keys() - here.keys()]
    found += [f"{name} is not named in the manifest." for name in here.keys() - named.keys()]
    found += [
        f"{name} is not the file in the manifest."
        for name in named.keys() & here.keys()
        if sha256(here[name]) != named[name]
    ]
    return sorted(found)


def main() -> None:
    packages = json.loads(MANIFEST.read_text(encoding="utf-8"))["packages"]
    if "--check" not in sys.argv:
        for package in packages:
            fetch(package)
        MANIFEST.write_text(json.dumps({"packages": packages}, indent=2) + "\n", encoding="utf-8")
    if found := problems(packages):
        raise SystemExit("\n".join(found))


if __name__ == "__main__":
    main()

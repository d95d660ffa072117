"""What an install of `inference` alone brings along."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_package_is_installed() -> None:
    project = tomllib.loads((ROOT / "inference" / "pyproject.toml").read_text())
    there = [path.parent for path in (ROOT / "inference").rglob("__init__.py")]
    names = sorted(".".join(folder.relative_to(ROOT).parts) for folder in there)
    assert project["tool"]["setuptools"]["packages"] == names

"""Settings: one file, the environment read nowhere else, and nothing heavy in the web."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = re.compile(r"os\.environ\[|os\.getenv|\*\*os\.environ|environ\.get")


def test_the_environment_is_read_in_one_place():
    # The parsing processes pass their own environment on to the commands they start, and know no settings.
    places = (path for path in (ROOT / "review").rglob("*.py") if "parsing" not in path.parts)
    reading = [str(path.relative_to(ROOT)) for path in places if ENVIRONMENT.search(path.read_text())]
    assert reading == ["review/settings.py"]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("HTTPS", "maybe", "HTTPS must be yes or no"),
        ("JOB_LEASE_SECONDS", "soon", "JOB_LEASE_SECONDS must be a whole number"),
        ("BLOB_URL", "s3://bucket", "BLOB_URL must be file:///a/folder"),
    ],
)
def test_an_odd_value_is_refused_by_name(name, value, sentence):
    tried = subprocess.run(
        [sys.executable, "-c", "import review.settings"],
        cwd=ROOT,
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert tried.returncode != 0
    assert sentence in tried.stderr


def test_the_web_process_imports_neither_pymupdf_nor_a_reader():
    code = (
        "import django, sys; django.setup(); import review.urls, review.asgi; from django.urls import get_resolver;"
        "get_resolver().url_patterns;"
        "print(sorted(m for m in ('pymupdf', 'torch', 'inference.compact', 'numpy', 'lingua') if m in sys.modules))"
    )
    tried = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "review.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert tried.stdout.strip().splitlines()[-1] == "[]"

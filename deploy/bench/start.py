"""Seconds from `make demo` in a clean clone to a service that has read its sample: first start, then a later one.

python -m deploy.bench.start [--json]
"""

import argparse
import json
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from deploy.bench.stack import ROOT, free_port

READY = "http://127.0.0.1:"
LIMIT = 1200.0


def start_once(clone: Path, data: Path, port: int) -> tuple[float, float]:
    """Seconds until the address is printed, and seconds from Ctrl-C to the end. Raises RuntimeError when it fails."""
    began = time.monotonic()
    demo = subprocess.Popen(
        ["make", "demo", f"PORT={port}", f"DATA={data}"],
        cwd=clone,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env={name: value for name, value in os.environ.items() if name not in {"DATA", "VIRTUAL_ENV"}},
    )
    assert demo.stdout is not None
    said: list[str] = []
    for line in demo.stdout:
        said.append(line)
        if f"{READY}{port}" in line and time.monotonic() - began < LIMIT:
            break
    else:
        raise RuntimeError("make demo ended without an address:\n" + "".join(said[-20:]))
    ready = time.monotonic() - began
    began = time.monotonic()
    os.killpg(demo.pid, signal.SIGINT)
    demo.communicate(timeout=120)
    return ready, time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="engross-start-") as folder:
        Path(folder).chmod(0o755)
        clone, data = Path(folder) / "clone", Path(folder) / "data"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        first, _ = start_once(clone, data, free_port())
        later, stop = start_once(clone, data, free_port())
    figures = {"first_start_seconds": first, "later_start_seconds": later, "stop_seconds": stop}
    if chosen.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name:24} {figure:,.1f}")


if __name__ == "__main__":
    main()

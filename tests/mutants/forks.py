"""Runs named tests, each in a fork of one process that is warm: Django is set up, and no service is loaded yet.

Started inside a copy of the code. Reads one line of test names at a time; answers with pytest's exit status.
"""

import os
import signal
import sys

import pytest

from tests import bench

MUTABLE = ("review.jobs.services", "review.jobs.dispatching", "review.jobs.work", "review.findings.services")
SECONDS = 180  # a mutant may wait for ever; a busy machine may be slow


def main() -> None:
    from django.db import connections

    bench.start()
    loaded = [name for name in MUTABLE if name in sys.modules]
    assert loaded == [], f"a change to {loaded} would not be seen"
    for line in sys.stdin:
        connections.close_all()
        child = os.fork()
        if not child:
            _run(line.split())
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(tests: list[str]) -> None:
    signal.alarm(SECONDS)
    log = os.open("tests.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    status = pytest.main(["-q", "-x", "-p", "no:cacheprovider", "--rootdir", ".", *tests])
    sys.stdout.flush()
    os._exit(int(status))


if __name__ == "__main__":
    main()

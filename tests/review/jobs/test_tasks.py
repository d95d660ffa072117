"""Every kind of job has a task that a worker of its queue knows."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_a_worker_knows_the_task_of_every_kind_of_job() -> None:
    # In a process of its own: other tests have imported tasks that a worker would have to find.
    code = (
        "import django; django.setup(); from review.celery import celery; celery.loader.import_default_modules();"
        "from review.jobs.models import TASKS, JobKind;"
        "print(set(JobKind) - set(TASKS), [task for task, _ in TASKS.values() if task not in celery.tasks])"
    )
    tried = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "review.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert tried.stdout.strip().splitlines()[-1] == "set() []"

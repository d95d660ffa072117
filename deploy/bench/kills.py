"""Kill workers while they read a bundle, and count what was lost and what was doubled.

python -m deploy.bench.kills FOLDER [--files N] [--kills K] [--json]

Ends with status 1 unless every file, answer and page is there once, and everything is over.
"""

import argparse
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

from deploy.bench.firm import Firm, make_firm
from deploy.bench.stack import a_service


def soak(files: list[Path], kills: int, seed: int) -> dict[str, Any]:
    """Ingest the files while random workers are killed at random moments; end states and counts afterwards."""
    chance = random.Random(seed)
    with a_service(JOB_LEASE_SECONDS="6") as stack:
        firm = make_firm(stack.env)
        stack.start_dispatcher()
        stack.start_worker("cpu", name="cpu")
        stack.start_worker("reader", name="reader")
        stack.manage(
            "ingest", "--organization", str(firm.organization_id), "--matter", firm.number, *map(str, files)
        )
        struck = {"cpu": 0, "reader": 0}
        for _ in range(kills):
            time.sleep(chance.uniform(0, 1))
            queue, has_a_job = _worker_to_kill(firm, chance)
            struck[queue] += has_a_job
            stack.kill(queue)
            stack.start_worker(queue, name=queue)
        settled = _wait(firm, limit=1800)
        found = {
            "files": len(files),
            "kills": kills,
            "kills_of_a_worker_that_had_a_file": struck["cpu"],
            "kills_of_a_worker_that_was_reading": struck["reader"],
            "settled": settled,
        }
        return found | _count(firm, len(files))


def _worker_to_kill(firm: Firm, chance: random.Random, *, limit: float = 10) -> tuple[str, bool]:
    """A worker that has a job in hand, as soon as there is one, and whether it has; else any."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        for queue in chance.sample(["cpu", "reader"], 2):
            if _has_a_job(firm, queue):
                return queue, True
        time.sleep(0.005)
    return chance.choice(["cpu", "reader"]), False


def _has_a_job(firm: Firm, queue: str) -> bool:
    from review.jobs.models import TASKS, Job, JobState
    from review.tenancy.context import in_context

    kinds = [kind for kind, (_task, its_queue) in TASKS.items() if its_queue == queue]
    with in_context(firm.organization_id, matter=firm.matter_id):
        return Job.objects.filter(kind__in=kinds, state=JobState.LEASED).exists()


def _wait(firm: Firm, *, limit: float) -> bool:
    from review.documents.selectors import progress_of
    from review.jobs.models import Job, JobState
    from review.tenancy.context import in_context

    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        with in_context(firm.organization_id, matter=firm.matter_id):
            unfinished = Job.objects.filter(
                state__in=[JobState.QUEUED, JobState.LEASED, JobState.FAILED_RETRYABLE]
            )
            if progress_of(matter_id=firm.matter_id).is_over and not unfinished.exists():
                return True
        time.sleep(0.5)
    return False


def _count(firm: Firm, files: int) -> dict[str, Any]:
    from django.db.models import Count, Max

    from review.documents.models import Document, DocumentText, PageImage, ReadingState
    from review.findings.models import Finding
    from review.jobs.models import Job, JobState
    from review.playbooks.models import Question
    from review.tenancy.context import in_context

    with in_context(firm.organization_id, matter=firm.matter_id):
        questions = Question.objects.filter(is_active=True).count()
        read = Document.objects.filter(reading__in=[ReadingState.READ, ReadingState.NOT_READABLE]).count()
        doubled = (
            Finding.objects.values("text_id", "question_id")
            .annotate(times=Count("id"))
            .filter(times__gt=1)
            .count()
        )
        return {
            "documents": Document.objects.count(),
            "lost_documents": files - Document.objects.count(),
            "texts": DocumentText.objects.count(),
            "documents_read": read,
            "findings": Finding.objects.count(),
            "findings_expected": read * questions,
            "findings_doubled": doubled,
            "pages_drawn": PageImage.objects.count(),
            "pages_drawn_twice": PageImage.objects.values("text_id", "number", "dpi", "renderer")
            .annotate(times=Count("id"))
            .filter(times__gt=1)
            .count(),
            "quarantined": Job.objects.filter(state=JobState.QUARANTINED).count(),
            "unfinished_jobs": Job.objects.filter(state__in=[JobState.QUEUED, JobState.LEASED]).count(),
            "most_attempts": Job.objects.aggregate(most=Max("attempt"))["most"],
            "attempts_beyond_the_first": sum(
                attempt - 1 for attempt in Job.objects.filter(attempt__gt=1).values_list("attempt", flat=True)
            ),
            "by_state": dict(Document.objects.values_list("state").annotate(count=Count("id"))),
        }


def is_clean(figures: dict[str, Any]) -> bool:
    """Whether nothing was lost and nothing doubled."""
    faults = ("lost_documents", "findings_doubled", "pages_drawn_twice", "unfinished_jobs")
    complete = figures["findings"] == figures["findings_expected"]
    return bool(figures["settled"]) and complete and not any(figures[fault] for fault in faults)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    figures = soak(sorted(chosen.folder.glob("*.pdf"))[: chosen.files], chosen.kills, chosen.seed)
    if chosen.json:
        print(json.dumps(figures))
    else:
        for name, figure in figures.items():
            print(f"{name:36} {figure}")
    sys.exit(0 if is_clean(figures) else 1)


if __name__ == "__main__":
    main()

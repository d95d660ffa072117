"""A worker of its own process: does one job of a run and ends. Killed by the tests beside it."""

import sys


def main(job_id: str) -> None:
    import django

    django.setup()
    from review.findings.tasks import read_case_task

    read_case_task(job_id)


if __name__ == "__main__":
    main(sys.argv[1])

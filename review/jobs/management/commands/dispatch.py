import logging
import signal
import threading
from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from kombu.exceptions import OperationalError as BrokerError

from review.jobs.dispatching import due_hints, reap

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Sends a hint for every job that is due and returns leases that ran out. Runs until it is told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        over = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: over.set())
        rounds = 0
        while not over.wait(0.25):
            try:
                hints = due_hints()
                if rounds % 8 == 0:
                    reap()
                for job_id, task, queue in hints:
                    current_app.send_task(task, args=[str(job_id)], queue=queue, retry=False)
                rounds += 1
            except OperationalError:
                log.warning("the database is away; trying again")
                close_old_connections()
            except (BrokerError, OSError):
                # The rows stay due; the hints go out again once the broker is back.
                log.warning("the broker is away; trying again")

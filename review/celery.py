"""Celery carries hints: a message is one job id, and may be lost, doubled or late without harm."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "review.settings")

celery = Celery("review")
celery.config_from_object("django.conf:settings", namespace="CELERY")
celery.autodiscover_tasks(
    ["review.intake", "review.readings", "review.findings", "review.measurement", "review.asking"]
)

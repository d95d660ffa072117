"""The service: who may see what, what was uploaded, what was found and how people settled it."""

from .celery import celery

__all__ = ["celery"]

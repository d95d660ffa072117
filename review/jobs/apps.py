from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "review.jobs"
    label = "jobs"

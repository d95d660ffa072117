from django.apps import AppConfig


class FindingsConfig(AppConfig):
    name = "review.findings"
    label = "findings"

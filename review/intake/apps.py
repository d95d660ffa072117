from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "review.intake"
    label = "intake"

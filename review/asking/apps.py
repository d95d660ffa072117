from django.apps import AppConfig


class AskingConfig(AppConfig):
    name = "review.asking"
    label = "asking"

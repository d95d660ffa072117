from django.apps import AppConfig


class ReadersConfig(AppConfig):
    name = "review.readers"
    label = "readers"

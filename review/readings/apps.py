from django.apps import AppConfig


class ReadingsConfig(AppConfig):
    name = "review.readings"
    label = "readings"

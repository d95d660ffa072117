from django.apps import AppConfig


class MeasurementConfig(AppConfig):
    name = "review.measurement"
    label = "measurement"

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "review.api"
    label = "api"

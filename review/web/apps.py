from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "review.web"
    label = "web"

from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "review.matters"
    label = "matters"

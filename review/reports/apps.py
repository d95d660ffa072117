from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "review.reports"
    label = "reports"

from django.apps import AppConfig


class PlaybooksConfig(AppConfig):
    name = "review.playbooks"
    label = "playbooks"

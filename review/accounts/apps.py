from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "review.accounts"
    label = "accounts"
    verbose_name = "People"

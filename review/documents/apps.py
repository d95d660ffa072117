from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "review.documents"
    label = "documents"

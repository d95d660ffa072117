from django.apps import AppConfig


class AnnotationConfig(AppConfig):
    name = "review.annotation"
    label = "annotation"

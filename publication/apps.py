"""How a record is reviewed, published, withdrawn and served."""

from django.apps import AppConfig


class PublicationConfig(AppConfig):
    name = "publication"

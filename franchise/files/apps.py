"""Files that people send in: looked into, written anew, kept under names of our own."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Files of stores and of the chain."""

    name = "files"

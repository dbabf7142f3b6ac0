"""Everything that happened in a chain, once."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The chain's journal: audit trail, outbox, and the source of every timeline."""

    name = "journal"
    verbose_name = "Journal"

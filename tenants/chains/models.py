"""Chains and their hosts; they live in the schema `public`."""

from typing import Any, NoReturn

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from kit.ids import new_id


class ChainState(models.TextChoices):
    """Where a chain is in its life."""

    PROVISIONING = "PROVISIONING", _("being set up")
    ACTIVE = "ACTIVE", _("active")
    SUSPENDED = "SUSPENDED", _("suspended: it can be read, not changed")
    CLOSING = "CLOSING", _("closing: data can still be exported")
    CLOSED = "CLOSED", _("closed")


class ChainIsKept(RuntimeError):
    """Code tried to delete a chain's row; a chain is closed, and its row stays."""


class Chain(TenantMixin):
    """One brand with its HQ and stores: the tenant. Rows are kept for ever, so that no schema name comes back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=16, choices=ChainState, default=ChainState.PROVISIONING)
    currency = models.CharField(max_length=3, default="CNY")
    language = models.CharField(max_length=10, default="en")
    migration_hash = models.CharField(max_length=64, default="", blank=True)
    created_at = models.DateTimeField()
    state_changed_at = models.DateTimeField(db_default=Now())

    auto_create_schema = False
    auto_drop_schema = False

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(schema_name__regex=r"^c_[0-9a-f]{20}$"), name="a_chains_schema_name_is_random"
            ),
            models.CheckConstraint(condition=models.Q(state__in=ChainState.values), name="a_chain_is_in_a_known_state"),
        ]

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: without the row, the schema's name could be given again (corpus T20)."""
        raise ChainIsKept(self.schema_name)


class Domain(DomainMixin):
    """A host name under which a chain is reached."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)


class Turn(models.Model):
    """A step that was taken in a chain's life, kept for ever; a job tells the chain's own journal of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="+")
    from_state = models.CharField(max_length=16, choices=ChainState)
    to_state = models.CharField(max_length=16, choices=ChainState)
    actor_kind = models.CharField(max_length=16)
    # A bare id: operators belong to an app that this one does not know.
    actor_id = models.UUIDField(null=True)
    request_id = models.UUIDField()
    address = models.GenericIPAddressField(null=True)
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["taken_at", "id"]


class Blueprint(models.Model):
    """A chain's schema as one release makes it: rendered once per release, replayed for every new chain.

    `grown_from` and `growth` say how the template got here from the release before: the statements of each migration,
    in order, which the fleet migrator replays on the chains. A migration that runs Python has no statements.
    """

    migration_hash = models.CharField(primary_key=True, max_length=64)
    migrations = models.JSONField()
    statements = models.JSONField()
    grown_from = models.CharField(max_length=64, default="", blank=True)
    growth = models.JSONField(default=list)
    server_version = models.PositiveBigIntegerField()
    rendered_at = models.DateTimeField()


class ChainMigrationState(models.TextChoices):
    """How bringing one chain to a release went."""

    DONE = "DONE", _("done")
    FAILED = "FAILED", _("failed")


class ChainMigration(models.Model):
    """The result of bringing one chain to one release; a later attempt overwrites a failed one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="+")
    from_hash = models.CharField(max_length=64, blank=True)
    to_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=ChainMigrationState)
    error = models.TextField(blank=True, default="")
    attempts = models.PositiveBigIntegerField(default=1)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "to_hash"], name="a_chain_has_one_result_per_release"),
            models.CheckConstraint(
                condition=models.Q(state__in=ChainMigrationState.values), name="a_chain_migration_has_a_known_result"
            ),
        ]


class DeadLetter(models.Model):
    """A job that will not be tried again by itself, and why."""

    # Of the queue's own table: no foreign key into a library's table.
    job_id = models.BigIntegerField(primary_key=True)
    # A bare id: the chain may be gone, or was never named.
    chain_id = models.UUIDField(null=True, db_index=True)
    task = models.CharField(max_length=128)
    arguments = models.JSONField()
    attempts = models.PositiveIntegerField()
    reason = models.TextField()
    died_at = models.DateTimeField()

    class Meta:
        ordering = ["-died_at", "job_id"]

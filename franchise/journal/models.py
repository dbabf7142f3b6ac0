"""The nouns of the journal: entries, the seals over them, and how far each consumer has read."""

from typing import Any, Self
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from kit.ids import new_id

# Below every transaction id there can be, those of a rebased journal included.
BEFORE_EVERYTHING = -(2**63)
NO_ENTRY = UUID(int=0)

# What a seal vouches for, by the form of the seal. A column added later belongs to a new form: the digests of sealed
# entries must come out the same for ever. The transaction's id is left out, the order it gives is proven by the chain.
FORM = 1
CONTENT = {
    1: (
        "id",
        "kind",
        "subject_type",
        "subject_id",
        "store_id",
        "customer_id",
        "part_of_id",
        "actor_kind",
        "actor_id",
        "token_id",
        "behalf_of_id",
        "at",
        "before",
        "after",
        "request_id",
        "address",
    )
}


class FilledInField(models.BigIntegerField):  # type: ignore[type-arg]  # no brackets at runtime
    """A number filled in by the database and not asked back after the insert.

    A store may add entries of the whole chain, which it does not see, and PostgreSQL refuses RETURNING of a row that
    can't be read.
    """

    db_returning = False


class CurrentTransaction(models.Func):
    """The id of the running transaction as a whole number, epoch included."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


class OldestRunning(models.Func):
    """The lowest transaction id still running when the statement began; below it nothing can appear any more."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    output_field = models.BigIntegerField()


class Cluster(models.Func):
    """The identity of the database server; transaction ids of two servers can't be compared."""

    template = "(pg_control_system()).system_identifier"
    output_field = models.BigIntegerField()


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries, chainable."""

    def in_order(self) -> Self:
        """Put entries in the journal's order, the same for everybody who ever reads it."""
        return self.order_by("transaction_id", "id")

    def after(self, transaction_id: int, entry_id: UUID) -> Self:
        """Keep entries behind a place in the journal's order."""
        # The first filter alone would do for the index; the second one takes care of the rest of that transaction.
        return self.filter(transaction_id__gte=transaction_id).filter(
            models.Q(transaction_id__gt=transaction_id) | models.Q(id__gt=entry_id)
        )

    def settled(self) -> Self:
        """Keep entries before which nothing can be committed any more."""
        return self.filter(transaction_id__lt=OldestRunning())

    def visible_to(self, actor: Actor) -> Self:
        """Keep entries of stores the actor sees; matters of the chain are for HQ."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)


class Entry(models.Model):
    """One thing that happened: written with the deed, in its transaction, and never changed.

    A deed writes one entry. What else came to be in its course, as a customer does when a complaint is filed, has an
    entry of its own that names the deed's in `part_of_id` (corpus R12). `customer_id` is the customer whom it concerns.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=64)
    subject_id = models.UUIDField()
    store_id = models.UUIDField(null=True)
    customer_id = models.UUIDField(null=True)
    part_of_id = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.UUIDField(null=True)
    token_id = models.UUIDField(null=True)
    behalf_of_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    request_id = models.UUIDField()
    address = models.GenericIPAddressField(null=True)
    transaction_id = FilledInField(db_default=CurrentTransaction(), editable=False)
    cluster = FilledInField(db_default=Cluster(), editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        indexes = [
            models.Index(fields=["transaction_id", "id"], name="journal_in_order"),
            models.Index(fields=["subject_id", "at", "id"], name="journal_of_a_subject"),
            models.Index(fields=["store_id", "at", "id"], name="journal_of_a_store"),
            models.Index(fields=["at", "id"], name="journal_by_time"),
            models.Index(
                fields=["customer_id", "at", "id"],
                condition=models.Q(customer_id__isnull=False),
                name="journal_of_a_customer",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__regex=r"^[A-Z][A-Z0-9_]*$"), name="an_entry_is_of_an_upper_snake_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type}:{self.subject_id}"

    def content(self, form: int = FORM) -> dict[str, Any]:
        """Return what a seal of that form vouches for."""
        return {name: getattr(self, name) for name in CONTENT[form]}


class Seal(models.Model):
    """A hash over a stretch of entries and over the seal before it."""

    number = models.BigIntegerField(primary_key=True)
    form = models.PositiveSmallIntegerField(default=FORM)
    sealed_at = models.DateTimeField()
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    leaves = models.BinaryField()

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")

    def __str__(self) -> str:
        return f"{self.number}:{bytes(self.hash).hex()}"


class Position(models.Model):
    """How far a consumer has read the journal, and on which server."""

    consumer = models.CharField(primary_key=True, max_length=128)
    transaction_id = models.BigIntegerField(default=BEFORE_EVERYTHING)
    entry_id = models.UUIDField(default=NO_ENTRY)
    cluster = models.BigIntegerField()
    moved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("position of a consumer")
        verbose_name_plural = _("positions of consumers")

    def __str__(self) -> str:
        return self.consumer


class Receipt(models.Model):
    """A consumer's mark that an entry's effects are in the database; it is written with them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    consumer = models.CharField(max_length=128)
    entry_id = models.UUIDField()
    taken_at = models.DateTimeField()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        indexes = [models.Index(fields=["taken_at"], name="receipts_by_age")]
        constraints = [models.UniqueConstraint(fields=["consumer", "entry_id"], name="a_consumer_takes_an_entry_once")]

    def __str__(self) -> str:
        return f"{self.consumer} {self.entry_id}"

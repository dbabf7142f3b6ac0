"""The nouns of the files: what a store keeps, and what the whole chain reads."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from kit.ids import new_id
from kit.texts import LONGEST_LINE
from members.models import User
from stores.models import Store


class Purpose(models.TextChoices):
    """What a file is sent in for; a store's and the chain's differ."""

    EVIDENCE = "EVIDENCE", _("Evidence of an inspection or of a correction")
    LESSON = "LESSON", _("Document of a lesson")


class MediaType(models.TextChoices):
    """What a kept file is, found out by its content."""

    JPEG = "image/jpeg", _("Photo")
    PDF = "application/pdf", _("PDF document")


class KeptFile(models.Model):
    """A file as it is kept: photos were written anew without whatever else was in them.

    `stored_as` is the name of the storage's own making, `name` what the sender called it, for the eye alone. What is
    attached to nothing within a day (`attached_at`) is erased. `byte_count` is in bytes, `width` and `height` in
    pixels, of photos.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=16, choices=Purpose)
    name = models.CharField(max_length=LONGEST_LINE)
    stored_as = models.CharField(max_length=40)
    media_type = models.CharField(max_length=24, choices=MediaType)
    byte_count = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    fingerprint = models.CharField(max_length=64)
    stored_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    stored_at = models.DateTimeField()
    attached_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    """Files of stores, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the files of stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)

    def shown_to(self, actor: Actor) -> Self:
        """Keep, of those, what is attached to something and what the actor sent in."""
        return self.visible_to(actor).filter(Q(attached_at__isnull=False) | _sent_by(actor))


class StoredFile(KeptFile):
    """A file of one store, such as a photo taken on an inspection."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a store")
        verbose_name_plural = _("files of stores")
        indexes = [
            models.Index(fields=["store", "stored_at", "id"], name="files_of_a_store_by_time"),
            models.Index(fields=["store", "fingerprint"], name="files_of_a_store_by_content"),
            models.Index(fields=["stored_at"], condition=Q(attached_at=None), name="files_of_stores_in_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "stored_as"], name="a_file_of_a_store_is_stored_once"),
            models.CheckConstraint(condition=Q(media_type__in=MediaType.values), name="a_file_of_a_store_is_known"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="a_file_of_a_store_has_a_purpose"),
        ]


class ChainFileQuerySet(models.QuerySet["ChainFile"]):
    """Files of the chain, chainable."""

    def shown_to(self, actor: Actor) -> Self:
        """Keep what is attached to something and what the actor sent in."""
        return self.filter(Q(attached_at__isnull=False) | _sent_by(actor))


class ChainFile(KeptFile):
    """A file of the whole chain, such as the document of a lesson: headquarters send it in, everybody may read it."""

    objects = ChainFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of the chain")
        verbose_name_plural = _("files of the chain")
        indexes = [models.Index(fields=["stored_at"], condition=Q(attached_at=None), name="files_of_chains_in_waiting")]
        constraints = [
            models.UniqueConstraint(fields=["stored_as"], name="a_file_of_the_chain_is_stored_once"),
            models.CheckConstraint(condition=Q(media_type__in=MediaType.values), name="a_file_of_the_chain_is_known"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="a_file_of_the_chain_has_a_purpose"),
        ]


def _sent_by(actor: Actor) -> Q:
    return Q(stored_by_id=actor.user_id) if actor.user_id else Q(pk=None)

"""Where a version is in force, and who has read it."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from kit.ids import new_id
from members.models import User
from standards.models.texts import Clause, Standard, Version, VersionStep
from stores.models import Store


class Rollout(VersionStep):
    """A version was pushed to stores."""

    class Meta:
        verbose_name = _("rollout")
        verbose_name_plural = _("rollouts")
        indexes = [models.Index(fields=["version"], name="rollouts_of_a_version")]


class StoreStandardQuerySet(models.QuerySet["StoreStandard"]):
    """Standards in stores, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)

    def in_force_at(self, moment: datetime) -> Self:
        """Keep those that bind their store at a moment."""
        return self.filter(pushed_at__lte=moment).filter(Q(ended_at__isnull=True) | Q(ended_at__gt=moment))


class StoreStandard(models.Model):
    """A version in a store, in force from `pushed_at` until `ended_at`.

    `seen_at` and `acknowledged_at` say when somebody of the store first saw it, and first acknowledged all of it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", db_index=False)
    rollout = models.ForeignKey(Rollout, on_delete=models.PROTECT, related_name="+")
    pushed_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = StoreStandardQuerySet.as_manager()

    class Meta:
        verbose_name = _("standard in a store")
        verbose_name_plural = _("standards in stores")
        indexes = [models.Index(fields=["version", "store"], name="stores_of_a_version")]
        constraints = [
            models.UniqueConstraint(fields=["store", "version"], name="a_version_comes_to_a_store_once"),
            models.UniqueConstraint(
                fields=["store", "standard"],
                condition=Q(ended_at__isnull=True),
                name="one_version_of_a_standard_binds_a_store",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("pushed_at")),
                name="a_standard_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.version_id}"


class Acknowledgement(models.Model):
    """'I have read this clause version', said by one user for one store."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField()

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [
            models.UniqueConstraint(fields=["store", "clause", "user"], name="a_clause_is_acknowledged_once_by_a_user")
        ]

    def __str__(self) -> str:
        return f"{self.clause_id} {self.user_id}"

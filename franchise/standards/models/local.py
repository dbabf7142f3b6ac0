"""What a store adds to a standard for itself."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from kit.ids import new_id
from standards.models.texts import Standard
from stores.models import Store


class LocalClauseQuerySet(models.QuerySet["LocalClause"]):
    """Additions of stores, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)


class LocalClause(models.Model):
    """A requirement that a store adds to a standard in force there, for its own people; nothing is measured of it.

    It stays through the versions of the standard, until somebody ends it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    texts = models.JSONField()
    added_by_id = models.UUIDField(null=True)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = LocalClauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("clause of a store's own")
        verbose_name_plural = _("clauses of a store's own")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "standard", "number"], name="a_store_numbers_its_clauses_of_a_standard"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("added_at")),
                name="a_local_clause_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.number}"

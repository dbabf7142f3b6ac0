"""Where a requirement does not bind a store for a while."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from kit.ids import new_id
from standards.models.texts import Clause
from stores.models import Store


class WaiverQuerySet(models.QuerySet["Waiver"]):
    """Waivers, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those for stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)

    def holding_at(self, moment: datetime | OuterRef) -> Self:
        """Keep those that hold at a moment."""
        over = Coalesce("ended_at", "until")
        return self.filter(waived_at__lte=moment).alias(over=over).filter(over__gt=moment)


class Waiver(models.Model):
    """HQ lets a store off a requirement from `waived_at` until a moment, or until it was ended before.

    It holds for every text of the requirement, so its lineage stands beside the clause that HQ had before it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="+")
    lineage_id = models.UUIDField()
    reason = models.TextField()
    waived_by_id = models.UUIDField(null=True)
    waived_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        indexes = [models.Index(fields=["store", "lineage_id"], name="waivers_at_a_store")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("waived_at")), name="a_waiver_ends_after_it_began"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("waived_at"), ended_at__lt=F("until")),
                name="a_waiver_is_ended_while_it_holds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.lineage_id}"

    def holds_at(self, moment: datetime) -> bool:
        """Tell whether it holds at a moment."""
        return self.waived_at <= moment < (self.ended_at or self.until)

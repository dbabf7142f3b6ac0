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
    """A version was pushed to stores, at once or in waves.

    `targets` narrows which stores are meant: `store_ids`, `area_ids` and `store_kinds`, each if given. `stop_rule`
    tells when its waves are to pause by themselves; null for never.
    With `allows_local_clauses` stores may add requirements of their own.
    """

    targets = models.JSONField(default=dict, db_default={})
    stop_rule = models.JSONField(null=True)
    allows_local_clauses = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("rollout")
        verbose_name_plural = _("rollouts")
        indexes = [models.Index(fields=["version"], name="rollouts_of_a_version")]


class RolloutWaveQuerySet(models.QuerySet["RolloutWave"]):
    """Waves, chainable."""

    def waiting(self) -> Self:
        """Keep those that have not come yet and still may."""
        return self.filter(started_at=None, cancelled_at=None)


class RolloutWave(models.Model):
    """A part of a rollout: from `starts_at` on a share of the stores meant has the version, or the stores listed have.

    It is cancelled when the version is withdrawn, or another one comes in its place, before it has started.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rollout = models.ForeignKey(Rollout, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    share = models.PositiveSmallIntegerField(null=True)
    store_ids = models.JSONField(null=True)
    started_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    objects = RolloutWaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("wave of a rollout")
        verbose_name_plural = _("waves of rollouts")
        indexes = [
            models.Index(
                fields=["starts_at"],
                condition=Q(started_at__isnull=True, cancelled_at__isnull=True),
                name="waves_that_wait",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["rollout", "position"], name="waves_of_a_rollout_are_in_order"),
            models.CheckConstraint(
                condition=Q(share__isnull=True, store_ids__isnull=False)
                | Q(share__gte=1, share__lte=100, store_ids__isnull=True),
                name="a_wave_takes_a_share_or_listed_stores",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="a_wave_that_came_is_not_cancelled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rollout_id} {self.position}"


class RolloutPause(models.Model):
    """A time in which no further wave of a rollout starts: by hand with a reason, or by its stop rule: `figures`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rollout = models.ForeignKey(Rollout, on_delete=models.PROTECT, related_name="+", db_index=False)
    paused_at = models.DateTimeField()
    paused_by_id = models.UUIDField(null=True)
    reason = models.TextField(blank=True)
    figures = models.JSONField(null=True)
    resumed_at = models.DateTimeField(null=True)
    resumed_by_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("pause of a rollout")
        verbose_name_plural = _("pauses of rollouts")
        indexes = [models.Index(fields=["rollout", "paused_at"], name="pauses_of_a_rollout")]
        constraints = [
            models.UniqueConstraint(
                fields=["rollout"], condition=Q(resumed_at__isnull=True), name="a_rollout_is_paused_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(resumed_at__isnull=True) | Q(resumed_at__gte=models.F("paused_at")),
                name="a_pause_of_a_rollout_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rollout_id} {self.paused_at:%Y-%m-%d %H:%M}"


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

    `seen_at` and `acknowledged_at` say when somebody of the store first saw it, and first acknowledged all of it;
    `trained_at` when somebody had first passed what teaches a requirement of it. `first_conforming_at` is when a case
    was first met under it, `sustained_at` when enough cases had been met one after the other. `reminders` counts how
    many rounds of reminders have gone out.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", db_index=False)
    rollout = models.ForeignKey(Rollout, on_delete=models.PROTECT, related_name="+")
    # Null for what was pushed before there were waves.
    wave = models.ForeignKey(RolloutWave, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    pushed_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    trained_at = models.DateTimeField(null=True)
    first_conforming_at = models.DateTimeField(null=True)
    sustained_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0, db_default=0)
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


class TrainedMember(models.Model):
    """Somebody has passed, at a store, what teaches a requirement of a version in force there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    user_id = models.UUIDField()
    trained_at = models.DateTimeField()

    class Meta:
        verbose_name = _("trained member")
        verbose_name_plural = _("trained members")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "version", "user_id"], name="a_member_is_trained_once_in_a_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.user_id}"


class TaughtRequirement(models.Model):
    """Somebody has passed, at a store, what teaches a requirement: last at `passed_at`, whether it binds there or not.

    What is learned before a version comes counts when it has come.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    lineage_id = models.UUIDField()
    user_id = models.UUIDField()
    passed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("requirement that somebody was taught")
        verbose_name_plural = _("requirements that somebody was taught")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "lineage_id", "user_id"], name="a_member_is_taught_a_requirement_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.lineage_id} {self.user_id}"


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

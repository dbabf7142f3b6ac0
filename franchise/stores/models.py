"""The nouns of the stores: areas, stores and their closures, hours and holidays, positions and who holds them."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chains.actor import Actor, Audience
from kit.ids import new_id
from members.models import User


class StoreKind(models.TextChoices):
    """Whose business a store is."""

    FRANCHISED = "FRANCHISED", _("run by a franchisee")
    COMPANY_OWNED = "COMPANY_OWNED", _("run by the chain itself")


class StoreState(models.TextChoices):
    """Whether a store does business."""

    OPEN = "OPEN", pgettext_lazy("a store is", "open")
    CLOSED = "CLOSED", pgettext_lazy("a store is", "closed")


class Layer(models.TextChoices):
    """The layer of staff by which somebody is appraised (R4)."""

    OPERATING = "OPERATING", _("operating staff")
    MANAGING = "MANAGING", _("managing staff")


class Weekday(models.IntegerChoices):
    """The days of the week, counted as Python's `date.weekday` does."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class AreaQuerySet(models.QuerySet["Area"]):
    """Areas, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the areas of stores that the actor sees; HQ sees all."""
        if actor.audience is Audience.HQ:
            return self
        return self.filter(id__in=Store.objects.visible_to(actor).values("area_id"))


class Area(models.Model):
    """Stores that a supervisor looks after together."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=100)
    drawn_at = models.DateTimeField()

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        constraints = [models.UniqueConstraint(fields=["name"], name="two_areas_have_two_names")]

    def __str__(self) -> str:
        return self.name


class StoreQuerySet(models.QuerySet["Store"]):
    """Stores, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(id__in=actor.store_ids)

    def doing_business(self) -> Self:
        """Keep the stores that are open."""
        return self.filter(state=StoreState.OPEN)


class Store(models.Model):
    """One place of business of the chain. `version` counts its changes, so that nobody overwrites unseen ones."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=16, choices=StoreKind)
    franchisee_name = models.CharField(max_length=200, blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    time_zone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, choices=StoreState, default=StoreState.OPEN)
    opened_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = StoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        constraints = [
            models.UniqueConstraint(fields=["code"], name="two_stores_have_two_codes"),
            models.CheckConstraint(condition=Q(kind__in=StoreKind.values), name="a_store_is_of_a_known_kind"),
            models.CheckConstraint(condition=Q(state__in=StoreState.values), name="a_store_is_in_a_known_state"),
            models.CheckConstraint(
                condition=Q(kind=StoreKind.COMPANY_OWNED, franchisee_name="")
                | (Q(kind=StoreKind.FRANCHISED) & ~Q(franchisee_name="")),
                name="a_franchised_store_names_its_franchisee",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class StoreClosure(models.Model):
    """A time in which a store does no business: who closed it, when and why, and who opened it again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    closed_at = models.DateTimeField()
    closed_by_id = models.UUIDField(null=True)
    reopened_at = models.DateTimeField(null=True)
    reopened_by_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("of a store", "closure")
        verbose_name_plural = pgettext_lazy("of a store", "closures")
        constraints = [
            models.UniqueConstraint(
                fields=["store"], condition=Q(reopened_at__isnull=True), name="a_store_is_closed_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True) | Q(reopened_at__gte=models.F("closed_at")),
                name="a_store_reopens_after_it_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class StoreEquipment(models.Model):
    """A piece of equipment that a store has, by its code, from when to when: standards may speak of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    installed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("equipment of a store")
        verbose_name_plural = _("equipment of stores")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "code"], condition=Q(removed_at=None), name="equipment_stands_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.code}"


class OpeningHours(models.Model):
    """One interval of a store's usual week; the rows of one `valid_from` are the week that holds from that day on.

    A closing time not after the opening time is the next day's.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    valid_from = models.DateField()
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "valid_from", "weekday", "opens"], name="a_store_opens_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(weekday__in=Weekday.values), name="opening_hours_are_of_a_weekday"),
        ]

    def __str__(self) -> str:
        return f"{Weekday(self.weekday).label} {self.opens:%H:%M}-{self.closes:%H:%M}"


class Holiday(models.Model):
    """A date on which a store has hours of its own; without hours it is closed that day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    observed_on = models.DateField()
    name = models.CharField(max_length=100)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        constraints = [
            models.UniqueConstraint(fields=["store", "observed_on"], name="a_date_is_one_holiday_of_a_store")
        ]

    def __str__(self) -> str:
        return f"{self.observed_on} {self.name}"


class HolidayHours(models.Model):
    """One interval in which a store is open on a holiday."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    holiday = models.ForeignKey(Holiday, on_delete=models.CASCADE, related_name="hours")
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        verbose_name = _("holiday hours")
        verbose_name_plural = _("holiday hours")
        constraints = [
            models.UniqueConstraint(fields=["store", "holiday", "opens"], name="a_holiday_opens_once_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"


class Position(models.Model):
    """What a member of staff is there for; the same in every store of the chain (R3)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=100)
    layer = models.CharField(max_length=16, choices=Layer)
    defined_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        constraints = [
            models.UniqueConstraint(fields=["name"], name="two_positions_have_two_names"),
            models.CheckConstraint(condition=Q(layer__in=Layer.values), name="a_position_is_in_a_known_layer"),
        ]

    def __str__(self) -> str:
        return self.name


class Duty(models.Model):
    """One thing that the holder of a position has to do (R3)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="duties", db_index=False)
    number = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        constraints = [models.UniqueConstraint(fields=["position", "number"], name="duties_of_a_position_are_numbered")]

    def __str__(self) -> str:
        return self.text


class StaffPosition(models.Model):
    """That a member holds a position in a store, from when until when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("held position")
        verbose_name_plural = _("held positions")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "member", "position"],
                condition=Q(withdrawn_at__isnull=True),
                name="a_member_holds_a_position_once_in_a_store",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.position_id}"
